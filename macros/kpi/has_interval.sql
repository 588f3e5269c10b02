{#- Whether the values of a statistic of the register have a confidence interval, where there is
    enough to compute one. A share, a ratio, a percentile, a count, a reduction and a coefficient have
    none. -#}
{% macro has_interval(statistic) -%}
    {{ statistic }} in (
        'proportion', 'stratified_proportion', 'probability', 'estimated_share', 'rate', 'mean',
        'quantile', 'change'
    )
{%- endmacro %}
