-- Grain: one row per metric, version, period grain, scored slice value and basis (the latest
-- complete period, the latest mature one).
-- Why: what a weekly review opens first: where each metric stands, how it moved, and whether its
-- target is met. A period that is not mature can still move, so it is too early to judge it.
with kpi_values as (
    select * from {{ ref('kpi_values') }}
    where is_complete
),

targets as (
    select * from {{ ref('kpi_targets') }}
),

experiments as (
    select * from {{ ref('stg_experiments') }}
),

scored as (
    select
        kpi_values.*,
        targets.indicator,
        targets.direction,
        coalesce(aims.target_kind, 'none') as target_kind,
        aims.comparator,
        coalesce(aims.target_value, experiments.friction_guardrail) as target_value
    from kpi_values
    inner join targets
        on
            kpi_values.metric = targets.metric
            and kpi_values.slice = targets.slice
            and (targets.slice_value is null or kpi_values.slice_value = targets.slice_value)
    left join targets as aims
        on
            targets.metric = aims.metric
            and targets.slice = aims.slice
            and coalesce(targets.slice_value, '') = coalesce(aims.slice_value, '')
            and coalesce(aims.target_grain, kpi_values.period_grain) = kpi_values.period_grain
    left join experiments
        on
            aims.target_kind = 'guardrail'
            and kpi_values.slice_value = experiments.experiment_id
),

bases as (
    select
        'complete' as basis,
        scored.*
    from scored
    union all
    select
        'mature' as basis,
        scored.*
    from scored
    where scored.is_mature
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

compared as (
    select
        latest.*,
        previous.value as previous_value,
        year_before.value as year_before_value,
        latest.value - previous.value as change_on_previous,
        {{ ratio('latest.value', 'previous.value') }} - 1 as relative_change_on_previous,
        latest.value - year_before.value as change_on_year_before,
        {{ ratio('latest.value', 'year_before.value') }} - 1 as relative_change_on_year_before
    from latest
    left join kpi_values as previous
        on
            {{ same_series('latest', 'previous') }}
            and latest.previous_start = previous.period_start
    left join kpi_values as year_before
        on
            {{ same_series('latest', 'year_before') }}
            and latest.year_before_start = year_before.period_start
),

measured as (
    select
        *,
        case
            when target_kind in ('level', 'guardrail') then value
            when target_kind = 'change' then change_on_previous
            when target_kind = 'relative_change' then relative_change_on_previous
        end as measured
    from compared
),

final as (
    select
        metric,
        metric_version,
        cast(period_grain as varchar) as period_grain,
        slice,
        slice_value,
        cast(basis as varchar) as basis,
        period_start,
        value,
        ci_lower,
        ci_upper,
        sample_size,
        is_mature,
        cast(previous_value as {{ t_double() }}) as previous_value,
        cast(change_on_previous as {{ t_double() }}) as change_on_previous,
        cast(relative_change_on_previous as {{ t_double() }}) as relative_change_on_previous,
        cast(year_before_value as {{ t_double() }}) as year_before_value,
        cast(change_on_year_before as {{ t_double() }}) as change_on_year_before,
        cast(relative_change_on_year_before as {{ t_double() }}) as relative_change_on_year_before,
        cast(indicator as varchar) as indicator,
        cast(direction as varchar) as direction,
        cast(target_kind as varchar) as target_kind,
        cast(comparator as varchar) as comparator,
        cast(target_value as {{ t_double() }}) as target_value,
        cast(
            case
                when target_kind = 'none' then 'no target'
                when not is_mature or measured is null then 'too early'
                when
                    (comparator = '<' and measured < target_value)
                    or (comparator = '<=' and measured <= target_value)
                    or (comparator = '=' and measured = target_value)
                    or (comparator = '>=' and measured >= target_value)
                    or (comparator = '>' and measured > target_value)
                    then 'met'
                else 'missed'
            end as varchar
        ) as status,
        as_of
    from measured
)

select * from final
