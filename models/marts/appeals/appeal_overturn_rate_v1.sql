-- Grain: one row per period grain, period and slice value.
-- Share of resolved appeals, not withdrawn, that were overturned in whole or in part; by
-- resolution. An appeal of a missing decision counts, its slices unknown.
with appeals as (
    select * from {{ ref('int_resolved_appeals') }}
    where outcome <> 'withdrawn'
),

decisions as (
    select * from {{ ref('stg_decisions') }}
),

cases as (
    select * from {{ ref('int_cases') }}
),

subjects as (
    select
        appeals.resolved_at as period_at,
        appeals.outcome in ('overturned', 'partially_overturned') as is_success,
        cases.harm_type,
        cases.surface,
        decisions.decided_by as segment
    from appeals
    left join decisions on appeals.decision_id = decisions.decision_id
    left join cases on decisions.case_id = cases.case_id
),

{{ kpi_proportion() }},

{{ kpi_rows() }}

select * from kpi
