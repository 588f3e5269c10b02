-- Grain: one row per platform and month of submission. Delays from content to restriction, in days,
-- with what marks a platform's dates as something else than when things took place.
with

cases as (
    select * from all_cases
),

counted as (
    select
        surface as platform_name,
        cast(date_trunc('month', ingested_at) as date) as submitted_in,
        count(*) as statements,
        count(*) filter (where delay_mark = 'negative') as negative,
        count(*) filter (where delay_mark = 'zero') as exactly_zero,
        count(delay_days) as with_a_delay,
        count(*) filter (where cast(opened_at as time) = time '00:00:00') as of_day_alone,
        min(delay_days) as least_days,
        approx_quantile(delay_days, 0.5) as median_days_about,
        max(delay_days) as greatest_days
    from cases
    group by all
)

select
    *,
    case
        when with_a_delay < 100 then null
        when exactly_zero >= 0.99 * with_a_delay then 'content and restriction have one date'
        when negative >= 0.5 * with_a_delay then 'most restrictions lie before their content'
        when least_days = greatest_days then 'one delay for all'
    end as mark
from counted
order by platform_name, submitted_in
