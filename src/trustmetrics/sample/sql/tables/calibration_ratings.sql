-- Grain: one row per session, item and moderator. Four programmes of two sessions before and two
-- after; raters agree with the item's true label in three ratings of four before, in nine of ten
-- or more after (the third programme helps least).
with programmes as (
    select *
    from (
        values
            (1, date '2025-04-07', 0.78, 0.91),
            (2, date '2025-07-07', 0.77, 0.90),
            (3, date '2025-10-06', 0.80, 0.83),
            (4, date '2026-04-27', 0.78, 0.93)
    ) as programmes (programme, first_day, agreement_before, agreement_after)
),

sessions as (
    select
        *,
        programme * 10 + session as session_number,
        case when session < 2 then 'before' else 'after' end as phase,
        first_day + (case session when 0 then 0 when 1 then 2 when 2 then 35 else 42 end)::integer
            as session_date,
    from programmes
    cross join range(4) as sessions (session)
),

rated as (
    select
        *,
        session_number * 1000000::bigint + item as item_number,
        item_number * 10 + rater as n,
        (['violation', 'no_violation', 'escalate'])[
            1 + case
                when percent('item truth', item_number) < 45 then 0
                when percent('item truth', item_number) < 85 then 1
                else 2
            end
        ] as truth,
    from sessions
    cross join range(getvariable('n_calibration_items')) as items (item)
    cross join range(getvariable('n_raters')) as raters (rater)
),

final as (
    select
        make_id('g', 'programme', programme) as programme_id,
        make_id('s', 'session', session_number) as session_id,
        session_date,
        phase,
        make_id('i', 'item', item_number) as item_id,
        moderator_id(rater + programme) as moderator_id,
        case
            when chance(
                'rating', n,
                case phase when 'before' then agreement_before else agreement_after end
            ) then truth
            when chance('other rating', n, 0.5) and truth <> 'violation' then 'violation'
            when truth <> 'no_violation' then 'no_violation'
            else 'escalate'
        end as rating,
        session_date::timestamp + interval 30 hour as known_at,
    from rated
)

select * from final
