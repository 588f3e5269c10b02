-- Grain: one row per period grain, period and slice value.
-- Share of cases actioned within the hours that their severity allows, among the cases of the time
-- to action whose allowance has passed; by first signal.
with cases as (
    select * from {{ ref('int_time_to_action') }}
),

slas as (
    select * from {{ ref('action_sla') }}
),

as_of as (
    select * from {{ ref('as_of') }}
),

subjects as (
    select
        cases.first_signal_at as period_at,
        cases.is_actioned
        and cases.duration_seconds <= slas.sla_hours * 3600 as is_success,
        cases.severity,
        cases.surface,
        cases.harm_type
    from cases
    inner join slas on cases.severity = slas.severity
    cross join as_of
    where
        {{ seconds_between('cases.first_signal_at', 'as_of.as_of') }} > slas.sla_hours * 3600
),

{{ kpi_proportion() }},

{{ kpi_rows() }}

select * from kpi
