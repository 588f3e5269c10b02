-- Grain: one row per period grain, period and slice value.
-- Share of reviewed decisions found correct, each weighted by one over its chance of being drawn;
-- by the decision. A review of a missing decision has no period.
with reviews as (
    select * from {{ ref('stg_qa_reviews') }}
),

decisions as (
    select * from {{ ref('stg_decisions') }}
),

cases as (
    select * from {{ ref('int_cases') }}
),

subjects as (
    select
        decisions.decided_at as period_at,
        reviews.verdict = 'correct' as is_success,
        {{ ratio(1, 'reviews.inclusion_probability') }} as weight,
        cases.severity,
        cases.queue,
        cases.harm_type
    from reviews
    inner join decisions on reviews.decision_id = decisions.decision_id
    left join cases on decisions.case_id = cases.case_id
),

{{ kpi_proportion(weight='weight') }},

{{ kpi_rows() }}

select * from kpi
