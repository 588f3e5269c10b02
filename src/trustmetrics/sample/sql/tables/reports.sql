-- Grain: one row per report. Reports of a case first, from the first one on: most cases have one,
-- a storm has dozens within a day. Then reports that nobody has made a case of, which arrive as the
-- cases do.
--
-- Story 8 and its smaller kind: a brigade is some forty accounts that report one item after the
-- other; what they report mostly violates nothing.
with linked as (
    select
        i * 256 + copy as n,
        reported_ms + case
            when copy = 0 then 0
            when is_brigade or is_storm then hours(14 * pow(uniform('echo', i * 256 + copy), 2))
            else hours(8 * copy * waiting('echo', i * 256 + copy))
        end as ms,
        content_id,
        account,
        surface,
        region,
        case
            when copy > 0 and chance('other claim', i * 256 + copy, 0.15)
                then (
                    ['SPAM-1', 'HAR-1', 'SCAM-1', 'HATE-1']
                )[1 + (draw('claim', i * 256 + copy) % 4)::integer]
            else policy_code
        end as policy_code,
        case_id(i) as case_id,
        case when is_brigade
            then draw('brigade', case story when 'brigade' then -1 else i end * 64 + copy % 40)
        end as brigadier,
    from (
        select
            *,
            unnest(range(n_reports)) as copy,
        from case_lives
        where reported_ms is not null
    ) as copied
),

unlinked as (
    select
        (getvariable('n_offenders') + getvariable('n_brigades')) * 1024 + k as n,
        cells.day,
        cells.surface,
        cells.policy_code,
        account_at('reported', k, ms_of(cells.day)) as account,
        account_region(account_at('reported', k, ms_of(cells.day))) as region,
        lived_ms(
            'report', k, cells.day, account_region(account_at('reported', k, ms_of(cells.day)))
        ) as ms,
        case when not mix.targets_account then make_id('k', 'reported', k) end as content_id,
        null as case_id,
        null as brigadier,
    from (
        select
            k,
            ticket('report cell', k) as ticket,
        from range(getvariable('n_offenders') // 5) as numbers (k)
    ) as drawn
    asof join arrival_cells as cells on drawn.ticket >= cells.first_ticket
    inner join policy_mix as mix on mix.policy_code = cells.policy_code
),

together as (
    select * from linked
    union all by name
    select * exclude (day) from unlinked
),

typed as (
    select
        *,
        case
            when brigadier is not null or percent('reporter', n) < 94 then 'user'
            when percent('reporter', n) < 97 then 'trusted_flagger'
            when percent('reporter', n) < 98 then 'authority'
            else 'internal'
        end as reporter_type,
    from together
),

-- A third of what users report goes through the mechanism for illegal content.
submitted as (
    select
        *,
        case reporter_type
            when 'user' then chance('notice', n, 0.33)
            else reporter_type <> 'internal'
        end as is_notice,
    from typed
),

final as (
    select
        make_id('r', 'report', n) as report_id,
        to_moment(ms) as reported_at,
        reporter_type,
        case
            when brigadier is not null
                then account_id((brigadier % (getvariable('n_accounts') // 2))::bigint)
            when not chance('anonymous', n, 0.2)
                then account_id(account_at('reporter account', n, ms))
        end as reporter_id,
        content_id,
        dangling('a', 'report', n, account_id(account)) as subject_account_id,
        surface,
        region,
        policy_code,
        dangling('c', 'report', n, case_id) as case_id,
        is_notice,
        case when is_notice then 1 + floor(0.4 * waiting('items', n))::integer end
            as items_reported,
        to_moment(ms) as known_at,
    from submitted
    where ms >= getvariable('start_ms') and ms < getvariable('end_ms')
)

select * from final
