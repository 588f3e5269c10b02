-- Grain: one row per period grain, period and slice value.
-- Cases open at the end of the period, or at as_of in a period that is not complete.
with spans as (
    select * from {{ ref('int_case_open_spans') }}
),

seen_values as (
    {{ seen_values(ref('int_cases'), metric_slices()) }}
),

{{ open_at_period_end(metric_slices()) }},

{{ kpi_count() }},

{{ kpi_rows() }}

select * from kpi
