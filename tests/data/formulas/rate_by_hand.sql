-- A rate per 1,000 accounts with Byar's interval.
-- Source: the example of docs/metrics/harm_prevalence_rate.md, 412 events over 2,150,000 accounts,
-- evaluated by hand to six decimals (formula: Breslow NE, Day NE (1987), chapter 2); the slice that
-- has no event has 3.668012 / 2,150 as its upper bound. Returns the slices that are missing or
-- differ.
with digits as (
    select digit.digit
    from (values (0), (1), (2), (3), (4), (5), (6), (7), (8), (9)) as digit (digit)
),

subjects as (
    select
        cast('feed' as varchar) as surface,
        case when tens.digit = 0 then 'rare' else 'common' end as harm_type,
        case
            when tens.digit = 0 then cast('2023-05-01' as date) else cast('2023-03-01' as date)
        end as period_at
    from digits as hundreds
    cross join digits as tens
    cross join digits as ones
    where
        (tens.digit > 0 and 90 * hundreds.digit + 10 * tens.digit + ones.digit - 10 < 412)
        or (tens.digit = 0 and hundreds.digit = 0)
),

accounts as (
    select
        cast('month' as varchar) as period_grain,
        cast('2023-03-01' as date) as period_start,
        cast('overall' as varchar) as slice,
        cast('all' as varchar) as slice_value,
        2150000 as exposure
),

{{ kpi_rate(
    factor=1000, exposures='accounts', slices=['surface', 'harm_type'], grains=['month']
) }},

by_hand as (
    select rate.*
    from (
        values
        ('all', 412, 0.191628, 0.173568, 0.211056),
        ('common', 412, 0.191628, 0.173568, 0.211056),
        ('rare', 0, 0, 0, 0.001706)
    ) as rate (slice_value, events, rate, lower_bound, upper_bound)
)

select
    by_hand.*,
    estimates.numerator,
    estimates.value,
    estimates.ci_lower,
    estimates.ci_upper
from by_hand
left join estimates on by_hand.slice_value = estimates.slice_value
where
    estimates.ci_lower is null
    or estimates.ci_upper is null
    or estimates.numerator <> by_hand.events
    or estimates.sample_size <> by_hand.events
    or abs(estimates.value - by_hand.rate) > 5e-7
    or abs(estimates.ci_lower - by_hand.lower_bound) > 5e-7
    or abs(estimates.ci_upper - by_hand.upper_bound) > 5e-7
