{{ config(materialized='table') }}
-- Grain: one row per period grain (month, quarter), period and account with an index instant in
-- it.
-- Why: version 2 follows an account from when it can act again: from the end of a suspension,
-- from any other action at once. A suspension without an end, or with one after as_of (which
-- staging makes NULL), has no index instant; terminations have none. Each action counts for
-- itself, whatever other suspensions still run; a missing case counts as not overturned.
with cases as (
    select * from {{ ref('int_cases') }}
),

actions as (
    select
        *,
        case
            when action_type in ('account_suspended', 'service_suspended') then ended_at
            else actioned_at
        end as index_at
    from {{ ref('stg_enforcement_actions') }}
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
        actions.index_at,
        cases.surface,
        cases.harm_type
    from actions
    left join cases on actions.case_id = cases.case_id
    where
        actions.index_at is not null
        and coalesce(cases.disposition, 'undecided') <> 'overturned'
),

{{ recurrence_spans(metric_grains('recurrence_rate_30d')) }}

select * from spans
