{{ config(materialized='table') }}
-- Grain: one row per period grain, period, slice value and quantile.
-- Why: one survival curve serves the median and the 90th percentile of the time to action of
-- critical and high severity cases.
with subjects as (
    select
        first_signal_at as period_at,
        duration_seconds,
        is_actioned as is_event,
        severity,
        surface,
        harm_type,
        queue
    from {{ ref('int_time_to_action') }}
    where severity in ('critical', 'high')
),

{{ survival_quantiles(
    metric_slices('time_to_action_p50_hours'),
    metric_grains('time_to_action_p50_hours'),
    quantiles=[0.5, 0.9]
) }}

select * from quantiles
