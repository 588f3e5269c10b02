-- How each change up to the report's period splits over the values of each slice.
select *
from marts.metric_drivers
where
    period_grain = $grain
    and period_start between $since and $start
order by
    metric,
    slice,
    driver_rank,
    slice_value
