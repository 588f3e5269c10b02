{#- Numerator and denominator of a value that is no ratio. -#}
{% macro no_ratio() -%}
    cast(null as {{ t_double() }}) as numerator,
        cast(null as {{ t_double() }}) as denominator
{%- endmacro %}
