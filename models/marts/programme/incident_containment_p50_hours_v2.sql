-- Grain: one row per period grain (month, quarter), period and slice value.
-- Median of the hours from declaration to containment of major incidents, by declaration; incidents
-- not yet contained are censored at as_of, not dropped.
with incidents as (
    select * from {{ ref('int_major_incidents') }}
),

as_of as (
    select * from {{ ref('as_of') }}
),

subjects as (
    select
        incidents.declared_at as period_at,
        {{ seconds_between(
            'incidents.declared_at', 'coalesce(incidents.contained_at, as_of.as_of)'
        ) }} as duration_seconds,
        incidents.contained_at is not null as is_event,
        incidents.severity as segment
    from incidents
    cross join as_of
),

{{ survival_quantiles(metric_slices(), metric_grains(), quantiles=[0.5]) }},

{{ kpi_quantile() }},

{{ kpi_rows() }}

select * from kpi
