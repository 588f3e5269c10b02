-- Grain: one row per decision: the first of each case, and the second of a reopened one. Most name
-- no policy of their own; one in forty names another than the case's.
-- Story 3: from 2025-10-01 on, three weeks long, many HAR-1 cases are decided under HAR-2.
with decided as (
    select
        i * 2 as n,
        i,
        decided_ms as ms,
        outcome,
        queue,
        severity,
        story,
        policy_code,
        queue = 'automated' as is_automated,
        moderator,
    from case_lives
    where decided_ms is not null

    union all

    select
        i * 2 + 1 as n,
        i,
        decided_again_ms as ms,
        outcome_again as outcome,
        queue,
        severity,
        story,
        policy_code,
        false as is_automated,
        null as moderator,
    from case_lives
    where decided_again_ms is not null
),

final as (
    select
        make_id('j', 'decision', n) as decision_id,
        dangling('c', 'decision', n, case_id(i)) as case_id,
        to_moment(ms) as decided_at,
        outcome,
        case
            when story = 'har2' then 'HAR-2'
            when percent('applied policy', n) < 35 then policy_code
            when percent('applied policy', n) < 37
                then (['SPAM-1', 'HAR-2', 'SCAM-2'])[1 + (draw('other policy', n) % 3)::integer]
        end as policy_code,
        case when is_automated then 'automated' else 'human' end as decided_by,
        case
            when is_automated then null
            when n % 2 = 1 then senior('moderator', n)
            else moderator_id(moderator)
        end as moderator_id,
        to_moment(ms) as known_at,
    from decided
)

select * from final
