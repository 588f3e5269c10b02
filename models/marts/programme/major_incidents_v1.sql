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
    {{ seen_values('subjects', metric_slices()) }}
),

{{ kpi_sliced(metric_slices(), {'counted': 'count(*)'}, metric_grains()) }},

counts as (
    select * from sliced
),

{{ kpi_count() }},

{{ kpi_rows() }}

select * from kpi
