-- Grain: one row per moderator, day and queue. As many shifts as the sample has room for, more of
-- them as the platform grows; no moderator has two on one day, for consecutive shifts go to
-- consecutive moderators. Hours make about two and a half decisions an hour.
-- Story 4: the standard queue has half its hours from 2026-04-20 to 2026-06-14.
with shifts as (
    select
        k,
        case when k % 4 = 0 then 'escalation' else 'standard' end as queue,
        getvariable('n_moderators') // 4 as seniors,
        case
            when k % 4 = 0 then (k // 4) % seniors
            else seniors + (k - k // 4 - 1) % (getvariable('n_moderators') - seniors)
        end as moderator,
        to_day(
            getvariable('start_ms')
            + 86400000 * floor(
                grown((k + 0.5) / getvariable('n_shifts')) * getvariable('n_days')
            )::bigint
        ) as shift_date,
    from range(getvariable('n_shifts')) as numbers (k)
),

final as (
    select
        moderator_id(moderator) as moderator_id,
        shift_date,
        queue,
        round(
            (3.5 + 1.5 * uniform('shift', k))
            * case
                when queue = 'standard'
                    and shift_date between date '2026-04-20' and date '2026-06-14'
                    then 0.5
                else 1
            end,
            2
        ) as review_hours,
        shift_date::timestamp + interval 29 hour as known_at,
    from shifts
)

select * from final
