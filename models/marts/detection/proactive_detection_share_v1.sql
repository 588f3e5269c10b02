-- Grain: one row per period grain, period and slice value.
-- Share of confirmed violations that our own detection saw no later than any report; by first
-- signal.
with subjects as (
    select
        first_signal_at as period_at,
        is_proactive as is_success,
        surface,
        harm_type,
        severity
    from {{ ref('int_cases') }}
    where is_confirmed
),

{{ kpi_proportion() }},

{{ kpi_rows() }}

select * from kpi
