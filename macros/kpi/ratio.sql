{#- One number over another, as a double; NULL where the divisor is 0. -#}
{% macro ratio(numerator, denominator) -%}
    cast({{ numerator }} as {{ t_double() }})
    / nullif(cast({{ denominator }} as {{ t_double() }}), 0)
{%- endmacro %}
