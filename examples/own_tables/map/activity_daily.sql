-- activity_daily: One row per date, surface and region with the volumes of that day.
-- From traffic (1,440 rows were read for it), confidence 0.90.
-- Confidence by column: activity_date 0.90, surface 0.95, region 0.95, content_views 0.90,
-- messages_sent 0.90, transactions 0.90, new_accounts 0.90, links_shared 0.90, payment_disputes
-- 0.90.
select
    -- The source's day, taken as a UTC day.
    cast(strptime(day, '%d.%m.%Y') as date) as activity_date,
    -- Its values: Chat (480), Listings (480), Profiles (480).
    area as surface,
    -- Its values: AT (720), DE (720).
    country as region,
    cast(views as bigint) as content_views,
    cast(messages as bigint) as messages_sent,
    cast(orders as bigint) as transactions,
    cast(signups as bigint) as new_accounts,
    cast(links as bigint) as links_shared,
    cast(disputes as bigint) as payment_disputes,
    -- No column says when a row was loaded: the time of the extract, from settings.yml.
    cast(getvariable('extracted_at') as timestamp) as ingested_at,
    -- No column says so: no row is deleted.
    cast(null as boolean) as is_deleted
from traffic
