-- Grain: one row per period grain, period and slice value.
-- FILL IN: what is counted; by which time.
with subjects as (
    select
        opened_at as period_at,
        severity
    from {{ ref('int_cases') }}
    where is_confirmed
),

{{ kpi_count(seen_in='subjects') }},

{{ kpi_rows() }}

select * from kpi
