-- Grain: one row per report. Reports of a case first, from the first one on; then reports that
-- nobody has made a case of, which are spread over policies, surfaces and days like the cases.
with linked as (
    select
        i * 8 + copy as n,
        reported_ms + case when copy > 0 then hours(12 * copy * waiting('echo', n)) else 0 end
            as ms,
        content_id,
        case_lives.account,
        surface,
        region,
        case
            when copy > 0 and chance('other claim', n, 0.15)
                then (
                    ['SPAM-1', 'HAR-1', 'SCAM-1', 'HATE-1']
                )[1 + (draw('claim', n) % 4)::integer]
            else policy_code
        end as policy_code,
        dangling('c', 'report', n, case_id(i)) as case_id,
    from case_lives
    cross join range(8) as copies (copy)
    where
        reported_ms is not null
        and copy <= case when story = 'wave' then 2.0 else 0.7 end * waiting('echoes', i)
),

unlinked as (
    select
        getvariable('n_cases') * 8 + k as n,
        stream_ms('report', k, (k + uniform('report', k)) / n_unlinked) as ms,
        case when not mix.targets_account then make_id('k', 'reported', k) end as content_id,
        account_at('reported', k, ms) as account,
        case
            when percent('report surface', k) < mix.feed then 'feed'
            when percent('report surface', k) < mix.messaging then 'messaging'
            when percent('report surface', k) < mix.marketplace then 'marketplace'
            when percent('report surface', k) < mix.live then 'live'
            else 'profile'
        end as surface,
        account_region(account) as region,
        mix.policy_code,
        null as case_id,
    from (
        select greatest(getvariable('n_reports') - count(*), 0) as n_unlinked
        from linked
    ) as missing
    cross join range(n_unlinked) as numbers (k)
    inner join policy_slots as mix on mix.slot = draw('report policy', k) % 1000
),

together as (
    select * from linked
    union all
    select * from unlinked
),

final as (
    select
        make_id('r', 'report', n) as report_id,
        to_moment(ms) as reported_at,
        case
            when percent('reporter', n) < 93 then 'user'
            when percent('reporter', n) < 96 then 'trusted_flagger'
            when percent('reporter', n) < 97 then 'authority'
            else 'internal'
        end as reporter_type,
        case when not chance('anonymous', n, 0.2)
            then account_id(account_at('reporter account', n, ms)) end as reporter_id,
        content_id,
        dangling('a', 'report', n, account_id(account)) as subject_account_id,
        surface,
        region,
        policy_code,
        case_id,
        to_moment(ms) as known_at,
    from together
    where ms < getvariable('end_ms')
)

select * from final
