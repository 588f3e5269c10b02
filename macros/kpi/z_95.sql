{#- The 97.5th percentile of the standard normal distribution: every interval is a 95 % one. -#}
{% macro z_95() %}cast(1.959963984540054 as {{ t_double() }}){% endmacro %}
