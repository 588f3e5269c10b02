-- Grain: one row per period grain, period and slice value.
-- Incidents of severity sev1 or sev2, by declaration.
with subjects as (
    select
        declared_at as period_at,
        surface,
        severity as segment
    from {{ ref('int_major_incidents') }}
),

{{ kpi_count(seen_in='subjects') }},

{{ kpi_rows() }}

select * from kpi
