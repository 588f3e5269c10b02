{#- A count that has a row in every period from the count start through the one that contains as_of,
    overall and for every slice value ever seen, zeros included: the CTEs from subjects to estimates.
    subjects: period_at (or, as subjects_have_periods says, period_grain and period_start) and a
    column per slice. seen_in: the relation whose slice values have been seen. counted: the aggregate
    over subjects that is the count; the sample size is all of them. -#}
{% macro kpi_count(
    seen_in, counted='count(*)', subjects_have_periods=false,
    slices=metric_slices(), grains=metric_grains()
) %}
{{ kpi_sliced(
    slices,
    {'counted': counted, 'subject_count': 'count(*)'},
    none if subjects_have_periods else grains
) }},

periods as (
    select * from {{ ref('int_count_periods') }}
    where period_grain in ('{{ grains | join("', '") }}')
),

seen_values as (
    select
        cast('overall' as varchar) as slice,
        cast('all' as varchar) as slice_value
    {%- for slice in slices %}
    union all
    select distinct
        cast('{{ slice }}' as varchar) as slice,
        {{ known_value(slice) }} as slice_value
    from {{ seen_in }}
    {%- endfor %}
),

estimates as (
    select
        periods.period_grain,
        periods.period_start,
        seen_values.slice,
        seen_values.slice_value,
        coalesce(sliced.counted, 0) as numerator,
        cast(null as {{ t_double() }}) as denominator,
        coalesce(sliced.counted, 0) as value,
        {{ no_interval() }},
        coalesce(sliced.subject_count, 0) as sample_size
    from periods
    cross join seen_values
    left join sliced
        on
            periods.period_grain = sliced.period_grain
            and periods.period_start = sliced.period_start
            and seen_values.slice = sliced.slice
            and seen_values.slice_value = sliced.slice_value
)
{%- endmacro %}
