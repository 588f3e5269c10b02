-- What changed the meaning of a number since the earliest period that the report compares.
select
    changes.*,
    metrics.title
from marts.metric_change_log as changes
inner join marts.dim_metrics as metrics on changes.metric = metrics.metric
where
    changes.marks_trend
    and (
        changes.effective_from between $since and cast($as_of as date)
        or changes.decided_on between $since and cast($as_of as date)
    )
order by
    changes.effective_from desc nulls last,
    changes.metric,
    changes.metric_version,
    changes.entry,
    changes.slice nulls first
