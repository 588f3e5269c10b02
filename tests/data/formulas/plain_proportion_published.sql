-- A proportion of subjects with Wilson's interval against published values.
-- Source: Newcombe RG (1998), Statistics in Medicine 17: 857-872, table I, to six decimals.
-- Returns the proportions that are missing or differ.
with digits as (
    select digit.digit
    from (values (0), (1), (2), (3), (4), (5), (6), (7), (8), (9)) as digit (digit)
),

numbers as (
    select 100 * hundreds.digit + 10 * tens.digit + ones.digit as number
    from digits as hundreds
    cross join digits as tens
    cross join digits as ones
),

published as (
    select proportion.*
    from (
        values
        ('a', 81, 263, 0.255289, 0.366210),
        ('b', 15, 148, 0.062386, 0.160487),
        ('c', 0, 20, 0, 0.161125),
        ('d', 1, 29, 0.006113, 0.171755),
        ('e', 29, 29, 0.883030, 1)
    ) as proportion (example, successes, trials, lower_bound, upper_bound)
),

subjects as (
    select
        published.example,
        numbers.number < published.successes as is_success,
        cast('2023-07-01' as date) as period_at
    from published
    inner join numbers on published.trials > numbers.number
),

{{ kpi_proportion(slices=['example'], grains=['quarter']) }}

select
    published.*,
    estimates.value,
    estimates.ci_lower,
    estimates.ci_upper
from published
left join estimates
    on
        estimates.slice = 'example'
        and published.example = estimates.slice_value
where
    estimates.ci_lower is null
    or estimates.ci_upper is null
    or estimates.numerator <> published.successes
    or estimates.denominator <> published.trials
    or estimates.sample_size <> published.trials
    or abs(estimates.ci_lower - published.lower_bound) > 5e-7
    or abs(estimates.ci_upper - published.upper_bound) > 5e-7
