-- Every subject has one value in each slice, so what is counted adds up to overall: cases of a
-- backlog, sample sizes of proportions, percentiles and recurrence, and events of a rate in the
-- slices that share the overall denominator (methodology, Slices; Which rows exist). Surfaces and
-- regions of a rate may lack an exposure of their own and are left out; so are metrics with slices
-- that may have no row where overall has one. The violating views of the harm types add up too, up
-- to rounding. Returns the slices that do not.
{%- set uncounted = ['change', 'reduction', 'coefficient', 'estimated_share', 'ratio'] %}
with counted as (
    select
        metric,
        metric_version,
        period_grain,
        period_start,
        slice,
        sum(
            case
                when metric in ('{{ metrics_of(['stratified_proportion']) | join("', '") }}')
                    then numerator
                else sample_size
            end
        ) as total
    from {{ ref('kpi_values') }}
    where
        metric not in ('{{ metrics_of(uncounted) | join("', '") }}')
        and (
            metric not in ('{{ metrics_of(['rate']) | join("', '") }}')
            or slice not in ('surface', 'region')
        )
    group by
        metric,
        metric_version,
        period_grain,
        period_start,
        slice
),

overall as (
    select * from counted
    where slice = 'overall'
)

select
    coalesce(counted.metric, overall.metric) as metric,
    coalesce(counted.period_grain, overall.period_grain) as period_grain,
    coalesce(counted.period_start, overall.period_start) as period_start,
    counted.slice,
    counted.total,
    overall.total as overall_total
from counted
left join overall
    on
        counted.metric = overall.metric
        and counted.metric_version = overall.metric_version
        and counted.period_grain = overall.period_grain
        and counted.period_start = overall.period_start
where
    overall.total is null
    or abs(counted.total - overall.total) > 1e-9 * greatest(abs(overall.total), 1)
