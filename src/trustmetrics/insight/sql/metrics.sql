-- The words of each metric.
select
    metric,
    title,
    question,
    family,
    family_order,
    owner,
    indicator,
    value_format,
    maturity_days,
    slices,
    is_measured,
    not_measured_reason
from marts.dim_metrics
order by family_order, metric
