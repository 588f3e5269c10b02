{#- Periods of series held against their targets: the CTEs from scored to judged. They read the CTEs

        series      a row per period with its value, interval and sample size, the same of the period
                    before, the changes on it, is_mature, and reason (not measured; else NULL)
        targets, experiments, catalog, marks
                    kpi_targets, stg_experiments, metric_catalog, trend_marks()

    and add to the columns of series the target, what is measured against it with its interval, the
    interval of the change, whether the definition changed, and the status.

    which: inner, the series that the register scores alone; left, all of them.
    since: the column with the first date of the period that a change of definition lies after. -#}
{% macro kpi_judged(which='inner', since='previous_start') %}
{%- set later = ['value', 'ci_lower', 'ci_upper'] -%}
{%- set earlier = ['previous_value', 'previous_ci_lower', 'previous_ci_upper'] -%}
scored as (
    select
        series.*,
        targets.indicator,
        targets.direction,
        targets.target_kind as kind,
        targets.comparator as sign,
        targets.target_text as words,
        coalesce(targets.target_value, experiments.friction_guardrail) as target,
        cast(coalesce(experiments.name, series.slice_value) as varchar) as slice_label,
        targets.target_kind <> 'none'
        and coalesce(targets.target_grain, series.period_grain) = series.period_grain
            as has_target
    from series
    {{ which }} join targets
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
        case when has_target then target end as target_value,
        case when has_target then words end as target_text
    from scored
),

redefined as (
    select distinct
        held.metric,
        held.metric_version,
        held.period_grain,
        held.slice,
        held.{{ since }},
        held.period_start
    from held
    inner join marks
        on
            held.metric = marks.metric
            and held.metric_version = marks.metric_version
            and coalesce(marks.slice, held.slice) = held.slice
            and held.{{ since }} < marks.marked_on
            and marks.marked_on < {{ period_end('held.period_grain', 'held.period_start') }}
    where marks.breaks_line
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
            held.metric = redefined.metric
            and held.metric_version = redefined.metric_version
            and held.period_grain = redefined.period_grain
            and held.slice = redefined.slice
            and held.{{ since }} = redefined.{{ since }}
            and held.period_start = redefined.period_start
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

judged as (
    select
        *,
        cast({{ kpi_status() }} as varchar) as status
    from bounded
)
{%- endmacro %}

{#- The status of what is measured, the first that holds: docs/methodology.md says why. -#}
{% macro kpi_status() -%}
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
    end
{%- endmacro %}
