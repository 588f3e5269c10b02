-- Grain: one row per period grain (week, month, quarter), period and slice value with an open case.
-- 90th percentile, linearly interpolated, of the open cases' age in hours since they were opened;
-- state at the end of the period, or at as_of in a period that is not complete.
with subjects as (
    select * from {{ ref('int_open_cases') }}
    where period_grain in ('{{ metric_grains() | join("', '") }}')
),

{{ kpi_percentile(quantile=0.9, seconds='age_seconds') }},

{{ kpi_rows() }}

select * from kpi
