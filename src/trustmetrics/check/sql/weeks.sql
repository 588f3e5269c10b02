-- Grain: one row per week before as_of, the latest complete one first (0).
-- Why: how many rows came in each week, and how many of the facts took place in it. A week ends at
-- the midnight that begins the day of as_of, so that each holds seven whole days.
with raw_rows as (
    select
        ingested_at,
        case
            when {{ event }} between $calendar_start and $as_of then cast({{ event }} as timestamp)
        end as event_at
    from raw.{{ table }}
    where ingested_at between $calendar_start and $as_of
),

counts as (
    select
        cast(floor(epoch($week_end - ingested_at - interval 1 microsecond) / 604800) as bigint)
            as arrived_weeks_ago,
        cast(floor(epoch($week_end - event_at - interval 1 microsecond) / 604800) as bigint)
            as event_weeks_ago,
        count(*) as row_count
    from raw_rows
    group by all
),

weeks as (
    select unnest(range(0, $weeks + 1)) as weeks_ago
)

select
    weeks.weeks_ago,
    coalesce(sum(row_count) filter (where arrived_weeks_ago = weeks.weeks_ago), 0) as arrived_rows,
    coalesce(sum(row_count) filter (where event_weeks_ago = weeks.weeks_ago), 0) as event_rows,
    coalesce(sum(row_count), 0) as all_rows
from weeks
left join counts on true
group by weeks.weeks_ago
order by weeks.weeks_ago
