-- Grain: one row per period grain, period and slice value.
-- Confirmed violations per 1,000 active accounts, by when the harm occurred.
with subjects as (
    select
        occurred_at as period_at,
        surface,
        region,
        harm_type,
        severity
    from {{ ref('int_cases') }}
    where is_confirmed
),

{{ kpi_rate(exposures=ref('int_account_exposures')) }},

{{ kpi_rows() }}

select * from kpi
