{#- Kaplan-Meier's product-limit estimate per grain, period and slice value: the CTEs from subjects
    to curve. subjects: one row per subject, with period_at, duration_seconds (to the event, or to
    the censoring), is_event and a column per slice. curve: one row per distinct duration of a
    subject, with subject_count, event_count, survival (S after it) and greenwood (V, Greenwood's sum;
    NULL where S is 0). Subjects censored at a time are at risk at it. The curves are computed by
    cohort_number, which the CTE cohorts spells out: sorting by a number costs a fraction of sorting
    by four names. -#}
{% macro survival_curve(slices, grains, subjects='subjects') %}
{%- set cell = kpi_cell(slices, grains) -%}
{{ kpi_exploded(
    slices,
    {'cell_number': 'row_number() over (order by ' ~ cell.values() | join(', ') ~ ')'},
    grains,
    subjects
) }},

cohorts as (
    select
        *,
        row_number() over (
            order by period_grain, period_start, slice, slice_value
        ) as cohort_number
    from (
        select distinct
            period_grain,
            period_start,
            slice,
            slice_value
        from exploded
    ) as distinct_cohorts
),

cohort_cells as (
    select
        cohorts.cohort_number,
        exploded.cell_number
    from exploded
    inner join cohorts
        on
            exploded.period_grain = cohorts.period_grain
            and exploded.period_start = cohorts.period_start
            and exploded.slice = cohorts.slice
            and exploded.slice_value = cohorts.slice_value
),

cell_durations as (
    select
        cells.cell_number,
        durations.duration_seconds,
        count(*) as subject_count,
        count(*) filter (where durations.is_event) as event_count
    from (
        select
            {%- for name, expression in cell.items() %}
            {{ expression }} as {{ name }},
            {%- endfor %}
            duration_seconds,
            is_event
        from {{ subjects }}
    ) as durations
    inner join cells
        on
            {%- for name in cell %}
            {{ 'and ' if not loop.first }}durations.{{ name }} = cells.{{ name }}
            {%- endfor %}
    group by
        cells.cell_number,
        durations.duration_seconds
),

cohort_durations as (
    select
        cohort_cells.cohort_number,
        cell_durations.duration_seconds,
        sum(cell_durations.subject_count) as subject_count,
        sum(cell_durations.event_count) as event_count
    from cell_durations
    inner join cohort_cells on cell_durations.cell_number = cohort_cells.cell_number
    group by
        cohort_cells.cohort_number,
        cell_durations.duration_seconds
),

at_risk as (
    select
        *,
        sum(subject_count) over (
            partition by cohort_number
            order by duration_seconds desc
            rows between unbounded preceding and current row
        ) as at_risk_count
    from cohort_durations
),

steps as (
    select
        *,
        case
            when event_count < at_risk_count
                then ln({{ ratio('at_risk_count - event_count', 'at_risk_count') }})
        end as log_step,
        {{ ratio('event_count', 'at_risk_count') }}
        / nullif(cast(at_risk_count - event_count as {{ t_double() }}), 0) as variance_step
    from at_risk
),

summed as (
    select
        *,
        {{ running_sum('log_step') }} as log_survival,
        {{ running_sum('variance_step') }} as variance_sum
    from steps
),

curve as (
    select
        *,
        case when event_count < at_risk_count then exp(log_survival) else 0 end as survival,
        case when event_count < at_risk_count then variance_sum end as greenwood
    from summed
)
{%- endmacro %}

{#- The sum of a column of steps up to each row of its cohort, added as whole multiples of 1e-30:
    which rows a window adds to which first depends on the engine's threads, and whole numbers do
    not mind. They hold 38 digits. The logarithms telescope to at most that of the cohort's size, the
    variances to at most 1, and the least step of either, of one subject in a thousand million, has
    12 digits left. -#}
{% macro running_sum(step) -%}
    cast(
        sum(cast({{ step }} * 1e30 as decimal(38, 0))) over (
            partition by cohort_number
            order by duration_seconds
            rows between unbounded preceding and current row
        ) as {{ t_double() }}
    ) / 1e30
{%- endmacro %}
