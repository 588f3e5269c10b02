{%- set later = ['value', 'ci_lower', 'ci_upper'] -%}
{%- set earlier = ['previous_value', 'previous_ci_lower', 'previous_ci_upper'] -%}
-- Grain: one row per metric, version, period grain, scored slice value and basis (the latest
-- complete period, the latest mature one). A metric that is not measured here has a row of its
-- newest version for each of them that its targets name.
-- Why: what a weekly review opens first: where each metric stands, how it moved, and whether it
-- meets its target. A period that is not mature can still move, so it is too early to judge it; and
-- a number that its interval does not hold on one side of the target is no verdict.
with periods as (
    select * from {{ ref('kpi_latest_periods') }}
),

unmeasured as (
    select * from {{ ref('int_unmeasured_metrics') }}
),

targets as (
    select * from {{ ref('kpi_targets') }}
),

experiments as (
    select * from {{ ref('stg_experiments') }}
),

catalog as (
    select * from {{ ref('metric_catalog') }}
),

change_log as (
    select * from {{ ref('metric_change_log') }}
),

build as (
    select as_of from {{ ref('as_of') }}
),

grains as (
    {{ literal_rows('period_grain', all_grains()) }}
),

bases as (
    {{ literal_rows('basis', ['complete', 'mature']) }}
),

newest_versions as (
    select
        metric,
        grains as metric_grains,
        metric_version,
        row_number() over (partition by metric order by metric_version desc) as recency
    from catalog
),

without_values as (
    select
        unmeasured.metric,
        newest_versions.metric_version,
        grains.period_grain,
        targets.slice,
        targets.slice_value,
        bases.basis,
        unmeasured.reason,
        build.as_of
    from unmeasured
    inner join newest_versions
        on
            unmeasured.metric = newest_versions.metric
            and newest_versions.recency = 1
    inner join targets
        on
            unmeasured.metric = targets.metric
            and targets.slice_value is not null
    inner join grains
        on newest_versions.metric_grains like '%' || grains.period_grain || '%'
    cross join bases
    cross join build
),

series as (
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
        previous_start,
        previous_value,
        previous_ci_lower,
        previous_ci_upper,
        change_on_previous,
        relative_change_on_previous,
        year_before_value,
        change_on_year_before,
        relative_change_on_year_before,
        cast(null as varchar) as reason,
        as_of
    from periods
    union all
    select
        metric,
        metric_version,
        period_grain,
        slice,
        slice_value,
        basis,
        cast(null as date) as period_start,
        cast(null as {{ t_double() }}) as value,
        {{ no_interval() }},
        cast(null as bigint) as sample_size,
        cast(null as boolean) as is_mature,
        cast(null as date) as previous_start,
        {%- for number in earlier + [
            'change_on_previous', 'relative_change_on_previous', 'year_before_value',
            'change_on_year_before', 'relative_change_on_year_before'
        ] %}
        cast(null as {{ t_double() }}) as {{ number }},
        {%- endfor %}
        reason,
        as_of
    from without_values
),

scored as (
    select
        series.*,
        targets.indicator,
        targets.direction,
        targets.target_kind as kind,
        targets.comparator as sign,
        coalesce(targets.target_value, experiments.friction_guardrail) as target,
        targets.target_kind <> 'none'
        and coalesce(targets.target_grain, series.period_grain) = series.period_grain
            as has_target
    from series
    inner join targets
        on
            series.metric = targets.metric
            and series.slice = targets.slice
            and coalesce(targets.slice_value, series.slice_value) = series.slice_value
    left join experiments
        on
            targets.target_kind = 'guardrail'
            and series.slice_value = experiments.experiment_id
),

held as (
    select
        *,
        cast(case when has_target then kind else 'none' end as varchar) as target_kind,
        case when has_target then sign end as comparator,
        case when has_target then target end as target_value
    from scored
),

redefined as (
    select distinct
        held.metric,
        held.metric_version,
        held.period_grain,
        held.slice,
        held.slice_value,
        held.basis
    from held
    inner join change_log
        on
            held.metric = change_log.metric
            and held.metric_version = change_log.metric_version
            and coalesce(change_log.slice, held.slice) = held.slice
            and held.previous_start < change_log.effective_from
            and change_log.effective_from
            < {{ period_end('held.period_grain', 'held.period_start') }}
    where
        change_log.marks_trend
        and change_log.change <> 'introduced'
        and coalesce(change_log.restates_history, 'no') <> 'yes'
        and coalesce(change_log.restated_from > held.previous_start, true)
),

changed as (
    select
        held.*,
        redefined.metric is not null as definition_changed,
        coalesce({{ has_interval('catalog.statistic') }}, false) as has_interval,
        case
            when held.target_kind in ('level', 'guardrail') then held.value
            when held.target_kind = 'change' then held.change_on_previous
            when held.target_kind = 'relative_change' then held.relative_change_on_previous
        end as measured,
        case
            when held.target_kind = 'relative_change'
                then {{ mover_relative_change('lower', later, earlier) }}
            else {{ mover_difference('lower', later, earlier) }}
        end as change_lower,
        case
            when held.target_kind = 'relative_change'
                then {{ mover_relative_change('upper', later, earlier) }}
            else {{ mover_difference('upper', later, earlier) }}
        end as change_upper
    from held
    left join catalog
        on
            held.metric = catalog.metric
            and held.metric_version = catalog.metric_version
    left join redefined
        on
            {{ same_series('held', 'redefined') }}
            and held.basis = redefined.basis
),

bounded as (
    select
        *,
        case
            when not has_interval then measured
            when target_kind in ('level', 'guardrail') then ci_lower
            else change_lower
        end as measured_lower,
        case
            when not has_interval then measured
            when target_kind in ('level', 'guardrail') then ci_upper
            else change_upper
        end as measured_upper
    from changed
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
        change_lower,
        change_upper,
        definition_changed,
        year_before_value,
        change_on_year_before,
        relative_change_on_year_before,
        indicator,
        direction,
        target_kind,
        comparator,
        target_value,
        measured,
        cast(
            case
                when reason is not null then 'not measured'
                when target_value is null then 'no target'
                when not is_mature or measured is null then 'too early'
                when has_interval and sample_size < 10 then 'too few'
                when
                    (comparator = '<' and measured_upper < target_value)
                    or (comparator = '<=' and measured_upper <= target_value)
                    or (
                        comparator = '='
                        and measured_lower = target_value
                        and measured_upper = target_value
                    )
                    or (comparator = '>=' and measured_lower >= target_value)
                    or (comparator = '>' and measured_lower > target_value)
                    then 'met'
                when
                    (comparator = '<' and measured_lower >= target_value)
                    or (comparator = '<=' and measured_lower > target_value)
                    or (comparator = '=' and measured_lower > target_value)
                    or (comparator = '=' and measured_upper < target_value)
                    or (comparator = '>=' and measured_upper < target_value)
                    or (comparator = '>' and measured_upper <= target_value)
                    then 'missed'
                else 'unclear'
            end as varchar
        ) as status,
        reason,
        as_of
    from bounded
)

select * from final
