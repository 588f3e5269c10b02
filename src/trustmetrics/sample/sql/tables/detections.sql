-- Grain: one row per automated flag. The flags that led to a case first; some cases have a second,
-- general one. Then flags that were not sent to review: one for each reviewed one where half were
-- to be reviewed, three where a quarter was, or about as many: they take what room the sample's
-- size leaves. Weighting by 1 / review_probability speaks for all of them.
with linked as (
    select
        i * 2 as n,
        detector_id,
        flagged_ms as ms,
        content_id,
        account,
        surface,
        region,
        policy_code,
        band,
        review_probability,
        dangling('c', 'detection', i, case_id(i)) as case_id,
    from case_lives
    where flagged_ms is not null

    union all

    select
        i * 2 + 1 as n,
        'det_general_risk' as detector_id,
        flagged_ms + hours(2 * waiting('second flag', i)) as ms,
        content_id,
        account,
        surface,
        region,
        policy_code,
        'certain' as band,
        null as review_probability,
        case_id(i) as case_id,
    from case_lives
    where flagged_ms is not null and chance('second flag', i, 0.06)
),

sampled as (
    select
        *,
        row_number() over (partition by band order by n) - 1 as place,
    from linked
    where review_probability is not null and detector_id <> 'det_child_hash'
),

room as (
    select
        greatest(getvariable('n_detections') - (select count(*) from linked), 0) as flags,
        count(*) filter (where band = 'likely') as likely,
        count(*) filter (where band = 'possible') as possible,
    from sampled
),

drawn as (
    select
        k,
        case
            when uniform('sample band', k) * (likely + 3 * possible) < likely
                then 'likely'
            else 'possible'
        end as band,
        case band
            when 'likely' then draw('sample', k) % likely
            else draw('sample', k) % possible
        end as place,
    from room
    cross join range(room.flags) as numbers (k)
),

unreviewed as (
    select
        (select max(n) + 1 from linked) + drawn.k as n,
        sampled.detector_id,
        least(
            sampled.ms + hours(20 * uniform('sample time', drawn.k)),
            getvariable('end_ms') - 1 - draw('sample end', drawn.k) % 3600000
        )::bigint as ms,
        case when sampled.content_id is not null
            then make_id('k', 'flagged', drawn.k) end as content_id,
        account_at('flagged', drawn.k, sampled.ms) as account,
        sampled.surface,
        account_region(account_at('flagged', drawn.k, sampled.ms)) as region,
        sampled.policy_code,
        sampled.band,
        sampled.review_probability,
        null as case_id,
    from drawn
    inner join sampled using (band, place)
),

together as (
    select * from linked
    union all
    select * from unreviewed
),

final as (
    select
        make_id('d', 'detection', n) as detection_id,
        to_moment(ms) as detected_at,
        detector_id,
        case
            when detector_id = 'det_nudity_image'
                and ms >= ms_of('2026-01-05') and ms < ms_of('2026-01-26')
                then 'v3.1-rc'
            when ms < released_ms(detector_id) then 'v3.0'
            else 'v3.2'
        end as detector_version,
        content_id,
        dangling('a', 'detection', n, account_id(account)) as subject_account_id,
        surface,
        region,
        policy_code,
        case
            when detector_id = 'det_child_hash' or chance('scoreless', n, 0.02) then null
            when band = 'certain' then round(0.9 + 0.1 * uniform('score', n), 4)
            when band = 'likely' then round(0.75 + 0.15 * uniform('score', n), 4)
            else round(0.6 + 0.15 * uniform('score', n), 4)
        end as score,
        case
            when detector_id = 'det_general_risk' then 0.9::double
            when detector_id <> 'det_child_hash' then 0.6::double
        end as threshold,
        case when detector_id <> 'det_child_hash'
            then review_probability::double end as review_probability,
        case_id,
        to_moment(ms) as known_at,
    from together
    where ms < getvariable('end_ms')
)

select * from final
