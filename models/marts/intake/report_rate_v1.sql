-- Grain: one row per period grain, period and slice value.
-- Reports by users per 1,000 active accounts, by report, harm type as reported.
with subjects as (
    select
        reported_at as period_at,
        surface,
        region,
        harm_type
    from {{ ref('int_user_reports') }}
),

{{ kpi_rate(
    metric='report_rate', version=1, maturity_days=0,
    factor=1000, exposures=ref('int_account_exposures'),
    own_slices=['surface', 'region'], shared_slices=['harm_type']
) }}

select * from kpi
