-- Grain: one row per period grain, period and slice value.
-- 90th percentile of the hours from opening to closing of the standard queue's cases, by opening;
-- cases that are not closed are censored, not dropped.
with quantiles as (
    select * from {{ ref('int_time_to_resolution_quantiles') }}
    where quantile = 0.9
),

{{ kpi_quantile() }},

{{ kpi_rows() }}

select * from kpi
