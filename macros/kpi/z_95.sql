{#- The 97.5th percentile of the standard normal distribution: every interval is a 95 % one. -#}
{% macro z_95() %}cast({{ z_95_number() }} as {{ t_double() }}){% endmacro %}

{% macro z_95_number() %}{{ return(1.959963984540054) }}{% endmacro %}
