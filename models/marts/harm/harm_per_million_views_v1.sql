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

{{ kpi_rate(
    metric='harm_per_million_views', version=1, maturity_days=30,
    factor=1000000, exposures=ref('int_activity_exposures'), exposure='content_views',
    own_slices=['surface', 'region'], shared_slices=['harm_type']
) }}

select * from kpi
