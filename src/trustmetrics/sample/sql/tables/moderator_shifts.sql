-- Grain: one row per moderator, day and queue: the hours at the queue, of a shift that is longer,
-- noted to the quarter: sums of quarters are exact, in whatever order they are added.
-- Who is on shift when is the plan that the queues run on (roster.py). Story 4: the standard queue
-- has three quarters of its people from 2026-05-11 to 2026-06-07, and help from then on until
-- 2026-06-21.
with final as (
    select
        moderator_id(moderator) as moderator_id,
        shift_date,
        queue,
        least(
            floor(
                4 * mean_hours
                * (0.85 + 0.3 * uniform('shift ' || queue || moderator, ms_of(shift_date)))
                + uniform('quarter ' || queue || moderator, ms_of(shift_date))
            ) / 4,
            23.5
        ) as review_hours,
        shift_date::timestamp + interval 33 hour as known_at,
    from shifts
)

select * from final
