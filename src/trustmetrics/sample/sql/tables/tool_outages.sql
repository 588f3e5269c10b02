-- Grain: one row per outage. Some are told by hand: a planned one, two that overlap, one inside
-- another, one of a service nobody has listed, one that is still going on. It arrives when it
-- starts and again when it ends.
with told as (
    select *
    from (
        values
            (1, 'review_console', '2025-08-12 09:14:05', '2025-08-12 11:02:40', false),
            (2, 'review_console', '2025-08-12 10:30:00', '2025-08-12 12:20:10', false),
            (3, 'action_gateway', '2026-02-20 23:10:00', '2026-02-21 03:40:00', false),
            (4, 'action_gateway', '2026-02-21 00:30:00', '2026-02-21 01:00:00', false),
            (5, 'detector_bus', '2025-11-29 02:00:00', '2025-11-29 08:00:00', true),
            (6, 'retired_console', '2025-06-11 13:00:00', '2025-06-11 13:25:00', false),
            (7, 'case_search', '2026-06-30 23:41:30', null, false)
    ) as told (number, service, started, ended, planned)
),

others as (
    select
        k + 8 as number,
        ([
            'review_console', 'action_gateway', 'detector_bus',
            'case_search', 'appeal_portal', 'report_builder'
        ])[1 + (draw('outage service', k) % 6)::integer] as service,
        stream_ms('outage', k, (k + uniform('outage', k)) / getvariable('n_outages'))
            as started_ms,
        least(
            started_ms + hours(0.05 + 0.5 * waiting('outage', k)),
            getvariable('end_ms') - 1
        ) as ended_ms,
        chance('planned', k, 0.3) as planned,
    from range(getvariable('n_outages')) as numbers (k)
),

together as (
    select
        number,
        service,
        started::timestamp as started_at,
        ended::timestamp as ended_at,
        planned,
    from told

    union all

    select
        number,
        service,
        to_moment(started_ms) as started_at,
        to_moment(ended_ms) as ended_at,
        planned,
    from others
),

final as (
    select
        make_id('u', 'outage', number) as outage_id,
        service,
        started_at,
        ended_at,
        planned,
        coalesce(ended_at, started_at) as known_at,
        case when ended_at is not null then started_at end as open_known_at,
    from together
)

select * from final
