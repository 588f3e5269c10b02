-- Grain: one row per platform and month of submission. Delays from content to restriction, in days,
-- with what marks a platform's dates as something else than when things took place. There are few
-- delays and many cases: they are counted by delay first, so that the median is exact in memory
-- that does not grow with the cases.
with

cases as (
    select * from all_cases
),

by_delay as (
    select
        surface as platform_name,
        cast(date_trunc('month', ingested_at) as date) as submitted_in,
        delay_days,
        delay_mark,
        count(*) as statements,
        count(*) filter (where cast(opened_at as time) = time '00:00:00') as of_day_alone
    from cases
    group by all
),

counted as (
    select
        platform_name,
        submitted_in,
        sum(statements) as statements,
        coalesce(sum(statements) filter (where delay_mark = 'negative'), 0) as negative,
        coalesce(sum(statements) filter (where delay_mark = 'zero'), 0) as exactly_zero,
        coalesce(sum(statements) filter (where delay_days is not null), 0) as with_a_delay,
        sum(of_day_alone) as of_day_alone,
        min(delay_days) as least_days,
        max(delay_days) as greatest_days
    from by_delay
    group by platform_name, submitted_in
),

reached as (
    select
        platform_name,
        submitted_in,
        delay_days,
        sum(statements) over (
            partition by platform_name, submitted_in
            order by delay_days
            range between unbounded preceding and current row
        ) as statements
    from by_delay
    where delay_days is not null
),

medians as (
    select
        counted.platform_name,
        counted.submitted_in,
        min(reached.delay_days) as median_days
    from counted
    inner join reached
        on
            counted.platform_name = reached.platform_name
            and counted.submitted_in = reached.submitted_in
            and 2 * reached.statements >= counted.with_a_delay
    group by counted.platform_name, counted.submitted_in
),

final as (
    select
        counted.platform_name,
        counted.submitted_in,
        counted.statements,
        counted.negative,
        counted.exactly_zero,
        counted.with_a_delay,
        counted.of_day_alone,
        counted.least_days,
        medians.median_days,
        counted.greatest_days,
        case
            when counted.with_a_delay < 100 then null
            when counted.exactly_zero >= 0.99 * counted.with_a_delay
                then 'content and restriction have one date'
            when counted.negative >= 0.5 * counted.with_a_delay
                then 'most restrictions lie before their content'
            when counted.least_days = counted.greatest_days then 'one delay for all'
        end as mark
    from counted
    left join medians
        on
            counted.platform_name = medians.platform_name
            and counted.submitted_in = medians.submitted_in
)

select * from final
order by platform_name, submitted_in
