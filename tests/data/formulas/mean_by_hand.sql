-- A mean with Student's interval, m -+ t s / sqrt(n), s and t with n - 1 (t = 2.776445 at 4,
-- 2.570582 at 5), evaluated by hand to six decimals: scores 1 to 5, s^2 = 2.5; scores 3, 4, 4,
-- 4, 5, 5, s^2 = 17 / 30. One score has no interval; equal scores have one of width 0. Returns
-- the groups that are missing or differ.
with subjects as (
    select
        example,
        score,
        cast('2023-07-01' as date) as period_at
    from (
        values
        ('wide', 1), ('wide', 2), ('wide', 3), ('wide', 4), ('wide', 5),
        ('narrow', 4), ('narrow', 4), ('narrow', 5), ('narrow', 3), ('narrow', 5), ('narrow', 4),
        ('one', 4),
        ('equal', 3), ('equal', 3), ('equal', 3)
    ) as answer (example, score)
),

{{ kpi_mean(measure='score', slices=['example'], grains=['quarter']) }},

by_hand as (
    select *
    from (
        values
        ('wide', 15, 5, 3, 1.036757, 4.963243),
        ('narrow', 25, 6, 4.166667, 3.376680, 4.956653),
        ('one', 4, 1, 4, null, null),
        ('equal', 9, 3, 3, 3, 3)
    ) as example (example, total, answers, mean, lower_bound, upper_bound)
)

select
    by_hand.*,
    estimates.numerator,
    estimates.denominator,
    estimates.value,
    estimates.ci_lower,
    estimates.ci_upper
from by_hand
left join estimates
    on
        estimates.slice = 'example'
        and by_hand.example = estimates.slice_value
where
    estimates.value is null
    or estimates.numerator <> by_hand.total
    or estimates.denominator <> by_hand.answers
    or estimates.sample_size <> by_hand.answers
    or abs(estimates.value - by_hand.mean) > 5e-7
    or (by_hand.lower_bound is null) <> (estimates.ci_lower is null)
    or (by_hand.upper_bound is null) <> (estimates.ci_upper is null)
    or abs(estimates.ci_lower - by_hand.lower_bound) > 5e-7
    or abs(estimates.ci_upper - by_hand.upper_bound) > 5e-7
