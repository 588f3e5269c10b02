-- Grain: one row per period grain, period and slice value.
-- Reports by users per million content views, by report, harm type as reported.
with subjects as (
    select
        reported_at as period_at,
        surface,
        region,
        harm_type
    from {{ ref('int_user_reports') }}
),

{{ kpi_rate(
    metric='reports_per_million_views', version=1, maturity_days=0,
    factor=1000000, exposures=ref('int_activity_exposures'), exposure='content_views',
    own_slices=['surface', 'region'], shared_slices=['harm_type']
) }}

select * from kpi
