{#- False for NaN and the infinities; NULL for NULL. -#}
{% macro is_finite(expression) %}
    {{- return(adapter.dispatch('is_finite')(expression)) -}}
{% endmacro %}

{% macro default__is_finite(expression) -%}
    {{ expression }} not in (
        cast('NaN' as {{ t_double() }}),
        cast('Infinity' as {{ t_double() }}),
        cast('-Infinity' as {{ t_double() }})
    )
{%- endmacro %}

{% macro duckdb__is_finite(expression) %}isfinite({{ expression }}){% endmacro %}
