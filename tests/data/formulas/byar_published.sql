-- Byar's interval of a count of events against published values.
-- Source: the formula of Breslow NE, Day NE (1987), Statistical Methods in Cancer Research, vol.
-- II, chapter 2, evaluated by hand; it lies within 0.021 of the exact limits of Garwood F (1936),
-- Fiducial limits for the Poisson distribution, Biometrika 28: 437-442.
-- Returns the counts whose bounds differ from them, per event and per 1,000 of an exposure of 250.
with published as (
    select observed.*
    from (
        values
        (0, 0, 3.668012, 0, 3.688879),
        (1, 0.013072, 5.563756, 0.025318, 5.571643),
        (5, 1.611348, 11.668164, 1.623486, 11.668332),
        (10, 4.787450, 18.391459, 4.795389, 18.390356),
        (100, 81.362105, 121.627938, null, null)
    ) as observed (events, lower_bound, upper_bound, exact_lower, exact_upper)
),

counts as (
    select
        published.*,
        {{ byar('events', 1, 1) }}
    from published
),

rates as (
    select
        events,
        lower_bound,
        upper_bound,
        {{ byar('events', 250, 1000) }}
    from published
)

select
    'count' as unit,
    events,
    ci_lower,
    ci_upper
from counts
where
    abs(ci_lower - lower_bound) > 5e-7
    or abs(ci_upper - upper_bound) > 5e-7
    or abs(ci_lower - exact_lower) > 0.021
    or abs(ci_upper - exact_upper) > 0.021
    or (events = 0 and ci_lower <> 0)
union all
select
    'rate' as unit,
    events,
    ci_lower,
    ci_upper
from rates
where
    abs(ci_lower - 4 * lower_bound) > 2e-6
    or abs(ci_upper - 4 * upper_bound) > 2e-6
