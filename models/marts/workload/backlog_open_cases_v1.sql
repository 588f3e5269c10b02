-- Grain: one row per period grain, period and slice value.
-- Cases open at the end of the period, or at as_of in a period that is not complete.
with subjects as (
    select * from {{ ref('int_open_cases') }}
),

{{ kpi_count(seen_in=ref('int_cases'), subjects_have_periods=true) }},

{{ kpi_rows() }}

select * from kpi
