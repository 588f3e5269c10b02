-- Grain: one row per period grain, period and slice value.
-- Complexity-weighted cases with a human decision per hour of review; a case counts once in each
-- period that it was decided in.
with decisions as (
    select * from {{ ref('stg_decisions') }}
    where decided_by = 'human'
),

cases as (
    select * from {{ ref('int_cases') }}
),

complexity as (
    select * from {{ ref('case_complexity') }}
),

dated as (
    {{ in_each_period('decisions', 'cast(decisions.decided_at as date)', metric_grains()) }}
),

decided_cases as (
    select distinct
        period_grain,
        period_start,
        case_id
    from dated
),

subjects as (
    select
        decided_cases.period_grain,
        decided_cases.period_start,
        cases.queue,
        coalesce(complexity.weight, 1) as weight
    from decided_cases
    left join cases on decided_cases.case_id = cases.case_id
    left join complexity
        on
            cases.queue = complexity.queue
            and cases.severity = complexity.severity
),

shifts as (
    select
        shift_date as period_at,
        queue,
        review_hours
    from {{ ref('stg_moderator_shifts') }}
),

{{ kpi_productivity() }},

{{ kpi_rows() }}

select * from kpi
