{#- A string as a sort key: compared by bytes, on every engine. -#}
{% macro by_bytes(expression) %}
    {{- return(adapter.dispatch('by_bytes')(expression)) -}}
{% endmacro %}

{% macro default__by_bytes(expression) %}{{ expression }}{% endmacro %}

{% macro postgres__by_bytes(expression) %}{{ expression }} collate "C"{% endmacro %}
