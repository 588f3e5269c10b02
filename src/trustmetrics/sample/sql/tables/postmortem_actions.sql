-- Grain: one row per action agreed after an incident: three after a major one, one after others.
-- Most are closed when due. It arrives when agreed and again when closed.
with agreed as (
    select
        number * 10 + copy as n,
        incident_id,
        resolved_ms + days(2 + 3 * uniform('agreed', n)) as created_ms,
        created_ms + days(21 + 30 * uniform('due', n)) as due_ms,
        if_happened(
            created_ms + (due_ms - created_ms) * (0.35 + 0.75 * uniform('done', n))
        )::bigint as closed_ms,
    from incident_times
    cross join range(3) as copies (copy)
    where
        resolved_ms is not null
        and (copy = 0 or severity in ('sev1', 'sev2'))
),

final as (
    select
        make_id('o', 'postmortem action', n) as postmortem_action_id,
        incident_id,
        to_moment(created_ms) as created_at,
        to_day(due_ms) as due_on,
        to_moment(closed_ms) as closed_at,
        to_moment(coalesce(closed_ms, created_ms)) as known_at,
        case when closed_ms is not null then to_moment(created_ms) end as open_known_at,
    from agreed
    where created_ms < getvariable('end_ms')
)

select * from final
