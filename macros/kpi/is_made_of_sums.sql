{#- Whether a value of a statistic of the register is a sum, or a sum over a sum, so that the values of a
    slice can add up to overall. A quantile, a percentile, a probability (of survival), an estimated share
    (capture-recapture), a change, a reduction and a coefficient are not. -#}
{% macro is_made_of_sums(statistic) -%}
    {{ statistic }} in (
        'proportion', 'stratified_proportion', 'share', 'rate', 'ratio', 'mean', 'count', 'subcount'
    )
{%- endmacro %}
