-- Grain: one row per period grain, period and slice value.
-- Incidents of severity sev1 or sev2, by declaration.
with subjects as (
    select
        declared_at as period_at,
        surface,
        severity as segment
    from {{ ref('int_major_incidents') }}
),

seen_values as (
    {{ seen_values('subjects', ['surface', 'segment']) }}
),

{{ kpi_sliced(
    slices=['surface', 'segment'], measures={'counted': 'count(*)'}, grains=all_grains()
) }},

counts as (
    select * from sliced
),

{{ kpi_count(metric='major_incidents', version=1, maturity_days=0) }}

select * from kpi
