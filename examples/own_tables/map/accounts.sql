-- accounts: One row per account of the platform.
-- From members (300 rows were read for it), confidence 0.94.
-- Confidence by column: account_id 0.95, created_at 0.90, account_type 0.90, region 0.95.
-- Local times: in the hour that autumn repeats, the second pass is taken, so that a time of the
-- first comes out an hour late. A time in the hour that spring skips moves on by an hour.
select
    cast(member_no as varchar) as account_id,
    timezone(
        'UTC',
        timezone(getvariable('time_zone'), strptime(joined, '%d.%m.%Y %H:%M:%S'))
    ) as created_at,
    -- One of: consumer, business. Another value stays as it is and is rejected.
    case lower(trim(kind))
        when 'private' then 'consumer' -- 243 rows
        when 'trader' then 'business' -- 57 rows
        else kind
    end as account_type,
    -- Its values: DE (228), AT (72).
    country as region,
    -- No column says when a row was loaded: the time of the extract, from settings.yml.
    cast(getvariable('extracted_at') as timestamp) as ingested_at,
    -- No column says so: no row is deleted.
    cast(null as boolean) as is_deleted
from members
