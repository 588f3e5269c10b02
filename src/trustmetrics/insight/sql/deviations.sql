-- What is worse than it usually is, the whole population included, the clearest first.
select
    deviations.*,
    metrics.title,
    metrics.value_format
from marts.kpi_slice_deviations as deviations
inner join marts.dim_metrics as metrics on deviations.metric = metrics.metric
where
    deviations.period_grain = $grain
    and deviations.deviation is not null
order by
    deviations.deviation desc,
    deviations.metric,
    deviations.slice,
    deviations.slice_value
