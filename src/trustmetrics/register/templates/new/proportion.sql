-- Grain: one row per period grain, period and slice value.
-- FILL IN: share of what, among which subjects; by which time.
with subjects as (
    select
        opened_at as period_at,
        is_confirmed as is_success,
        severity
    from {{ ref('int_cases') }}
),

{{ kpi_proportion() }},

{{ kpi_rows() }}

select * from kpi
