-- Grain: one row per period grain (week, month, quarter), period and slice value.
-- Share of post-mortem actions closed on or before the day that they were due, among those due
-- before the day of as_of; by due day.
with actions as (
    select * from {{ ref('stg_postmortem_actions') }}
),

incidents as (
    select * from {{ ref('stg_incidents') }}
),

as_of as (
    select * from {{ ref('as_of') }}
),

subjects as (
    select
        actions.due_on as period_at,
        coalesce(cast(actions.closed_at as date) <= actions.due_on, false) as is_success,
        incidents.severity as segment
    from actions
    cross join as_of
    left join incidents on actions.incident_id = incidents.incident_id
    where actions.due_on < cast(as_of.as_of as date)
),

{{ kpi_proportion() }},

{{ kpi_rows() }}

select * from kpi
