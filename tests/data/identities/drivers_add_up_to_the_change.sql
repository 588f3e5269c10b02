-- In each period and slice of metric_drivers the effects add up to the change of overall, which is
-- that in kpi_values on the period before; the shares add up to 1, what volume and rate did to a
-- count to its change, and the ranks count the rows (methodology, What moved a number). Each such
-- change in kpi_values has its row for overall, and a key is one row. Returns the periods and
-- slices where this is not so.
with catalog as (
    select
        metric,
        metric_version,
        statistic,
        {{ version_recency() }} as recency
    from {{ ref('metric_catalog') }}
),

overall as (
    select kpi_values.*
    from {{ ref('kpi_values') }} as kpi_values
    inner join catalog
        on
            kpi_values.metric = catalog.metric
            and kpi_values.metric_version = catalog.metric_version
            and catalog.recency = 1
    where
        kpi_values.slice = 'overall'
        and kpi_values.period_grain <> 'day'
        and {{ is_made_of_sums('catalog.statistic') }}
),

changes as (
    select
        later.metric,
        later.period_grain,
        later.period_start,
        later.value - earlier.value as change,
        1e-9 * greatest(abs(later.value), abs(earlier.value)) as tolerance
    from overall as later
    inner join overall as earlier
        on
            {{ same_series('later', 'earlier') }}
            and earlier.period_start
            = {{ earlier_period('later.period_grain', 'later.period_start', years=0) }}
    where
        later.is_complete
        and later.value is not null
        and earlier.value is not null
),

drivers as (
    select
        metric,
        period_grain,
        period_start,
        slice,
        count(*) as row_count,
        count(distinct slice_value) as value_count,
        max(driver_rank) as last_rank,
        sum(effect) as effects,
        sum(share) as shares,
        sum(previous_share) as previous_shares,
        min(total_change) as least_change,
        max(total_change) as greatest_change,
        max(
            abs(count_change - volume_effect - count_rate_effect)
            / greatest(abs(count_change), abs(volume_effect), 1)
        ) as count_error
    from {{ ref('metric_drivers') }}
    group by
        metric,
        period_grain,
        period_start,
        slice
),

overall_drivers as (
    select * from drivers
    where slice = 'overall'
),

unexplained as (
    select
        changes.metric,
        changes.period_grain,
        changes.period_start,
        'overall' as slice
    from changes
    left join overall_drivers
        on
            changes.metric = overall_drivers.metric
            and changes.period_grain = overall_drivers.period_grain
            and changes.period_start = overall_drivers.period_start
    where overall_drivers.metric is null
)

select
    drivers.metric,
    drivers.period_grain,
    drivers.period_start,
    drivers.slice
from drivers
left join changes
    on
        drivers.metric = changes.metric
        and drivers.period_grain = changes.period_grain
        and drivers.period_start = changes.period_start
where
    changes.metric is null
    or drivers.row_count <> drivers.value_count
    or drivers.row_count <> drivers.last_rank
    or abs(drivers.least_change - changes.change) > changes.tolerance
    or abs(drivers.greatest_change - changes.change) > changes.tolerance
    or abs(drivers.effects - changes.change) > changes.tolerance
    or abs(drivers.shares - 1) > 1e-9
    or abs(drivers.previous_shares - 1) > 1e-9
    or drivers.count_error > 1e-9
union all
select * from unexplained
