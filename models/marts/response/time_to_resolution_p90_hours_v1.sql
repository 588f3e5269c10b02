-- Grain: one row per period grain, period and slice value.
-- 90th percentile of the hours from opening to closing of the standard queue's cases, by opening;
-- cases that are not closed are censored, not dropped.
with quantiles as (
    select * from {{ ref('int_time_to_resolution_quantiles') }}
    where quantile = 0.9
),

{{ kpi_quantile(metric='time_to_resolution_p90_hours', version=1, maturity_days=30) }}

select * from kpi
