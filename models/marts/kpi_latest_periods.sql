{{ config(materialized='view') }}
-- Grain: one row per metric, version, period grain, slice value and basis (the latest complete
-- period, the latest mature one).
-- Why: where each series stands and how it moved, before it is held against a target. There are two
-- bases because a period that is complete but not mature can still move.
with kpi_values as (
    select * from {{ ref('kpi_values') }}
    where is_complete
),

bases as (
    select
        'complete' as basis,
        kpi_values.*
    from kpi_values
    union all
    select
        'mature' as basis,
        kpi_values.*
    from kpi_values
    where kpi_values.is_mature
),

ranked as (
    select
        *,
        row_number() over (
            partition by basis, metric, metric_version, period_grain, slice, slice_value
            order by period_start desc
        ) as recency
    from bases
),

latest as (
    select
        *,
        {{ earlier_period('period_grain', 'period_start', years=0) }} as previous_start,
        {{ earlier_period('period_grain', 'period_start', years=1) }} as year_before_start
    from ranked
    where recency = 1
),

final as (
    select
        latest.metric,
        latest.metric_version,
        latest.period_grain,
        latest.slice,
        latest.slice_value,
        cast(latest.basis as varchar) as basis,
        latest.period_start,
        latest.value,
        latest.ci_lower,
        latest.ci_upper,
        latest.sample_size,
        latest.is_mature,
        previous.period_start as previous_start,
        previous.value as previous_value,
        previous.ci_lower as previous_ci_lower,
        previous.ci_upper as previous_ci_upper,
        latest.value - previous.value as change_on_previous,
        {{ ratio('latest.value', 'previous.value') }} - 1 as relative_change_on_previous,
        year_before.value as year_before_value,
        latest.value - year_before.value as change_on_year_before,
        {{ ratio('latest.value', 'year_before.value') }} - 1 as relative_change_on_year_before,
        latest.as_of
    from latest
    left join kpi_values as previous
        on
            {{ same_series('latest', 'previous') }}
            and latest.previous_start = previous.period_start
    left join kpi_values as year_before
        on
            {{ same_series('latest', 'year_before') }}
            and latest.year_before_start = year_before.period_start
)

select * from final
