{{ config(materialized='table') }}
-- Grain: one row per period grain (month, quarter), period and account with an index instant in
-- it.
-- Why: version 2 follows an account from when it can act again: from the end of a suspension,
-- from any other action at once. A suspension without an end, or with one after as_of (which
-- staging makes NULL), has no index instant. Each action counts for itself, whatever other
-- suspensions still run.
with cases as (
    select * from {{ ref('int_cases') }}
),

instants as (
    select
        *,
        case
            when action_type in ('account_suspended', 'service_suspended') then ended_at
            else actioned_at
        end as index_at
    from {{ ref('stg_enforcement_actions') }}
),

actions as (
    select * from instants
    where index_at is not null
),

as_of as (
    select * from {{ ref('as_of') }}
),

{{ recurrence_spans(metric_grains('recurrence_rate_30d')) }}

select * from spans
