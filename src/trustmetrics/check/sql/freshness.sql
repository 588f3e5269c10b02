-- Grain: one row for a raw table.
-- Why: how long ago its newest row came, and how long its pauses are: the second longest, in days
-- between dates of arrival, of the trailing weeks before that newest row. Not the longest, for one
-- outage must not excuse the next; not a typical one, for surveys come in waves.
with arrivals as (
    select ingested_at
    from raw.{{ table }}
    where ingested_at between $calendar_start and $as_of
),

dates as (
    select distinct cast(ingested_at as date) as arrived_on
    from arrivals
),

pauses as (
    select
        arrived_on,
        arrived_on - lag(arrived_on) over (order by arrived_on) as days
    from dates
),

newest as (
    select max(ingested_at) as newest_at
    from arrivals
)

select
    any_value(newest.newest_at) as newest_at,
    epoch($as_of - any_value(newest.newest_at)) / 3600 as hours_since,
    count(pauses.arrived_on) as arrival_days,
    list(pauses.days order by pauses.days desc nulls last)[2] as second_pause_days
from newest
left join pauses
    on pauses.arrived_on >= cast(newest.newest_at as date) - cast(7 * $weeks as integer)
