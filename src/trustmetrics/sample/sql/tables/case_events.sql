-- Grain: one row per event in a case's life. The automated queue assigns nothing to anybody; three
-- cases in a hundred are passed on to the escalation team, two are sorted anew.
with events as (
    select
        i * 8 + 1 as n,
        i,
        moderator,
        'assigned' as event_type,
        assigned_ms as ms,
        null as reason,
    from case_lives
    where queue <> 'automated'

    union all

    select
        i * 8 + 2 as n,
        i,
        moderator,
        'escalated' as event_type,
        assigned_ms + 60000 as ms,
        null as reason,
    from case_lives
    where queue = 'standard' and chance('escalated', i, 0.03)

    union all

    select
        i * 8 + 3 as n,
        i,
        moderator,
        'retriaged' as event_type,
        if_happened(closed_ms + days(3 * waiting('retriaged', i))) as ms,
        case when chance('retriage error', i, 0.4) then 'error' else 'routing' end as reason,
    from case_lives
    where chance('retriage', i, 0.02)

    union all

    select
        i * 8 + 4 as n,
        i,
        moderator,
        'closed' as event_type,
        closed_ms as ms,
        null as reason,
    from case_lives

    union all

    select
        i * 8 + 5 as n,
        i,
        moderator,
        'reopened' as event_type,
        reopened_ms as ms,
        reopened_reason as reason,
    from case_lives

    union all

    select
        i * 8 + 6 as n,
        i,
        moderator,
        'closed' as event_type,
        closed_again_ms as ms,
        null as reason,
    from case_lives
),

final as (
    select
        make_id('e', 'event', n) as case_event_id,
        case
            when event_type = 'closed' then case_id(i)
            else dangling('c', 'event', n, case_id(i))
        end as case_id,
        event_type,
        to_moment(ms) as occurred_at,
        case
            when event_type = 'escalated' or event_type = 'closed' and n % 8 = 6
                then senior('event actor', n)
            when event_type in ('assigned', 'closed') then moderator_id(moderator)
        end as actor_id,
        reason,
        to_moment(ms) as known_at,
    from events
    where ms is not null
)

select * from final
