-- The stratified estimate of a proportion and its interval.
-- Sources: the ACLS survey in Lohr SL (2021), Sampling: Design and Analysis, 3rd ed., chapter
-- 3: 0.2465227 without finite population correction; the example of
-- docs/metrics/violative_view_rate.md, with and without violating labels; and two small ones,
-- with a stratum of one label; and, in the last week, strata of one name on two surfaces, which
-- are collapsed: 100 views with 1 of 4 and 300 with 1 of 2 are p = 0.4375 at n = 400^2 / (100^2
-- / 4 + 300^2 / 2) = 3.3684. The bounds were computed apart, with 30 digits, from each
-- stratum's Wilson interval combined by MOVER (Zou and Donner 2008). Where all strata have many
-- labels they are close to the normal ones: 0.2465 -+ 1.96 x 0.0074 is 0.2320 to 0.2610.
-- Each study has a week of its own. Returns the studies that are missing or differ.
with strata as (
    select
        cast(drawn.week as date) as period_start_date,
        drawn.surface,
        drawn.stratum,
        drawn.population_views,
        drawn.label_count,
        drawn.share * drawn.label_count as violating_count
    from (
        values
        ('2023-01-02', 'feed', 'literature', 9100, 636, 0.38),
        ('2023-01-02', 'feed', 'classics', 1950, 451, 0.27),
        ('2023-01-02', 'feed', 'philosophy', 5500, 481, 0.18),
        ('2023-01-02', 'feed', 'history', 10850, 611, 0.19),
        ('2023-01-02', 'feed', 'linguistics', 2100, 493, 0.36),
        ('2023-01-02', 'feed', 'political science', 5500, 575, 0.13),
        ('2023-01-02', 'feed', 'sociology', 9000, 588, 0.26),
        ('2023-01-09', 'feed', 'high risk', 100000, 200, 0.05),
        ('2023-01-09', 'feed', 'rest', 900000, 300, 0.01),
        ('2023-01-09', 'feed', 'no label', 50000, 0, 0.00),
        ('2023-01-16', 'feed', 'high risk', 100000, 200, 0.00),
        ('2023-01-16', 'feed', 'rest', 900000, 300, 0.00),
        ('2023-01-23', 'feed', 'one label', 100, 1, 1.00),
        ('2023-01-23', 'feed', 'four labels', 300, 4, 0.25),
        ('2023-01-30', 'feed', 'one label', 100, 1, 1.00),
        ('2023-01-30', 'feed', 'four labels', 300, 4, 0.00),
        ('2023-02-06', 'feed', 'high', 100, 4, 0.25),
        ('2023-02-06', 'live', 'high', 300, 2, 0.50),
        ('2023-02-06', 'live', 'low', 400, 8, 0.00)
    ) as drawn (week, surface, stratum, population_views, label_count, share)
),

violating_labels as (
    select
        period_start_date,
        surface,
        stratum,
        cast('spam' as varchar) as harm_type,
        violating_count
    from strata
    where violating_count > 0
),

{{ stratified_share(slices=['surface', 'harm_type'], grains=['week']) }},

published as (
    select study.*
    from (
        values
        ('2023-01-02', 0.2465227, 0.232736, 0.261664, 1),
        ('2023-01-09', 0.0140000, 0.007650, 0.031538, 0.952381),
        ('2023-01-16', 0, 0, 0.011534, 1),
        ('2023-01-23', 0.4375000, 0.186798, 0.774519, 1),
        ('2023-01-30', 0.2500000, 0.051637, 0.617418, 1),
        ('2023-02-06', 0.2187500, 0.053584, 0.475068, 1)
    ) as study (week, share, lower_bound, upper_bound, covered)
),

slices as (
    select slice.slice
    from (values ('overall'), ('surface'), ('harm_type')) as slice (slice)
)

select
    published.*,
    slices.slice,
    estimates.value,
    estimates.ci_lower,
    estimates.ci_upper,
    estimates.covered_view_share
from published
cross join slices
left join estimates
    on
        cast(published.week as date) = estimates.period_start
        and slices.slice = estimates.slice
where
    not (published.week = '2023-02-06' and slices.slice = 'surface')
    and (
        estimates.value is null
        or estimates.ci_lower is null
        or estimates.ci_upper is null
        or abs(estimates.value - published.share) > 5e-8
        or abs(estimates.ci_lower - published.lower_bound) > 5e-7
        or abs(estimates.ci_upper - published.upper_bound) > 5e-7
        or abs(estimates.covered_view_share - published.covered) > 5e-7
    )
