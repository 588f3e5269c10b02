{{ config(materialized='table') }}
-- Grain: one row per period grain, period, slice value and quantile.
-- Why: one survival curve serves the median and the 90th percentile of the time to resolution:
-- standard queue, from opening to closing, cases that are not closed censored at as_of.
with cases as (
    select * from {{ ref('int_cases') }}
    where queue = 'standard'
),

as_of as (
    select * from {{ ref('as_of') }}
),

subjects as (
    select
        cases.opened_at as period_at,
        {{ seconds_between('cases.opened_at', 'coalesce(cases.closed_at, as_of.as_of)') }}
            as duration_seconds,
        cases.closed_at is not null as is_event,
        cases.severity,
        cases.surface
    from cases
    cross join as_of
),

{{ survival_quantiles(
    metric_slices('time_to_resolution_p50_hours'),
    metric_grains('time_to_resolution_p50_hours'),
    quantiles=[0.5, 0.9]
) }}

select * from quantiles
