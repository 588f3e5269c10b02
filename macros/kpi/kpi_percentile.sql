{#- A linearly interpolated percentile of durations, in hours: the CTEs from subjects to estimates.
    subjects: period_grain, period_start, a column of whole seconds and one per slice. -#}
{% macro kpi_percentile(quantile, seconds, subjects='subjects', slices=metric_slices()) %}
sliced as (
    select
        {{ subjects }}.period_grain,
        {{ subjects }}.period_start,
        slices.slice,
        case slices.slice
            when 'overall' then 'all'
            {%- for slice in slices %}
            when '{{ slice }}' then coalesce({{ subjects }}.{{ slice }}, 'unknown')
            {%- endfor %}
        end as slice_value,
        {{ ratio(subjects ~ '.' ~ seconds, 3600) }} as hours
    from {{ subjects }}
    cross join (
        {{ kpi_values_list('slice', ['overall'] + slices) }}
    ) as slices
),

estimates as (
    select
        period_grain,
        period_start,
        slice,
        slice_value,
        {{ no_ratio() }},
        percentile_cont({{ quantile }}) within group (order by hours) as value,
        {{ no_interval() }},
        count(*) as sample_size
    from sliced
    group by
        period_grain,
        period_start,
        slice,
        slice_value
)
{%- endmacro %}
