-- Grain: one row per period grain, period and slice value.
-- Median of the hours from a case's first signal to its first action, critical and high severity,
-- by first signal; cases still waiting are censored, not dropped.
with quantiles as (
    select * from {{ ref('int_time_to_action_quantiles') }}
    where quantile = 0.5
),

{{ kpi_quantile() }},

{{ kpi_rows() }}

select * from kpi
