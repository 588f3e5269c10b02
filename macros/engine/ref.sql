{#- Relations are named without the database, so that compiled SQL does not depend on the file's
    name and the views inside a DuckDB file keep working when it is renamed or attached. -#}
{% macro ref() %}
    {{- return(builtins.ref(*varargs, **kwargs).include(database=false)) -}}
{% endmacro %}
