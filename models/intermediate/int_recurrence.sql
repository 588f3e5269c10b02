{{ config(materialized='table') }}
-- Grain: one row per period grain (month, quarter), period and account with an index action in it.
-- Why: version 1 follows an account from its index action, even while it is suspended. Index
-- actions are all but terminations, of cases that are not overturned; a missing case counts as not
-- overturned.
with cases as (
    select * from {{ ref('int_cases') }}
),

actions as (
    select * from {{ ref('stg_enforcement_actions') }}
    where action_type not in ('account_terminated', 'service_terminated')
),

as_of as (
    select * from {{ ref('as_of') }}
),

index_actions as (
    select
        actions.action_id,
        actions.case_id,
        actions.subject_account_id,
        actions.actioned_at as index_at,
        cases.surface,
        cases.harm_type
    from actions
    left join cases on actions.case_id = cases.case_id
    where coalesce(cases.disposition, 'undecided') <> 'overturned'
),

{{ recurrence_spans(metric_grains('recurrence_rate_30d')) }}

select * from spans
