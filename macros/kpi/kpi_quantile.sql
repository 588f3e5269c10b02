{#- One quantile of a table of survival quantiles, in hours: the CTEs from quantiles to estimates. -#}
{% macro kpi_quantile() %}
estimates as (
    select
        period_grain,
        period_start,
        slice,
        slice_value,
        {{ no_ratio() }},
        {{ ratio('value_seconds', 3600) }} as value,
        {{ ratio('lower_seconds', 3600) }} as ci_lower,
        {{ ratio('upper_seconds', 3600) }} as ci_upper,
        subject_count as sample_size
    from quantiles
)
{%- endmacro %}
