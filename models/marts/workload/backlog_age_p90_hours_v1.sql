-- Grain: one row per period grain (week, month, quarter), period and slice value with an open case.
-- 90th percentile, linearly interpolated, of the open cases' age in hours since they were opened;
-- state at the end of the period, or at as_of in a period that is not complete.
with ages as (
    select * from {{ ref('int_open_case_ages') }}
),

{{ kpi_percentile(quantile=0.9, subjects='ages', seconds='age_seconds') }},

{{ kpi_rows() }}

select * from kpi
