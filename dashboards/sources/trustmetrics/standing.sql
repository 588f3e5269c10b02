-- Where each series stands: its latest mature period or, where there is none, its latest complete one,
-- and beside it what the latest complete one says so far. The marts mark both.
with latest as (
    select
        *,
        row_number() over (
            partition by metric, period_grain, slice, slice_value
            order by is_latest_mature desc
        ) as place
    from marts.kpi_trends
    where is_latest_mature or is_latest_complete
)

select
    latest.* exclude (place),
    newest.value as newest_value,
    newest.period_label as newest_label
from latest
left join marts.kpi_trends as newest
    on
        latest.metric = newest.metric
        and latest.period_grain = newest.period_grain
        and latest.slice = newest.slice
        and latest.slice_value = newest.slice_value
        and newest.is_latest_complete
where
    latest.place = 1
    and (latest.slice = 'overall' or latest.target_value is not null)
