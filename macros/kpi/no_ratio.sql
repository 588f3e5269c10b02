{#- Numerator and denominator of a value that is not a ratio. -#}
{% macro no_ratio() -%}
    cast(null as {{ t_double() }}) as numerator,
        cast(null as {{ t_double() }}) as denominator
{%- endmacro %}
