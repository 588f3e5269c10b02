-- Grain: one row per period grain, period and slice value.
-- Share of decisions with an enforcement action that were appealed, however the appeal ended; by
-- decision.
with decisions as (
    select * from {{ ref('stg_decisions') }}
),

actioned as (
    select distinct decision_id from {{ ref('stg_enforcement_actions') }}
),

appealed as (
    select distinct decision_id from {{ ref('stg_appeals') }}
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
