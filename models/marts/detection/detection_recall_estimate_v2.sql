-- Grain: one row per period grain (week, month, quarter), period and slice value.
-- Share of all violations that detection saw, their number estimated from two lists that overlap
-- (Chapman 1951): those detected and those reported by users; by first signal.
with subjects as (
    select
        first_signal_at as period_at,
        harm_type,
        is_detected,
        is_user_reported
    from {{ ref('int_cases') }}
    where is_confirmed
),

{{ kpi_capture_recapture() }},

{{ kpi_rows() }}

select * from kpi
