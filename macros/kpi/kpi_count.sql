{#- A count that has a row in every period from the count start through the one that contains as_of,
    overall and for every slice value ever seen, zeros included: the CTEs from counts to kpi.
    counts: a CTE with period_grain, period_start, slice, slice_value and count. seen_values: a CTE
    with slice and slice_value. -#}
{% macro kpi_count(metric, version, maturity_days, grains=none) %}
periods as (
    select * from {{ ref('int_count_periods') }}
    where period_grain in ('{{ (grains or all_grains()) | join("', '") }}')
),

all_values as (
    select
        cast('overall' as varchar) as slice,
        cast('all' as varchar) as slice_value
    union all
    select
        slice,
        slice_value
    from seen_values
),

estimates as (
    select
        periods.period_grain,
        periods.period_start,
        all_values.slice,
        all_values.slice_value,
        coalesce(counts.counted, 0) as numerator,
        cast(null as {{ t_double() }}) as denominator,
        coalesce(counts.counted, 0) as value,
        cast(null as {{ t_double() }}) as ci_lower,
        cast(null as {{ t_double() }}) as ci_upper,
        coalesce(counts.counted, 0) as sample_size
    from periods
    cross join all_values
    left join counts
        on
            periods.period_grain = counts.period_grain
            and periods.period_start = counts.period_start
            and all_values.slice = counts.slice
            and all_values.slice_value = counts.slice_value
),

{{ kpi_rows(metric, version, maturity_days) }}
{%- endmacro %}
