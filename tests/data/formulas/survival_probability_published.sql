-- The Kaplan-Meier probability of an event within 10 days, with Wilson's interval at the effective
-- sample size of Dorey and Korn, against published values and against its limiting cases.
-- Sources: the 6-mercaptopurine arm of Freireich EJ et al. (1963), Blood 21: 699-716, a week
-- standing for a day: P by week 10 = 1 - 0.7529412, n_eff = (1 - S) / (S V) = 20.038311 (Dorey FJ,
-- Korn EL (1987), Statistics in Medicine 6: 679-687), interval by hand; else Newcombe RG (1998),
-- Statistics in Medicine 17: 857-872, table I: without censoring before the horizon the interval
-- is Wilson's of the plain proportion (81 of 263; 15 of 148, one of them at exactly 10 days, and
-- events a second later that do not count; 1 of 29), with no event the size is the number followed
-- to the horizon (0 of 20, five more censored a second before it), and where S is 0 all subjects
-- (29 of 29). Returns the groups that are missing or differ.
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
        ('6-mp', 6, 0, true, 3), ('6-mp', 6, 0, false, 1), ('6-mp', 7, 0, true, 1),
        ('6-mp', 9, 0, false, 1), ('6-mp', 10, 0, true, 1), ('6-mp', 10, 0, false, 1),
        ('6-mp', 11, 0, false, 1), ('6-mp', 13, 0, true, 1), ('6-mp', 16, 0, true, 1),
        ('6-mp', 17, 0, false, 1), ('6-mp', 19, 0, false, 1), ('6-mp', 20, 0, false, 1),
        ('6-mp', 22, 0, true, 1), ('6-mp', 23, 0, true, 1), ('6-mp', 25, 0, false, 1),
        ('6-mp', 32, 0, false, 2), ('6-mp', 34, 0, false, 1), ('6-mp', 35, 0, false, 1),
        ('81 of 263', 4, 0, true, 81), ('81 of 263', 10, 0, false, 182),
        ('15 of 148', 3, 0, true, 14), ('15 of 148', 10, 0, true, 1),
        ('15 of 148', 10, 1, true, 3), ('15 of 148', 40, 0, false, 130),
        ('1 of 29', 0, 0, true, 1), ('1 of 29', 11, 0, false, 28),
        ('0 of 20', 10, -1, false, 5), ('0 of 20', 10, 0, false, 19), ('0 of 20', 90, 0, true, 1),
        ('29 of 29', 1, 0, true, 20), ('29 of 29', 2, 0, true, 9)
    ) as subject (arm, days, seconds, is_event, copies)
),

subjects as (
    select
        observed.arm,
        observed.days * 86400 + observed.seconds as duration_seconds,
        observed.is_event,
        cast('2023-07-01' as date) as period_at
    from observed
    inner join numbers on observed.copies > numbers.number
),

{{ kpi_survival_probability(slices=['arm'], grains=['quarter'], within_days=10) }},

published as (
    select probability.*
    from (
        values
        ('6-mp', 5, 21, 0.2470588, 0.110040, 0.465457),
        ('81 of 263', 81, 263, 0.3079848, 0.255289, 0.366210),
        ('15 of 148', 15, 148, 0.1013514, 0.062386, 0.160487),
        ('1 of 29', 1, 29, 0.0344828, 0.006113, 0.171755),
        ('0 of 20', 0, 25, 0, 0, 0.161125),
        ('29 of 29', 29, 29, 1, 0.883030, 1)
    ) as probability (arm, events, subjects, probability, lower_bound, upper_bound)
)

select
    published.*,
    estimates.numerator,
    estimates.denominator,
    estimates.value,
    estimates.ci_lower,
    estimates.ci_upper
from published
left join estimates
    on
        estimates.slice = 'arm'
        and published.arm = estimates.slice_value
where
    estimates.value is null
    or estimates.ci_lower is null
    or estimates.ci_upper is null
    or estimates.numerator <> published.events
    or estimates.denominator <> published.subjects
    or estimates.sample_size <> published.subjects
    or abs(estimates.value - published.probability) > 5e-8
    or abs(estimates.ci_lower - published.lower_bound) > 5e-7
    or abs(estimates.ci_upper - published.upper_bound) > 5e-7
