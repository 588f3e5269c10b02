-- Grain: one row per period grain, period and slice value.
-- Open cases older, since they were opened, than the hours that their severity allows for an
-- action; state at the end of the period, or at as_of in a period that is not complete.
with open_spans as (
    select * from {{ ref('int_case_open_spans') }}
),

slas as (
    select * from {{ ref('action_sla') }}
),

as_of as (
    select * from {{ ref('as_of') }}
),

ageing as (
    select
        open_spans.*,
        {{ just_before_older_than('open_spans.case_opened_at', 'slas.sla_hours') }} as overdue_at
    from open_spans
    inner join slas on open_spans.severity = slas.severity
),

spans as (
    select
        greatest(ageing.opened_at, ageing.overdue_at) as opened_at,
        ageing.closed_at,
        ageing.severity,
        ageing.queue
    from ageing
    cross join as_of
    where
        ageing.overdue_at < as_of.as_of
        and (
            ageing.closed_at is null
            or ageing.closed_at > greatest(ageing.opened_at, ageing.overdue_at)
        )
),

seen_values as (
    {{ seen_values(ref('int_cases'), metric_slices()) }}
),

{{ open_at_period_end(metric_slices()) }},

{{ kpi_count(population=ref('backlog_open_cases', v=1)) }},

{{ kpi_rows() }}

select * from kpi
