-- Grain: one row per period grain (month, quarter), period and slice value.
-- Probability that an account commits another confirmed violation within 30 days of its first
-- index instant of the period, from which on it can act again; accounts not yet followed that long
-- are censored.
with subjects as (
    select
        period_grain,
        period_start,
        duration_seconds,
        is_relapsed as is_event,
        surface,
        harm_type
    from {{ ref('int_recurrence_at_large') }}
),

{{ kpi_survival_probability(within_days=30, subjects_have_periods=true) }},

{{ kpi_rows() }}

select * from kpi
