-- The relative change of a proportion with the interval of the log ratio (Katz D et al. (1978),
-- Biometrics 34: 469-474), evaluated by hand to six decimals: 200 of 10,000 in treatment against
-- 250 of 10,000 in control, -0.2 from -0.334359 to -0.038521. The change turned round is 0.25, its
-- bounds those of the first turned round. Returns the experiments that are missing or differ, and
-- any row of overall, which there is not.
with digits as (
    select digit
    from (values (0), (1), (2), (3), (4), (5), (6), (7), (8), (9)) as digit (digit)
),

numbers as (
    select 1000 * thousands.digit + 100 * hundreds.digit + 10 * tens.digit + ones.digit as number
    from digits as thousands
    cross join digits as hundreds
    cross join digits as tens
    cross join digits as ones
),

observed as (
    select *
    from (
        values
        ('loss', 'treatment', 200), ('loss', 'control', 250),
        ('gain', 'treatment', 250), ('gain', 'control', 200)
    ) as arm (experiment, variant, converted_count)
),

subjects as (
    select
        observed.experiment,
        observed.variant,
        numbers.number < observed.converted_count as converted,
        cast('2023-07-01' as date) as period_at
    from observed
    cross join numbers
),

{{ kpi_relative_change(slices=['experiment'], grains=['quarter']) }},

by_hand as (
    select *
    from (
        values
        ('loss', 0.02, 0.025, -0.2, -0.334359, -0.038521),
        ('gain', 0.025, 0.02, 0.25, 0.040064, 0.502311)
    ) as experiment (experiment, treatment, control, change, lower_bound, upper_bound)
)

select
    by_hand.*,
    estimates.slice,
    estimates.numerator,
    estimates.denominator,
    estimates.value,
    estimates.ci_lower,
    estimates.ci_upper,
    estimates.sample_size
from by_hand
full join estimates
    on
        estimates.slice = 'experiment'
        and by_hand.experiment = estimates.slice_value
where
    by_hand.experiment is null
    or estimates.value is null
    or estimates.ci_lower is null
    or estimates.ci_upper is null
    or abs(estimates.numerator - by_hand.treatment) > 1e-12
    or abs(estimates.denominator - by_hand.control) > 1e-12
    or abs(estimates.value - by_hand.change) > 1e-12
    or abs(estimates.ci_lower - by_hand.lower_bound) > 5e-7
    or abs(estimates.ci_upper - by_hand.upper_bound) > 5e-7
    or estimates.sample_size <> 20000
