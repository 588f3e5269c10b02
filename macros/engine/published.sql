{#- A double as it is published: the double nearest to its 15 significant digits, which is as many as
    any double can carry from text and back. Zero has no sign. NULL for NULL. -#}
{% macro published(expression) %}
    {{- return(adapter.dispatch('published')(expression)) -}}
{% endmacro %}

{% macro duckdb__published(expression) -%}
    case
            when {{ expression }} = 0 then 0
            else cast(format('{:.14e}', {{ expression }}) as double)
        end
{%- endmacro %}

{#- Postgres casts a double to numeric by 15 significant digits. -#}
{% macro postgres__published(expression) -%}
    cast(cast({{ expression }} as numeric) as double precision)
{%- endmacro %}

{% macro spark__published(expression) -%}
    case
            when {{ expression }} = 0 then 0
            else cast(format_string('%.14e', {{ expression }}) as double)
        end
{%- endmacro %}
