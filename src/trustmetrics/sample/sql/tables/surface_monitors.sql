-- Grain: one row per monitor and time that it was at work. Story 1: nothing watches `live` from
-- 2026-02-10, when its monitor was taken down for the launch, to 2026-03-13.
with final as (
    select
        make_id('w', 'monitor', number) as monitor_id,
        surface,
        active_from,
        active_to,
        greatest(active_from, timestamp '2025-04-01 00:00:00') as known_at,
    from (
        values
            (1, 'feed', timestamp '2023-02-01 09:00:00', null),
            (2, 'feed', timestamp '2024-11-04 09:00:00', null),
            (3, 'messaging', timestamp '2023-05-10 09:00:00', timestamp '2025-07-01 10:00:00'),
            (4, 'messaging', timestamp '2025-06-24 09:00:00', null),
            (5, 'marketplace', timestamp '2024-06-03 09:00:00', null),
            (6, 'live', timestamp '2024-07-15 09:00:00', timestamp '2026-02-10 12:00:00'),
            (7, 'live', timestamp '2026-03-13 16:00:00', null),
            (8, 'profile', timestamp '2025-01-20 09:00:00', null)
    ) as monitors (number, surface, active_from, active_to)
)

select * from final
