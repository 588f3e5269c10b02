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

{{ kpi_rate(exposures=ref('int_account_exposures')) }},

{{ kpi_rows() }}

select * from kpi
