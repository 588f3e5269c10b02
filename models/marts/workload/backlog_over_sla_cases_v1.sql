-- Grain: one row per period grain, period and slice value.
-- Open cases older, since they were opened, than the hours that their severity allows for an
-- action; state at the end of the period, or at as_of in a period that is not complete.
with open_cases as (
    select * from {{ ref('int_open_cases') }}
),

slas as (
    select * from {{ ref('action_sla') }}
),

subjects as (
    select
        open_cases.period_grain,
        open_cases.period_start,
        open_cases.severity,
        open_cases.queue,
        open_cases.age_seconds > slas.sla_hours * 3600 as is_over_sla
    from open_cases
    left join slas on open_cases.severity = slas.severity
),

{{ kpi_count(
    seen_in=ref('int_cases'), counted='count(*) filter (where is_over_sla)',
    subjects_have_periods=true
) }},

{{ kpi_rows() }}

select * from kpi
