-- The slices of a grain that could be held against their own periods before, the clearest worse first.
select
    deviations.metric,
    catalog.statistic,
    catalog.unit,
    catalog.value_format,
    deviations.slice,
    deviations.slice_value,
    deviations.period_start,
    deviations.value,
    deviations.usual_value,
    deviations.deviation,
    deviations.sample_size,
    deviations.earlier_periods
from marts.kpi_slice_deviations as deviations
inner join marts.metric_catalog as catalog
    on
        deviations.metric = catalog.metric
        and deviations.metric_version = catalog.metric_version
where
    deviations.period_grain = $grain
    and deviations.slice <> 'overall'
    and deviations.deviation is not null
order by
    deviations.deviation desc,
    deviations.metric,
    deviations.slice,
    deviations.slice_value
