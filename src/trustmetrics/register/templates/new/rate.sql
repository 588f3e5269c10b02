-- Grain: one row per period grain, period and slice value.
-- FILL IN: which events, per how much of what; by which time.
with subjects as (
    select
        opened_at as period_at,
        severity
    from {{ ref('int_cases') }}
    where is_confirmed
),

{{ kpi_rate(exposures=ref('int_account_exposures')) }},

{{ kpi_rows() }}

select * from kpi
