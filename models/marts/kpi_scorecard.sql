-- Grain: one row per metric, version, period grain, scored slice value and basis (the latest
-- complete period, the latest mature one).
-- Why: what a weekly review opens first: where each metric stands, how it moved, and whether its
-- target is met. A period that is not mature can still move, so it is too early to judge it.
with periods as (
    select * from {{ ref('kpi_latest_periods') }}
),

targets as (
    select * from {{ ref('kpi_targets') }}
),

experiments as (
    select * from {{ ref('stg_experiments') }}
),

scored as (
    select
        periods.*,
        targets.indicator,
        targets.direction,
        targets.target_kind,
        targets.comparator,
        coalesce(targets.target_value, experiments.friction_guardrail) as target_value,
        targets.target_kind <> 'none'
        and coalesce(targets.target_grain, periods.period_grain) = periods.period_grain
            as has_target
    from periods
    inner join targets
        on
            periods.metric = targets.metric
            and periods.slice = targets.slice
            and coalesce(targets.slice_value, periods.slice_value) = periods.slice_value
    left join experiments
        on
            targets.target_kind = 'guardrail'
            and periods.slice_value = experiments.experiment_id
),

measured as (
    select
        *,
        case
            when target_kind in ('level', 'guardrail') then value
            when target_kind = 'change' then change_on_previous
            when target_kind = 'relative_change' then relative_change_on_previous
        end as measured
    from scored
),

final as (
    select
        metric,
        metric_version,
        period_grain,
        slice,
        slice_value,
        basis,
        period_start,
        value,
        ci_lower,
        ci_upper,
        sample_size,
        is_mature,
        previous_value,
        change_on_previous,
        relative_change_on_previous,
        year_before_value,
        change_on_year_before,
        relative_change_on_year_before,
        indicator,
        direction,
        cast(case when has_target then target_kind else 'none' end as varchar) as target_kind,
        case when has_target then comparator end as comparator,
        case when has_target then target_value end as target_value,
        cast(
            case
                when not has_target then 'no target'
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
