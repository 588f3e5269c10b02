-- What comes to the platform's notice. Grain: one row per case, with its first signal, who gave
-- it, and whether there is a violation.
--
-- Cases are numbered from 0 in about the order of their signals. Fixed parts of every thousand are
-- set aside for four of the stories, so that a story's size is exact whatever the sample's size:
--
--   wave     25 of 1,000  story 1: scams on `live` from 2026-02-18, after a feature's launch
--   ring     15 of 1,000  story 7: rings of six accounts, each at work for sixty days
--   nudity   10 of 1,000  story 6: a faulty version of det_nudity_image, 2026-01-05 to 2026-01-25
--   har2      6 of 1,000  story 3: HAR-2 is widened on 2025-10-01 and much used for three weeks
--
-- Story 2 is here as well: det_spam_graph is right less and less often from 2025-07-01 on.
--
-- Columns that end in _ms are epoch milliseconds. account is an account's number;
-- review_probability the chance that the flag was sent to review (null: certain).
create table case_signals as

with cases as (
    select
        i,
        coalesce(story_parts.story, 'usual') as story,
        coalesce(story_parts.slot, draw('policy', i) % 1000) as slot,
        draw('ring', i) % getvariable('n_rings') as ring,
    from range(getvariable('n_cases')) as numbers (i)
    left join story_parts on story_parts.part = i % 1000
),

timed as (
    select
        *,
        case story
            when 'wave' then window_ms('wave', i, '2026-02-18', '2026-04-05', 1.5)
            when 'nudity' then window_ms('nudity', i, '2026-01-05', '2026-01-25', 1.0)
            when 'har2' then window_ms('har2', i, '2025-10-01', '2025-10-21', 1.4)
            when 'ring' then getvariable('start_ms')
                + days(uniform('ring start', ring) * (getvariable('n_days') - 61))
                + days(60 * uniform('ring day', i))
            else stream_ms('signal', i, (i + uniform('signal', i)) / getvariable('n_cases'))
        end as signal_ms,
    from cases
),

described as (
    select
        timed.*,
        mix.policy_code,
        mix.detector_id,
        mix.targets_account,
        mix.action_type,
        mix.truth / 100.0 as report_truth,
        case
            when percent('severity', i) < mix.critical then 'critical'
            when percent('severity', i) < mix.high or story in ('wave', 'ring') then 'high'
            when percent('severity', i) < mix.medium then 'medium'
            else 'low'
        end as severity,
        case
            when story = 'wave' then 'live'
            when percent('surface', i) < mix.feed then 'feed'
            when percent('surface', i) < mix.messaging then 'messaging'
            when percent('surface', i) < mix.marketplace then 'marketplace'
            when percent('surface', i) < mix.live then 'live'
            else 'profile'
        end as surface,
        story = 'nudity' or percent('flagged', i) < mix.flagged as has_flag,
    from timed
    inner join policy_slots as mix on mix.slot = timed.slot
),

-- One usual case in eight is one more of an account that is in trouble for some weeks: every block
-- of twenty days has a few such accounts, all older than the period.
attributed as (
    select
        *,
        case
            when story = 'ring'
                then getvariable('n_accounts') // 2 - getvariable('n_ring_accounts')
                    + ring * 6 + draw('ring member', i) % 6
            when story = 'usual' and chance('repeat', i, 0.12)
                then (
                    ((signal_ms - getvariable('start_ms')) // days(20))
                    * getvariable('n_repeaters') + draw('repeater', i) % getvariable('n_repeaters')
                ) * getvariable('repeater_step') % getvariable('n_older')
            else account_at('subject', i, signal_ms)
        end as account,
        has_flag and chance('report too', i, 0.30)
        or not has_flag and chance('report', i, 0.97) as has_report,
        case
            when not has_flag then null
            when story = 'nudity' or percent('band', i) < 45 then 'certain'
            when percent('band', i) < 87 then 'likely'
            else 'possible'
        end as band,
    from described
),

judged as (
    select
        *,
        account_region(account) as region,
        case band when 'likely' then 0.2 when 'possible' then 0.1 end as review_probability,
        case
            when story = 'wave' then 0.94
            when story = 'ring' then 0.97
            when band is null then report_truth
            when detector_id = 'det_spam_graph' and signal_ms > ms_of('2025-07-01')
                then 0.95 - 0.50 * (signal_ms - ms_of('2025-07-01'))
                    / (ms_of('2026-07-01') - ms_of('2025-07-01'))
            when band = 'certain' then 0.98
            when band = 'likely' then 0.95
            else 0.92
        end as violation_probability,
    from attributed
),

-- Where a case is both flagged and reported, the detector comes first three times in four.
signalled as (
    select
        * exclude (signal_ms),
        chance('truth', i, violation_probability) as is_violation,
        signal_ms
        + case when has_flag and has_report and chance('second', i, 0.25)
            then hours(3 * waiting('flag delay', i)) else 0 end as flagged_at_ms,
        signal_ms
        + case when has_flag and has_report and not chance('second', i, 0.25)
            then hours(5 * waiting('report delay', i)) else 0 end as reported_at_ms,
        signal_ms
        + case when has_flag
            then hours(0.05 * waiting('opening', i))
            else hours(0.4 * waiting('opening', i)) end as opened_at_ms,
        case when chance('occurred', i, 0.35)
            then signal_ms - hours(9 * waiting('occurred since', i)) end as occurred_at_ms,
        case when not targets_account
            then make_id('k', 'content', i) end as content_id,
    from judged
),

final as (
    select
        * exclude (flagged_at_ms, reported_at_ms, has_flag, has_report),
        case when has_flag then if_happened(flagged_at_ms) end as flagged_ms,
        case when has_report then if_happened(reported_at_ms) end as reported_ms,
        opened_at_ms as opened_ms,
        occurred_at_ms as occurred_ms,
    from signalled
    where opened_at_ms < getvariable('end_ms')
)

select * exclude (opened_at_ms, occurred_at_ms) from final;
