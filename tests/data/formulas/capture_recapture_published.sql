-- Chapman's estimate of a population from two lists and its standard error against published
-- values; the value is the share on the first list, its bounds are those of the population
-- inverted, so the standard error is read off either bound. Sources: Chapman DG (1951), University
-- of California Publications in Statistics 1: 131-160, and Seber GAF (1970), Biometrika 26: 13-22:
-- lists of 10, 15, both 5; 346, 184, both 49; 200, 150, both 30. The last two are by hand: 16, 16,
-- both 1 has se = 17 x 15 / sqrt 12, so N - z se is below 0 and the upper bound 1; where one list
-- holds the other, se = 0 and there are no bounds. Returns the studies that are missing or differ.
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
        ('a', 10, 15, 5, 28.3333, 5.9094, 5e-5, false),
        ('b', 346, 184, 49, 1282.9, 142.083, 5e-4, false),
        ('c', 200, 150, 30, 978.0645, 141.894, 5e-4, false),
        ('clipped', 16, 16, 1, 143.5, 73.6122, 5e-5, true),
        ('held', 5, 9, 5, 9, null, 0, false)
    ) as study (study, n1, n2, both_lists, population, standard_error, tolerance, is_clipped)
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

compared as (
    select
        published.*,
        estimates.numerator,
        estimates.denominator,
        estimates.value,
        estimates.ci_lower,
        estimates.ci_upper,
        estimates.sample_size,
        (
            {{ ratio('estimates.numerator', 'estimates.ci_lower') }} - estimates.denominator
        ) / {{ z_95() }} as error_below,
        (
            estimates.denominator - {{ ratio('estimates.numerator', 'estimates.ci_upper') }}
        ) / {{ z_95() }} as error_above
    from published
    left join estimates
        on
            estimates.slice = 'study'
            and published.study = estimates.slice_value
)

select * from compared
where
    value is null
    or numerator <> n1
    or sample_size <> n1 + n2 - both_lists
    or abs(denominator - population) > 5e-5
    or abs(value - {{ ratio('n1', 'population') }}) > 1e-6
    or (standard_error is null) <> (ci_lower is null)
    or (standard_error is null) <> (ci_upper is null)
    or (standard_error is not null and error_below is null)
    or abs(error_below - standard_error) > tolerance
    or (not is_clipped and abs(error_above - standard_error) > tolerance)
    or (is_clipped and ci_upper <> 1)
