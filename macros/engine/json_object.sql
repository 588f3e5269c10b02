{#- A JSON object, as text, of the named columns. -#}
{% macro json_object(columns) %}
    {{- return(adapter.dispatch('json_object')(columns)) -}}
{% endmacro %}

{% macro duckdb__json_object(columns) -%}
    cast(json_object(
        {%- for column in columns %}'{{ column }}', {{ column }}{{ ', ' if not loop.last }}{% endfor -%}
    ) as varchar)
{%- endmacro %}

{% macro postgres__json_object(columns) -%}
    cast(json_build_object(
        {%- for column in columns %}'{{ column }}', {{ column }}{{ ', ' if not loop.last }}{% endfor -%}
    ) as varchar)
{%- endmacro %}
