{#- A linearly interpolated percentile of durations, in hours: the CTEs from subjects to estimates.
    subjects: period_grain, period_start, a column per slice, and the one of whole seconds that
    seconds names. -#}
{% macro kpi_percentile(quantile, seconds, slices=metric_slices()) %}
{%- set values = {} -%}
{%- for slice in slices -%}
    {%- do values.update({slice: known_value('subjects.' ~ slice)}) -%}
{%- endfor -%}
sliced as (
    select
        subjects.period_grain,
        subjects.period_start,
        slices.slice,
        {{ value_of_slice(values) }} as slice_value,
        {{ ratio('subjects.' ~ seconds, 3600) }} as hours
    from subjects
    cross join (
        {{ literal_rows('slice', ['overall'] + slices) }}
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
