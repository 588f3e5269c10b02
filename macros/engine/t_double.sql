{#- The 64-bit floating point type of the engine. -#}
{% macro t_double() %}{{ return(adapter.dispatch('t_double')()) }}{% endmacro %}

{% macro default__t_double() %}double precision{% endmacro %}

{% macro duckdb__t_double() %}double{% endmacro %}

{% macro spark__t_double() %}double{% endmacro %}
