-- Grain: one row per period grain, period, surface and region, 'all' included: all with all, each
-- surface with all, all with each region; each surface with each region by month and quarter only.
--
-- Distinct accounts do not add up: a week has fewer than the sum of its days, a surface and its
-- neighbour share accounts, and so do regions, a little.
with periods as (
    select distinct
        grains.period_grain,
        date_trunc(grains.period_grain, days.day)::date as period_start_date,
        grains.reach,
        grains.length_days,
    from days_of_history as days
    cross join (
        values ('day', 0.36, 1), ('week', 0.64, 7), ('month', 1.0, 30), ('quarter', 1.32, 91)
    ) as grains (period_grain, reach, length_days)
),

slices as (
    select
        'all' as surface,
        'all' as region,
        1.0 as share,

    union all

    select distinct
        surface,
        'all' as region,
        share,
    from places

    union all

    select distinct
        'all' as surface,
        region,
        1.01 * region_share as share,
    from places

    union all

    select
        surface,
        region,
        1.01 * share * region_share as share,
    from places
),

counted as (
    select
        *,
        greatest(epoch_ms(period_start_date::timestamp), getvariable('start_ms')) as first_ms,
        period_grain || surface || region as slice,
    from periods
    cross join slices
    where surface = 'all' or region = 'all' or period_grain in ('month', 'quarter')
),

final as (
    select
        period_grain,
        period_start_date,
        surface,
        region,
        greatest(
            1,
            getvariable('members') * reach * share
            * growth(elapsed(first_ms) + length_days / 2.0 / getvariable('n_days'))
            * (1 + (season((period_start_date + length_days // 2)::date) - 1) / 2)
            * (0.985 + 0.03 * uniform('active ' || slice, first_ms))
        )::bigint as active_accounts,
        period_start_date::timestamp
        + to_days(length_days + 1) + interval 4 hour as closes_at,
    from counted
)

select
    * exclude (closes_at),
    least(closes_at, to_moment(getvariable('end_ms')) + interval 4 hour) as known_at,
from final
