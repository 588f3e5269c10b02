-- Grain: one row per sampled view. Three in ten views are drawn from the stratum where most
-- violations are and which has two in a hundred of all views.
--
-- Story 5: labels take three days as a rule; from the week of 2026-05-18 on the labelling team is
-- behind, and they take three weeks. Labels that are not made by the end do not exist, so that the
-- last weeks have few.
-- Story 1: views of `live` are four times as often violating in the weeks of the scam wave.
with weeks as (
    select
        *,
        count(*) over () as weeks,
    from study_weeks
),

sampled as (
    select
        n,
        period_start_date,
        case
            when percent('label surface', n) < 56 then 'feed'
            when percent('label surface', n) < 64 then 'messaging'
            when percent('label surface', n) < 78 then 'marketplace'
            when percent('label surface', n) < 92 then 'live'
            else 'profile'
        end as surface,
        case
            when percent('label stratum', n) < 30 then 'high_risk'
            when percent('label stratum', n) < 60 then 'new_author'
            else 'other'
        end as stratum,
        epoch_ms(period_start_date::timestamp) + days(7 * uniform('viewed', n)) as viewed_ms,
        case when period_start_date >= date '2026-05-18' then 16 else 1 end
        + case when period_start_date >= date '2026-05-18' then 5 else 2 end
        * waiting('label delay', n) as delay_days,
    from range(getvariable('n_labels')) as numbers (n)
    inner join weeks on weeks.week = n % weeks.weeks
),

judged as (
    select
        *,
        viewed_ms + days(delay_days) as ms,
        case stratum when 'high_risk' then 0.035 when 'new_author' then 0.0040 else 0.00015 end
        * case
            when surface = 'live'
                and period_start_date between date '2026-02-16' and date '2026-04-05'
                then 4
            else 1
        end as violating_share,
        surface = 'live'
        and period_start_date between date '2026-02-16' and date '2026-04-05' as is_wave,
        case
            when chance('label', n, violating_share) then 'violating'
            when chance('undecided', n, 0.02) then 'undecided'
            else 'benign'
        end as label,
    from sampled
),

final as (
    select
        make_id('v', 'view', n) as sample_id,
        period_start_date,
        surface,
        case when draw('stray stratum', n) % 3000 = 7 then 'unlisted' else stratum end as stratum,
        make_id('k', 'viewed content', n) as content_id,
        label,
        case
            when label = 'violating' and is_wave and chance('wave label', n, 0.8) then 'SCAM-1'
            when label = 'violating' then mix.policy_code
        end as policy_code,
        to_moment(ms) as labelled_at,
        to_moment(ms) as known_at,
    from judged
    inner join policy_slots as mix on mix.slot = draw('label policy', n) % 1000
    where ms < getvariable('end_ms')
)

select * from final
