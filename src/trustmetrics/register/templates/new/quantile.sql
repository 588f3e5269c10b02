-- Grain: one row per period grain, period and slice value.
-- FILL IN: median of the hours from what to what, of which subjects; by which time. Subjects whose
-- end has not come yet are censored at as_of, not dropped.
with cases as (
    select * from {{ ref('int_cases') }}
),

as_of as (
    select * from {{ ref('as_of') }}
),

subjects as (
    select
        cases.opened_at as period_at,
        {{ seconds_between('cases.opened_at', 'coalesce(cases.closed_at, as_of.as_of)') }}
            as duration_seconds,
        cases.closed_at is not null as is_event,
        cases.severity
    from cases
    cross join as_of
),

{{ survival_quantiles(metric_slices(), metric_grains(), quantiles=[0.5]) }},

{{ kpi_quantile() }},

{{ kpi_rows() }}

select * from kpi
