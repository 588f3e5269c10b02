-- Grain: one row per action: the first of a violation, a second one against the account in some
-- cases, an action after a second decision, and a precaution ahead of any decision in some
-- critical cases. Measures that last are lifted in the end, or when an appeal is won.
with taken as (
    select
        i * 4 as n,
        i * 2 as decision,
        actioned_ms as ms,
        case_lives.*,
    from case_lives
    where actioned_ms is not null

    union all by name

    select
        i * 4 + 1 as n,
        i * 2 as decision,
        if_happened(actioned_ms + hours(0.1 + waiting('account action', i))) as ms,
        case when severity in ('critical', 'high') then 'account_suspended' else 'warning' end
            as action_type,
        case_lives.* exclude (action_type),
    from case_lives
    where actioned_ms is not null and action_type <> 'account_suspended'
        and chance('account action', i, case when severity = 'critical' then 0.4 else 0.06 end)

    union all by name

    select
        i * 4 + 2 as n,
        i * 2 + 1 as decision,
        actioned_again_ms as ms,
        case_lives.*,
    from case_lives
    where actioned_again_ms is not null

    union all by name

    select
        i * 4 + 3 as n,
        null as decision,
        if_happened(opened_ms + hours(0.05 * waiting('precaution', i))) as ms,
        'interaction_restricted' as action_type,
        case_lives.* exclude (action_type),
    from case_lives
    where severity = 'critical' and queue <> 'automated' and chance('precaution', i, 0.08)
),

timed as (
    select
        *,
        if_happened(
            case
                when verdict = 'overturned' and resolved_ms > ms then resolved_ms
                when action_type in ('account_suspended', 'interaction_restricted')
                    then ms + days(([1, 7, 30])[1 + (draw('term', n) % 3)::integer])
                when action_type = 'content_demoted' then ms + days(14)
            end
        ) as ended_ms,
    from taken
    where ms is not null
),

final as (
    select
        make_id('x', 'action', n) as action_id,
        case when decision is not null
            then dangling('j', 'action', n, make_id('j', 'decision', decision)) end as decision_id,
        dangling('c', 'action', n, case_id(i)) as case_id,
        to_moment(ms) as actioned_at,
        to_moment(ended_ms) as ended_at,
        action_type,
        account_id(account) as subject_account_id,
        content_id,
        queue = 'automated' and decision = i * 2 as automated,
        case when queue = 'automated' and decision = i * 2 then detector_id end as detector_id,
        case when policy_code in ('CHILD-1', 'HATE-1', 'THREAT-1', 'IP-1', 'FRAUD-1')
            and chance('ground', i, 0.5)
            then 'illegal_content' else 'incompatible_content' end as legal_ground,
        to_moment(ms) as known_at,
    from timed
)

select * from final
