-- Published numbers that are other ones now, with the causes.
select
    restated.*,
    metrics.title,
    coalesce(metrics.value_format, 'number') as value_format
from marts.restatements as restated
left join marts.dim_metrics as metrics on restated.metric = metrics.metric
where restated.is_restated
order by
    restated.published_at desc,
    restated.report_id,
    restated.number
