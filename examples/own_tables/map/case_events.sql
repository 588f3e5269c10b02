-- case_events: One row per event in the life of a case.
-- From ticket_log (1,877 rows were read for it), confidence 0.91.
-- Confidence by column: case_event_id 0.95, case_id 0.95, event_type 0.90, occurred_at 0.90,
-- actor_id 0.90, reason 0.95.
-- Local times: in the hour that autumn repeats, the second pass is taken, so that a time of the
-- first comes out an hour late. A time in the hour that spring skips moves on by an hour.
select
    cast(log_no as varchar) as case_event_id,
    cast(ticket_no as varchar) as case_id,
    -- One of: assigned, escalated, closed, reopened, retriaged. Another value stays as it is and is
    -- rejected.
    case lower(trim(step))
        when 'closed' then 'closed' -- 918 rows
        when 'assigned' then 'assigned' -- 902 rows
        when 're-opened' then 'reopened' -- 57 rows
        else step
    end as event_type,
    timezone(
        'UTC',
        timezone(getvariable('time_zone'), strptime(logged, '%d.%m.%Y %H:%M:%S'))
    ) as occurred_at,
    cast(agent_no as varchar) as actor_id,
    -- One of: error, new_evidence, appeal, routing, other. Another value stays as it is and is
    -- rejected.
    case lower(trim(cause))
        when 'new evidence' then 'new_evidence' -- 18 rows
        when 'our mistake' then 'error' -- 15 rows
        when 'objection' then 'appeal' -- 11 rows
        else cause
    end as reason,
    -- No column says when a row was loaded: the time of the extract, from settings.yml.
    cast(getvariable('extracted_at') as timestamp) as ingested_at,
    -- No column says so: no row is deleted.
    cast(null as boolean) as is_deleted
from ticket_log
