-- A weighted proportion with Wilson's interval at Kish's effective sample size, and a plain one.
-- Sources: the examples of docs/metrics/detection_precision.md (n_eff = 240^2 / 2,040) and
-- docs/metrics/qa_pass_rate.md (n_eff = 1,130^2 / 20,530), evaluated by hand to six decimals; the
-- plain one is 81 of 263 of Newcombe RG (1998), Statistics in Medicine 17: 857-872, table I, all
-- weights being 7. Returns the groups that are missing or differ.
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

observed as (
    select subject.*
    from (
        values
        ('detector', 1, true, 36), ('detector', 1, false, 4),
        ('detector', 10, true, 14), ('detector', 10, false, 6),
        ('reviews', 1, true, 24), ('reviews', 1, false, 6),
        ('reviews', 5, true, 19), ('reviews', 5, false, 1),
        ('reviews', 20, true, 49), ('reviews', 20, false, 1),
        ('plain', 7, true, 81), ('plain', 7, false, 182)
    ) as subject (example, weight, is_success, copies)
),

subjects as (
    select
        observed.example,
        cast(observed.weight as {{ t_double() }}) as weight,
        observed.is_success,
        cast('2023-07-01' as date) as period_at
    from observed
    inner join numbers on observed.copies > numbers.number
),

{{ kpi_proportion(slices=['example'], weight='weight', grains=['quarter']) }},

by_hand as (
    select example.*
    from (
        values
        ('detector', 176, 240, 60, 0.733333, 0.549825, 0.860954),
        ('reviews', 1099, 1130, 100, 0.972566, 0.897039, 0.993116),
        ('plain', 567, 1841, 263, 0.307985, 0.255289, 0.366210)
    ) as example (example, numerator, denominator, subjects, share, lower_bound, upper_bound)
)

select
    by_hand.*,
    estimates.numerator as computed_numerator,
    estimates.denominator as computed_denominator,
    estimates.value,
    estimates.ci_lower,
    estimates.ci_upper,
    estimates.sample_size
from by_hand
left join estimates
    on
        estimates.slice = 'example'
        and by_hand.example = estimates.slice_value
where
    estimates.value is null
    or estimates.ci_lower is null
    or estimates.ci_upper is null
    or estimates.numerator <> by_hand.numerator
    or estimates.denominator <> by_hand.denominator
    or estimates.sample_size <> by_hand.subjects
    or abs(estimates.value - by_hand.share) > 5e-7
    or abs(estimates.ci_lower - by_hand.lower_bound) > 5e-7
    or abs(estimates.ci_upper - by_hand.upper_bound) > 5e-7
