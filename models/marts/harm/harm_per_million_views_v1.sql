-- Grain: one row per period grain, period and slice value.
-- Confirmed violations per million content views, by when the harm occurred.
with subjects as (
    select
        occurred_at as period_at,
        surface,
        region,
        harm_type
    from {{ ref('int_cases') }}
    where is_confirmed
),

{{ kpi_rate(exposures=ref('int_activity_exposures'), exposure='content_views') }},

{{ kpi_rows() }}

select * from kpi
