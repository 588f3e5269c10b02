{#- The value of a slice for a subject; unknown where it has none. -#}
{% macro known_value(column) -%}
    coalesce({{ column }}, 'unknown')
{%- endmacro %}

{#- A subject's value of the slice that slices.slice names. values: a dict of slice to the column, or
    expression, that is its value. -#}
{% macro value_of_slice(values) -%}
    case slices.slice
            when 'overall' then 'all'
            {%- for slice, column in values.items() %}
            when '{{ slice }}' then {{ column }}
            {%- endfor %}
        end
{%- endmacro %}
