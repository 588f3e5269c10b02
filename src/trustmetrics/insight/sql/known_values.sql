-- What is known now of metrics that were published.
select
    metric,
    metric_version,
    slice,
    slice_value,
    period_grain,
    period_start,
    value
from marts.kpi_values
where
    value is not null
    and list_contains($metrics, metric)
