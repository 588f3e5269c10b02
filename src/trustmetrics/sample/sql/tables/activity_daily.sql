-- Grain: one row per day, surface and region. Story 1: `live` is busier from 2026-02-16 on, and
-- its payment disputes multiply while the wave lasts.
with volumes as (
    select
        days.day as activity_date,
        places.*,
        epoch_ms(days.day::timestamp) as ms,
        places.surface || places.region as place,
        getvariable('members') * 0.36 * days.level * places.share * places.region_share
        * (0.96 + 0.08 * uniform('activity ' || place, ms))
        * case when surface = 'live' and days.day >= date '2026-02-16' then 1.15 else 1 end
            as users,
    from days_of_history as days
    cross join places
),

final as (
    select
        activity_date,
        surface,
        region,
        round(users * views)::bigint as content_views,
        round(users * messages)::bigint as messages_sent,
        round(users * transactions)::bigint as transactions,
        round(users * 0.0035)::bigint as new_accounts,
        round(users * (0.05 + 0.02 * messages))::bigint as links_shared,
        round(
            users * transactions
            * case
                when surface = 'live'
                    and activity_date between date '2026-02-18' and date '2026-04-12'
                    then 0.030
                else 0.004
            end
            * (0.7 + 0.6 * uniform('disputes ' || place, ms))
        )::bigint as payment_disputes,
        activity_date::timestamp + interval 28 hour as known_at,
    from volumes
)

select * from final
