{#- A count that has a row in every period from the count start through the one that contains as_of,
    overall and for every slice value ever seen, zeros included: the CTEs from counts to estimates.
    counts: a CTE with period_grain, period_start, slice, slice_value and counted. seen_values: a CTE
    with slice and slice_value. population: the mart of the count that this one is a part of; its
    count is the sample size. -#}
{% macro kpi_count(population=none) %}
periods as (
    select * from {{ ref('int_count_periods') }}
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
        {{ no_interval() }},
        {{ 'population.numerator' if population else 'coalesce(counts.counted, 0)' }} as sample_size
    from periods
    cross join all_values
    left join counts
        on
            periods.period_grain = counts.period_grain
            and periods.period_start = counts.period_start
            and all_values.slice = counts.slice
            and all_values.slice_value = counts.slice_value
    {%- if population %}
    inner join {{ population }} as population
        on
            periods.period_grain = population.period_grain
            and periods.period_start = population.period_start
            and all_values.slice = population.slice
            and all_values.slice_value = population.slice_value
    {%- endif %}
)
{%- endmacro %}
