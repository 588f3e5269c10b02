-- The mature values of the whole population in the last periods of a grain, oldest first.
with mature as (
    select
        metric,
        metric_version,
        period_start,
        value,
        row_number() over (
            partition by metric, metric_version
            order by period_start desc
        ) as recency
    from marts.kpi_values
    where
        is_mature
        and period_grain = $grain
        and slice = 'overall'
)

select
    metric,
    metric_version,
    period_start,
    value
from mature
where recency <= $periods
order by metric, metric_version, period_start
