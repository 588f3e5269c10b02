select
    deviations.*,
    metrics.title,
    metrics.value_format,
    periods.label as period_label
from marts.kpi_slice_deviations as deviations
inner join marts.dim_metrics as metrics
    on
        deviations.metric = metrics.metric
        and deviations.metric_version = metrics.metric_version
inner join marts.dim_periods as periods
    on
        deviations.period_grain = periods.period_grain
        and deviations.period_start = periods.period_start
where deviations.slice <> 'overall' and deviations.deviation is not null
