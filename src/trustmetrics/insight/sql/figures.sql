-- The counts behind the values of the periods that a report shows.
select
    kpi.*,
    catalog.statistic
from marts.kpi_values as kpi
inner join marts.metric_catalog as catalog
    on
        kpi.metric = catalog.metric
        and kpi.metric_version = catalog.metric_version
where
    kpi.period_grain = $grain
    and kpi.period_start between $since and $start
order by
    kpi.metric,
    kpi.metric_version,
    kpi.period_start,
    kpi.slice,
    kpi.slice_value
