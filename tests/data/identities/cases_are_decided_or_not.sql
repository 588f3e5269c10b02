-- Every case has one row, with a disposition; it is decided where, and only where, a decision
-- names it, and confirmed where its disposition is violation; its first signal is not after its
-- opening (methodology, Life of a case). Returns the cases for which this does not hold.
with cases as (
    select * from {{ ref('int_cases') }}
),

entities as (
    select
        staged.case_id,
        bool_or(decisions.decision_id is not null) as has_decision
    from {{ ref('stg_cases') }} as staged
    left join {{ ref('stg_decisions') }} as decisions on staged.case_id = decisions.case_id
    group by staged.case_id
),

counted as (
    select
        case_id,
        count(*) as row_count
    from cases
    group by case_id
)

select
    entities.case_id,
    entities.has_decision,
    counted.row_count,
    cases.disposition,
    cases.is_decided,
    cases.is_confirmed,
    cases.first_signal_at,
    cases.opened_at
from entities
full join cases on entities.case_id = cases.case_id
left join counted on cases.case_id = counted.case_id
where
    entities.case_id is null
    or cases.case_id is null
    or counted.row_count <> 1
    or cases.disposition is null
    or cases.is_decided is null
    or cases.is_decided <> entities.has_decision
    or cases.is_decided <> (cases.disposition <> 'undecided')
    or cases.is_confirmed is null
    or cases.is_confirmed <> (cases.disposition = 'violation')
    or cases.is_proactive is null
    or cases.harm_type is null
    or cases.occurred_at is null
    or cases.first_signal_at is null
    or cases.first_signal_at > cases.opened_at
