-- Grain: one row per month and harm type.
-- Why: a model of the company's own over a mart of the package.
select
    period_start,
    slice_value as harm_type,
    value,
    sample_size
from {{ ref('trustmetrics', 'kpi_values') }}
where
    metric = 'report_actionability_rate'
    and period_grain = 'month'
    and slice = 'harm_type'
