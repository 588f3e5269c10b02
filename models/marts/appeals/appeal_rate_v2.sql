-- Grain: one row per period grain, period and slice value.
-- Share of decisions with an enforcement action that have an appeal filed within 30 days of the
-- decision, however it ended; by decision. The window is the same for every decision, so that a
-- period settles; an appeal filed before its decision is within it.
with decisions as (
    select * from {{ ref('stg_decisions') }}
),

actioned as (
    select distinct decision_id from {{ ref('stg_enforcement_actions') }}
),

appealed as (
    select distinct appeals.decision_id
    from {{ ref('stg_appeals') }} as appeals
    inner join decisions on appeals.decision_id = decisions.decision_id
    where {{ seconds_between('decisions.decided_at', 'appeals.filed_at') }} <= 30 * 86400
),

cases as (
    select * from {{ ref('int_cases') }}
),

subjects as (
    select
        decisions.decided_at as period_at,
        appealed.decision_id is not null as is_success,
        cases.harm_type,
        cases.surface,
        decisions.decided_by as segment
    from decisions
    inner join actioned on decisions.decision_id = actioned.decision_id
    left join appealed on decisions.decision_id = appealed.decision_id
    left join cases on decisions.case_id = cases.case_id
),

{{ kpi_proportion() }},

{{ kpi_rows() }}

select * from kpi
