-- The trend of each metric up to the report's period, and the slices of all its periods.
select *
from marts.kpi_trends
where
    period_grain = $grain
    and period_start <= $start
order by
    metric,
    slice,
    slice_rank,
    slice_value,
    period_start
