-- Grain: one row per period grain, period and slice value.
-- Confirmed violations per thousand transactions, by when the harm occurred.
with subjects as (
    select
        occurred_at as period_at,
        surface,
        region,
        harm_type
    from {{ ref('int_cases') }}
    where is_confirmed
),

{{ kpi_rate(exposures=ref('int_activity_exposures'), exposure='transactions') }},

{{ kpi_rows() }}

select * from kpi
