-- Grain: one row per case, as it was opened; what becomes of it is in events, decisions, actions.
with final as (
    select
        case_id(i) as case_id,
        to_moment(opened_ms) as opened_at,
        to_moment(occurred_ms) as occurred_at,
        queue,
        severity,
        policy_code,
        surface,
        region,
        dangling('a', 'case', i, account_id(account)) as subject_account_id,
        content_id,
        to_moment(opened_ms) as known_at,
    from case_lives
)

select * from final
