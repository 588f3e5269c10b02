-- Where each case goes. Grain: one row per case: its signal, its queue, and what is known of its
-- fate before anybody looks at it. The queues `standard` and `escalation` wait for moderators
-- (review.py); `automated` is decided at once.
--
-- work: how much a case takes of a moderator's time, against a plain one: its complexity as in the
-- project's seed case_complexity, and chance.
create table case_routes as

with queued as (
    select
        *,
        case
            when story = 'nudity' then 'automated'
            when band = 'certain' and severity in ('low', 'medium')
                and percent('automated', i) < automated
                then 'automated'
            when band = 'certain' and severity = 'high' and percent('automated', i) < automated / 4
                then 'automated'
            when severity = 'critical' or severity = 'high' and chance('escalation', i, 0.08)
                then 'escalation'
            else 'standard'
        end as queue,
        case
            when chance('fate', i, 0.010) then 'duplicate'
            when chance('fate', i, 0.023) then 'reopened in error'
            when chance('fate', i, 0.029) then 'reopened on evidence'
            else 'plain'
        end as fate,
    from case_signals
),

final as (
    select
        *,
        case severity when 'critical' then 2.0 when 'high' then 1.5 else 1.0 end
        * case queue when 'escalation' then 2.0 else 1.0 end as complexity,
        complexity * (0.4 + 0.6 * waiting('work', i)) as work,
    from queued
)

select * from final;
