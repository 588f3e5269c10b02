-- Grain: one row per period grain, period and slice value.
-- FILL IN: mean of what, a whole number, over which subjects; by which time.
with subjects as (
    select
        submitted_at as period_at,
        score,
        stakeholder_group as segment
    from {{ ref('stg_stakeholder_surveys') }}
),

{{ kpi_mean(measure='score') }},

{{ kpi_rows() }}

select * from kpi
