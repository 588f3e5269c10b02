-- The days behind the periods of counts: one row per day, none twice, none left out, as many as
-- asked for, and none where there is no first day. 36,525 days from 2000-01-01 end on
-- 2099-12-31 (a century with 25 leap days). Returns what is wrong.
with first_day as (
    select cast('2000-01-01' as date) as first_day
),

days as (
    {{ days_since('first_day', 36525) }}
),

no_day as (
    select cast(null as date) as no_day
),

no_days as (
    {{ days_since('no_day', 36525) }}
),

summary as (
    select
        count(*) as row_count,
        count(distinct day) as day_count,
        min(day) as first_day,
        max(day) as last_day
    from days
)

select
    summary.*,
    none.row_count as rows_without_a_first_day
from summary
cross join (select count(*) as row_count from no_days) as none
where
    summary.row_count <> 36525
    or summary.day_count <> 36525
    or summary.first_day <> cast('2000-01-01' as date)
    or summary.last_day <> cast('2099-12-31' as date)
    or none.row_count <> 0
