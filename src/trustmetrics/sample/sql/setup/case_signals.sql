-- What comes to the platform's notice. Grain: one row per case, with its first signal, who gave
-- it, and whether there is a violation.
--
-- A case belongs to an offence by an offender: r numbers offenders, strike an offender's offences
-- from 1 on, i = 4 r + strike - 1 the cases. Whoever offends again does so when the suspension
-- that the policy sets for the strike is over, and some days later; nobody does after a
-- termination.
--
-- Fixed parts of every thousand offenders are set aside for four of the stories, so that a story's
-- size is exact whatever the sample's size:
--
--   wave     24 of 1,000  story 1: scams on `live` from 2026-02-18, after a feature's launch
--   ring     15 of 1,000  story 7: rings of six accounts, each at work for sixty days
--   nudity   10 of 1,000  story 6: a faulty version of det_nudity_image, 2026-01-05 to 2026-01-25
--   har2      6 of 1,000  story 3: HAR-2 is widened on 2025-10-01 and much used for three weeks
--
-- and a few more offenders are the targets of story 8: brigade, 2026-05-04 to 2026-05-10.
--
-- Story 2 is here as well: det_spam_graph is right less and less often from 2026-03-01 on.
--
-- Columns that end in _ms are epoch milliseconds. account is an account's number;
-- review_probability the chance that the flag was sent to review (null: certain); n_reports how
-- many reports the case has, if any; term_days how long the strike suspends the account.
create table case_signals as

with offenders as (
    select
        r,
        case
            when r >= getvariable('n_offenders') then 'brigade'
            else coalesce(story_parts.story, 'usual')
        end as story,
        coalesce(story_parts.slot, draw('policy', r) % 1000) as slot,
        ticket('cell', r) as ticket,
        draw('ring', r) % getvariable('n_rings') as ring,
    from range(getvariable('n_offenders') + getvariable('n_brigades')) as numbers (r)
    left join story_parts
        on story_parts.part = r % 1000 and r < getvariable('n_offenders')
),

-- The stories choose their own policy, surface and day; the cell decides for everyone else.
placed as (
    select
        offenders.*,
        case story
            when 'wave' then case when chance('wave policy', r, 0.8) then 'SCAM-1' else 'SCAM-2' end
            when 'ring' then 'SCAM-2'
            when 'nudity' then 'NUD-1'
            when 'har2' then 'HAR-1'
            when 'brigade' then 'HAR-1'
            else cells.policy_code
        end as policy_code,
        case story
            when 'wave' then 'live'
            when 'brigade' then 'feed'
            else cells.surface
        end as surface,
        case story
            when 'wave' then to_day(window_ms('wave', r, '2026-02-18', '2026-04-05', 1.6))
            when 'nudity' then to_day(window_ms('nudity', r, '2026-01-05', '2026-01-25', 1.0))
            when 'har2' then to_day(window_ms('har2', r, '2025-10-01', '2025-10-21', 1.4))
            when 'brigade' then to_day(window_ms('brigade', r, '2026-05-04', '2026-05-09', 1.2))
            when 'ring'
                then to_day(ring_start_ms(ring) + days(60 * uniform('ring day', r)))
            else cells.day
        end as day,
    from offenders
    asof join arrival_cells as cells on offenders.ticket >= cells.first_ticket
),

-- The wave comes from accounts that were made for it in the last ten days.
attributed as (
    select
        placed.*,
        mix.* exclude (policy_code, weight, first_slot, feed, messaging, marketplace, live),
        case
            when story = 'ring'
                then getvariable('n_accounts') // 2 - getvariable('n_ring_accounts')
                    + ring * 6 + draw('ring member', r) % 6
            when story = 'wave'
                then accounts_before(ms_of(day)) - 1
                    - floor(uniform('subject', r) * getvariable('n_accounts') / 90)::bigint
            else account_at('subject', r, ms_of(day))
        end as account,
    from placed
    inner join policy_mix as mix using (policy_code)
),

-- How many offences there will be: each is followed by another with the policy's own chance.
careers as (
    select
        *,
        account_region(account) as region,
        lived_ms('signal', r, day, account_region(account)) as first_ms,
        case
            when story = 'usual' and again > 0
                then least(
                    4, 1 + floor(ln(1 - uniform('again', r)) / ln(again / 100.0))::integer
                )
            else 1
        end as offences,
    from attributed
),

strikes as (
    select
        * exclude (offences),
        offences > 1 as is_repeated,
        unnest(range(1, offences + 1))::integer as strike,
    from careers
),

timed as (
    select
        *,
        r * 4 + strike - 1 as i,
        case strike when 1 then term_1 when 2 then term_2 when 3 then term_3 else term_4 end
            as term_days,
        greatest(
            case when strike > 1 then term_1 else 0 end,
            case when strike > 2 then term_2 else 0 end,
            case when strike > 3 then term_3 else 0 end
        ) >= 9999 as is_gone,
        first_ms
        + case when strike > 1 then break_ms(r, 1, term_1) else 0 end
        + case when strike > 2 then break_ms(r, 2, term_2) else 0 end
        + case when strike > 3 then break_ms(r, 3, term_3) else 0 end as signal_ms,
    from strikes
),

described as (
    select
        * exclude (term_1, term_2, term_3, term_4, is_gone, truth),
        truth / 100.0 as report_truth,
        case
            when percent('severity', i) < critical then 'critical'
            when percent('severity', i) < high or story in ('wave', 'ring') then 'high'
            when percent('severity', i) < medium then 'medium'
            else 'low'
        end as severity,
        story = 'nudity'
        or story = 'wave' and chance('flagged', i, 0.35)
        or story in ('usual', 'ring', 'har2') and percent('flagged', i) < flagged as has_flag,
        chance('storm', i, 0.008) as is_storm,
        story = 'brigade' or story = 'usual' and not has_flag and chance('mob', i, 0.002)
            as is_brigade,
    from timed
    where not is_gone and signal_ms < getvariable('end_ms')
),

noticed as (
    select
        *,
        has_flag and chance('report too', i, 0.20)
        or not has_flag and chance('report', i, 0.97) as has_report,
        case
            when not has_flag then null
            when story = 'nudity' or percent('band', i) < 68 then 'certain'
            when percent('band', i) < 91 then 'likely'
            else 'possible'
        end as band,
        case band when 'likely' then 0.5 when 'possible' then 0.25 end as review_probability,
        case
            when is_brigade then 30 + floor(60 * uniform('reports', i))::integer
            when is_storm then 4 + floor(exp(3 * uniform('reports', i)))::integer
            else 1 + floor(
                case when story = 'wave' then 1.6 else 0.55 end * waiting('reports', i)
            )::integer
        end as n_reports,
    from described
),

judged as (
    select
        *,
        case
            when story = 'brigade' then 0.0
            when is_brigade then 0.03
            when story = 'wave' then 0.9
            when story = 'ring' then 0.95
            when story = 'nudity' then 0.97
            when is_repeated then case when band is null then 0.6 else 0.95 end
            when band is null then report_truth
            when detector_id = 'det_spam_graph' and signal_ms > ms_of('2026-03-01')
                then accuracy(band, 0.0) - 0.60 * (signal_ms - ms_of('2026-03-01'))
                    / (ms_of('2026-07-01') - ms_of('2026-03-01'))
            when detector_id in ('det_abuse_text', 'det_hate_text') then accuracy(band, 0.05)
            when detector_id = 'det_login_risk' then accuracy(band, -0.03)
            -- A list of known images: what it matches is one, but for a wrong entry.
            when detector_id = 'det_child_hash' then 0.99
            else accuracy(band, 0.0)
        end as violation_probability,
    from noticed
),

-- Where a case is both flagged and reported, the detector comes first five times in six.
signalled as (
    select
        *,
        chance('truth', i, violation_probability) as is_violation,
        signal_ms
        + case when has_flag and has_report and chance('second', i, 0.17)
            then hours(3 * waiting('flag delay', i)) else 0 end as flagged_at_ms,
        signal_ms
        + case when has_flag and has_report and not chance('second', i, 0.17)
            then hours(5 * waiting('report delay', i)) else 0 end as reported_at_ms,
        signal_ms
        + case when has_flag
            then hours(0.01 * waiting('opening', i))
            else hours(0.05 * waiting('opening', i)) end as opened_at_ms,
        case when chance('occurred', i, 0.35)
            then signal_ms - hours(9 * waiting('occurred since', i)) end as occurred_at_ms,
        case when not targets_account
            then make_id('k', 'content', i) end as content_id,
    from judged
),

final as (
    select
        * exclude (signal_ms, flagged_at_ms, reported_at_ms, has_flag, has_report),
        case when has_flag then if_happened(flagged_at_ms) end as flagged_ms,
        case when has_report then if_happened(reported_at_ms) end as reported_ms,
        opened_at_ms as opened_ms,
        occurred_at_ms as occurred_ms,
    from signalled
    where signal_ms >= getvariable('start_ms') and opened_at_ms < getvariable('end_ms')
)

select * exclude (opened_at_ms, occurred_at_ms) from final;
