-- Grain: one row per action: the first of a violation, one against the account beside it as the
-- policy's ladder of strikes says, an action after a second decision, and a precaution ahead of any
-- decision in some critical cases.
--
-- A suspension ends on the day that was set when it began; whatever is overturned on appeal ends
-- there and then, and arrives a second time.
with taken as (
    select
        i * 4 as n,
        i * 2 as decision,
        actioned_ms as ms,
        case
            when not targets_account then action_type
            when term_days >= 9999 then 'account_terminated'
            when term_days = 0 then 'warning'
            else action_type
        end as action_type,
        case_lives.* exclude (action_type),
    from case_lives
    where actioned_ms is not null

    union all by name

    select
        i * 4 + 1 as n,
        i * 2 as decision,
        if_happened(actioned_ms + hours(0.05 * waiting('account action', i))) as ms,
        case
            when term_days >= 9999 then 'account_terminated'
            when term_days > 0 then 'account_suspended'
            else 'warning'
        end as action_type,
        case_lives.* exclude (action_type),
    from case_lives
    where actioned_ms is not null and not targets_account and story <> 'ring'
        and (term_days > 0 or chance('warning', i, 0.12))

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
    where severity = 'critical' and chance('precaution', i, 0.15)
),

timed as (
    select
        *,
        ms + case
            when action_type in ('account_suspended', 'service_suspended')
                then days(case when term_days between 1 and 9998 then term_days else 30 end)
            when action_type = 'interaction_restricted' then days(3)
            when action_type = 'content_demoted' then days(14)
        end as planned_ms,
        case when verdict = 'overturned' and resolved_ms > ms then resolved_ms end as lifted_ms,
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
        to_moment(least(planned_ms, lifted_ms)) as ended_at,
        action_type,
        account_id(account) as subject_account_id,
        content_id,
        queue = 'automated' and decision = i * 2 as automated,
        case when queue = 'automated' and decision = i * 2 then detector_id end as detector_id,
        case when policy_code in ('CHILD-1', 'HATE-1', 'THREAT-1', 'IP-1', 'FRAUD-1')
            and chance('ground', i, 0.3)
            then 'illegal_content' else 'incompatible_content' end as legal_ground,
        case when chance('by order', i, 0.01)
            then make_id('z', 'order', draw('order', i) % getvariable('n_orders')) end as order_id,
        case when action_type in ('account_suspended', 'service_suspended')
            and chance('misuse', i, 0.04)
            then ([
                'manifestly_illegal_content', 'manifestly_illegal_content',
                'manifestly_unfounded_notices', 'manifestly_unfounded_complaints'
            ])[1 + (draw('misuse', i) % 4)::integer] end as misuse_ground,
        to_moment(coalesce(lifted_ms, ms)) as known_at,
        case when lifted_ms is not null then to_moment(ms) end as open_known_at,
    from timed
)

select * from final
