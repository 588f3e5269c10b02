{#- Weighted output per hour: the CTEs from subjects and shifts to estimates. subjects: period_grain,
    period_start, weight and a column per slice. shifts: period_at, review_hours and the same
    slices. A row for each period and slice value with hours. -#}
{% macro kpi_productivity(slices=metric_slices(), grains=metric_grains()) %}
{{ kpi_sliced(slices, {'case_count': 'count(*)'}, none, sums={'weight': 'weight'}) }},

{{ kpi_sliced(
    slices, {}, grains, subjects='shifts', prefix='shift_', sums={'hours': 'review_hours'}
) }},

estimates as (
    select
        hours.period_grain,
        hours.period_start,
        hours.slice,
        hours.slice_value,
        coalesce(sliced.weight, 0) as numerator,
        hours.hours as denominator,
        {{ ratio('coalesce(sliced.weight, 0)', 'hours.hours') }} as value,
        {{ no_interval() }},
        coalesce(sliced.case_count, 0) as sample_size
    from shift_sliced as hours
    left join sliced
        on
            hours.period_grain = sliced.period_grain
            and hours.period_start = sliced.period_start
            and hours.slice = sliced.slice
            and hours.slice_value = sliced.slice_value
    where hours.hours > 0
)
{%- endmacro %}
