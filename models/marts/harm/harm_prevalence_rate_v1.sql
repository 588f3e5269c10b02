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

{{ kpi_rate(
    metric='harm_prevalence_rate', version=1, maturity_days=30,
    factor=1000, exposures=ref('int_account_exposures'),
    own_slices=['surface', 'region'], shared_slices=['harm_type', 'severity']
) }}

select * from kpi
