-- The backlog at an instant is the cases opened by then less those whose latest closing or
-- reopening by then is a closing; over the SLA are those of them whose age in whole seconds exceeds
-- it. Here from the events in staging, with the instant from the calendar and as_of, where the
-- marts go by stretches of time (int_open_cases; docs/metrics/backlog_open_cases.md). Weeks, months
-- and quarters, and the last 31 days. Returns the periods and slice values that differ.
with periods as (
    select
        backlog.period_grain,
        backlog.period_start,
        build.as_of,
        cast({{ period_end('backlog.period_grain', 'backlog.period_start') }} as timestamp)
            as ends_at
    from {{ ref('backlog_open_cases', v=1) }} as backlog
    cross join {{ ref('as_of') }} as build
    where
        backlog.slice = 'overall'
        and (
            backlog.period_grain <> 'day'
            or cast(backlog.period_start as timestamp) >= build.as_of - 31 * interval '1' day
        )
),

opened as (
    select
        periods.*,
        cases.case_id,
        cases.opened_at,
        coalesce(cases.severity, 'unknown') as severity,
        coalesce(cases.queue, 'unknown') as queue
    from periods
    inner join {{ ref('stg_cases') }} as cases
        on
            cases.opened_at < periods.ends_at
            and cases.opened_at <= periods.as_of
),

latest as (
    select
        opened.period_grain,
        opened.period_start,
        opened.case_id,
        max(changes.occurred_at) as changed_at
    from opened
    inner join {{ ref('stg_case_events') }} as changes
        on
            opened.case_id = changes.case_id
            and changes.occurred_at < opened.ends_at
            and changes.occurred_at <= opened.as_of
    where changes.event_type in ('closed', 'reopened')
    group by
        opened.period_grain,
        opened.period_start,
        opened.case_id
),

latest_ids as (
    select
        latest.period_grain,
        latest.period_start,
        latest.case_id,
        max({{ by_bytes('changes.case_event_id') }}) as case_event_id
    from latest
    inner join {{ ref('stg_case_events') }} as changes
        on
            latest.case_id = changes.case_id
            and latest.changed_at = changes.occurred_at
    where changes.event_type in ('closed', 'reopened')
    group by
        latest.period_grain,
        latest.period_start,
        latest.case_id
),

closed as (
    select
        latest_ids.period_grain,
        latest_ids.period_start,
        latest_ids.case_id
    from latest_ids
    inner join {{ ref('stg_case_events') }} as changes
        on latest_ids.case_event_id = changes.case_event_id
    where changes.event_type = 'closed'
),

states as (
    select
        opened.period_grain,
        opened.period_start,
        opened.severity,
        opened.queue,
        closed.case_id is not null as is_closed,
        coalesce(
            {{ seconds_between('opened.opened_at', 'least(opened.ends_at, opened.as_of)') }}
            > 3600 * slas.sla_hours,
            false
        ) as is_late
    from opened
    left join closed
        on
            opened.period_grain = closed.period_grain
            and opened.period_start = closed.period_start
            and opened.case_id = closed.case_id
    left join {{ ref('action_sla') }} as slas on opened.severity = slas.severity
),

{%- set slices = {'overall': "'all'", 'severity': 'severity', 'queue': 'queue'} %}

counted as (
    {%- for slice, slice_value in slices.items() %}
    select
        period_grain,
        period_start,
        '{{ slice }}' as slice,
        {{ slice_value }} as slice_value,
        count(*) - count(*) filter (where is_closed) as open_count,
        count(*) filter (where is_late and not is_closed) as late_count
    from states
    group by 1, 2, 3, 4
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

marts as (
    select
        backlog.period_grain,
        backlog.period_start,
        backlog.slice,
        backlog.slice_value,
        backlog.numerator as open_cases,
        overdue.numerator as overdue_cases
    from {{ ref('backlog_open_cases', v=1) }} as backlog
    inner join periods
        on
            backlog.period_grain = periods.period_grain
            and backlog.period_start = periods.period_start
    left join {{ ref('backlog_over_sla_cases', v=1) }} as overdue
        on
            backlog.period_grain = overdue.period_grain
            and backlog.period_start = overdue.period_start
            and backlog.slice = overdue.slice
            and backlog.slice_value = overdue.slice_value
)

select
    marts.*,
    counted.slice as counted_slice,
    counted.slice_value as counted_slice_value,
    counted.open_count,
    counted.late_count
from marts
full join counted
    on
        marts.period_grain = counted.period_grain
        and marts.period_start = counted.period_start
        and marts.slice = counted.slice
        and marts.slice_value = counted.slice_value
where
    marts.open_cases is null
    or marts.overdue_cases is null
    or marts.open_cases <> coalesce(counted.open_count, 0)
    or marts.overdue_cases <> coalesce(counted.late_count, 0)
