-- Chapman's estimate of a population from two lists and its standard error against published
-- values; the value is the share on the first list, its bounds are those of the population
-- inverted, M + f0 C and M + f0 / C, so the standard error is read off either: f0 sqrt(exp((ln
-- C / z)^2) - 1). Sources: Chapman DG (1951), University of California Publications in
-- Statistics 1: 131-160, and Seber GAF (1970), Biometrics 26: 13-22: lists of 10, 15, both 5;
-- 346, 184, both 49; 200, 150, both 30. The last two are by hand: 16, 16, both 1 has se = 17 x
-- 15 / sqrt 12; where one list holds the other nobody is estimated to have been missed and
-- there are no bounds. Returns the studies that are missing or differ.
with digits as (
    select digit
    from (values (0), (1), (2), (3), (4), (5), (6), (7), (8), (9)) as digit (digit)
),

numbers as (
    select 100 * hundreds.digit + 10 * tens.digit + ones.digit as number
    from digits as hundreds
    cross join digits as tens
    cross join digits as ones
),

published as (
    select *
    from (
        values
        ('a', 10, 15, 5, 28.3333, 5.9094, 5e-5),
        ('b', 346, 184, 49, 1282.9, 142.083, 5e-4),
        ('c', 200, 150, 30, 978.0645, 141.894, 5e-4),
        ('few', 16, 16, 1, 143.5, 73.6122, 5e-5),
        ('held', 5, 9, 5, 9, null, 0)
    ) as study (study, n1, n2, both_lists, population, standard_error, tolerance)
),

observed as (
    select
        study,
        true as is_detected,
        true as is_user_reported,
        both_lists as copies
    from published
    union all
    select
        study,
        true as is_detected,
        false as is_user_reported,
        n1 - both_lists as copies
    from published
    union all
    select
        study,
        false as is_detected,
        true as is_user_reported,
        n2 - both_lists as copies
    from published
),

subjects as (
    select
        observed.study,
        observed.is_detected,
        observed.is_user_reported,
        cast('2023-07-01' as date) as period_at
    from observed
    inner join numbers on observed.copies > numbers.number
),

{{ kpi_capture_recapture(slices=['study'], grains=['quarter']) }},

bounded as (
    select
        published.*,
        estimates.numerator,
        estimates.denominator,
        estimates.value,
        estimates.ci_lower,
        estimates.ci_upper,
        estimates.sample_size,
        published.n1 + published.n2 - published.both_lists as seen,
        {{ ratio('estimates.numerator', 'estimates.ci_lower') }} as most,
        {{ ratio('estimates.numerator', 'estimates.ci_upper') }} as fewest
    from published
    left join estimates
        on
            estimates.slice = 'study'
            and published.study = estimates.slice_value
),

compared as (
    select
        *,
        (denominator - seen)
        * sqrt(exp(power(ln((most - seen) / (denominator - seen)) / {{ z_95() }}, 2)) - 1)
            as error_above,
        (denominator - seen)
        * sqrt(exp(power(ln((denominator - seen) / (fewest - seen)) / {{ z_95() }}, 2)) - 1)
            as error_below
    from bounded
)

select * from compared
where
    value is null
    or numerator <> n1
    or sample_size <> seen
    or abs(denominator - population) > 5e-5
    or abs(value - {{ ratio('n1', 'population') }}) > 1e-6
    or (standard_error is null) <> (ci_lower is null)
    or (standard_error is null) <> (ci_upper is null)
    or (standard_error is not null and (error_below is null or error_above is null))
    or abs(error_below - standard_error) > tolerance
    or abs(error_above - standard_error) > tolerance
