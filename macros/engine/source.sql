{#- Like ref: named without the database. -#}
{% macro source() %}
    {{- return(builtins.source(*varargs).include(database=false)) -}}
{% endmacro %}
