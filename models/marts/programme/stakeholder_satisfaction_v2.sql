-- Grain: one row per period grain (month, quarter), period and slice value.
-- Mean score, 1 to 5, of the stakeholder survey, by submission.
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
