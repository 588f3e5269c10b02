-- The margin of a mean against Student's t (Student 1908) at 1 to 45, 60 and 99 degrees of freedom,
-- to six decimals as scipy gives it; textbooks print the same to three. As many answers and one
-- more, all 3 but for one of 4, whose s / sqrt(n) is 1 / n. Returns the sizes whose margin differs.
with published as (
    select *
    from (
        values
        (1, 12.706205), (2, 4.302653), (3, 3.182446), (4, 2.776445), (5, 2.570582), (6, 2.446912),
        (7, 2.364624), (8, 2.306004), (9, 2.262157), (10, 2.228139), (11, 2.200985),
        (12, 2.178813), (13, 2.160369), (14, 2.144787), (15, 2.131450), (16, 2.119905),
        (17, 2.109816), (18, 2.100922), (19, 2.093024), (20, 2.085963), (21, 2.079614),
        (22, 2.073873), (23, 2.068658), (24, 2.063899), (25, 2.059539), (26, 2.055529),
        (27, 2.051831), (28, 2.048407), (29, 2.045230), (30, 2.042272), (31, 2.039513),
        (32, 2.036933), (33, 2.034515), (34, 2.032245), (35, 2.030108), (36, 2.028094),
        (37, 2.026192), (38, 2.024394), (39, 2.022691), (40, 2.021075), (41, 2.019541),
        (42, 2.018082), (43, 2.016692), (44, 2.015368), (45, 2.014103), (60, 2.000298),
        (99, 1.984217)
    ) as entry (degrees, quantile)
),

digits as (
    select digit
    from (values (0), (1), (2), (3), (4), (5), (6), (7), (8), (9)) as digit (digit)
),

numbers as (
    select 10 * tens.digit + ones.digit as number
    from digits as tens
    cross join digits as ones
),

subjects as (
    select
        cast(published.degrees as varchar) as example,
        case when numbers.number = 0 then 4 else 3 end as score,
        cast('2023-07-01' as date) as period_at
    from published
    inner join numbers on published.degrees >= numbers.number
),

{{ kpi_mean(measure='score', slices=['example'], grains=['quarter']) }}

select
    published.*,
    estimates.value,
    estimates.ci_lower,
    estimates.ci_upper
from published
left join estimates
    on
        estimates.slice = 'example'
        and cast(published.degrees as varchar) = estimates.slice_value
where
    estimates.ci_upper is null
    or abs((estimates.ci_upper - estimates.value) * (published.degrees + 1) - published.quantile)
    > 1e-6
    or abs((estimates.value - estimates.ci_lower) * (published.degrees + 1) - published.quantile)
    > 1e-6
