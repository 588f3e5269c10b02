-- kpi_values has one row per metric, version, grain, period, slice and slice value, and no part of
-- that key is NULL (methodology, The table kpi_values). Returns the keys that do not identify a
-- row.
select
    metric,
    metric_version,
    period_grain,
    period_start,
    slice,
    slice_value,
    count(*) as row_count
from {{ ref('kpi_values') }}
group by
    metric,
    metric_version,
    period_grain,
    period_start,
    slice,
    slice_value
having
    count(*) > 1
    or metric is null
    or metric_version is null
    or period_grain is null
    or period_start is null
    or slice is null
    or slice_value is null
