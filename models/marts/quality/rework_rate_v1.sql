-- Grain: one row per period grain, period and slice value.
-- Share of cases closed in a period that were reopened or re-triaged because of an error within 30
-- days of their first closing in it.
with events as (
    select * from {{ ref('stg_case_events') }}
),

cases as (
    select * from {{ ref('int_cases') }}
),

dated as (
    {{ in_each_period('events', 'cast(events.occurred_at as date)', metric_grains()) }}
),

closings as (
    select
        period_grain,
        period_start,
        case_id,
        min(occurred_at) as first_closed_at
    from dated
    where event_type = 'closed'
    group by
        period_grain,
        period_start,
        case_id
),

errors as (
    select
        case_id,
        occurred_at
    from events
    where
        event_type in ('reopened', 'retriaged')
        and reason = 'error'
),

reworked as (
    select distinct
        closings.period_grain,
        closings.period_start,
        closings.case_id
    from closings
    inner join errors
        on
            closings.case_id = errors.case_id
            and errors.occurred_at > closings.first_closed_at
    where {{ seconds_between('closings.first_closed_at', 'errors.occurred_at') }} <= 30 * 86400
),

subjects as (
    select
        closings.period_grain,
        closings.period_start,
        reworked.case_id is not null as is_success,
        cases.queue,
        cases.severity
    from closings
    left join reworked
        on
            closings.period_grain = reworked.period_grain
            and closings.period_start = reworked.period_start
            and closings.case_id = reworked.case_id
    left join cases on closings.case_id = cases.case_id
),

{{ kpi_proportion(subjects_have_periods=true) }},

{{ kpi_rows() }}

select * from kpi
