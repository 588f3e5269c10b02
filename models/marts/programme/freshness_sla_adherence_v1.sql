-- Grain: one row per period grain, period and slice value.
-- Share of expected data loads that were complete by the time they were expected.
with subjects as (
    select
        expected_at as period_at,
        coalesce(completed_at <= expected_at, false) as is_success,
        dataset as segment
    from {{ ref('stg_dataset_loads') }}
),

{{ kpi_proportion() }},

{{ kpi_rows() }}

select * from kpi
