{{ config(materialized='table') }}
-- Grain: one row per period grain (month, quarter), period and account with an index action in it.
-- Why: version 1 follows an account from its index action, even while it is suspended.
with cases as (
    select * from {{ ref('int_cases') }}
),

actions as (
    select
        *,
        actioned_at as index_at
    from {{ ref('stg_enforcement_actions') }}
),

as_of as (
    select * from {{ ref('as_of') }}
),

{{ recurrence_spans(metric_grains('recurrence_rate_30d')) }}

select * from spans
