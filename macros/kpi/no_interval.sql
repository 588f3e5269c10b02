{#- The bounds of a value that has no confidence interval. -#}
{% macro no_interval() -%}
    cast(null as {{ t_double() }}) as ci_lower,
        cast(null as {{ t_double() }}) as ci_upper
{%- endmacro %}
