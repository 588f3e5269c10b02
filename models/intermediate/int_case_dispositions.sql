-- Grain: one row per case id that a decision names.
-- Why: a case stands as it was decided last, unless an appeal of that decision overturned it.
with decisions as (
    select * from {{ ref('stg_decisions') }}
),

overturned as (
    select distinct decision_id
    from {{ ref('int_resolved_appeals') }}
    where outcome = 'overturned'
),

ranked as (
    select
        *,
        row_number() over (
            partition by case_id
            order by decided_at desc, {{ by_bytes('decision_id') }} desc
        ) as decision_rank
    from decisions
),

final as (
    select
        ranked.case_id,
        ranked.decided_at as last_decided_at,
        ranked.policy_code as decided_policy_code,
        case
            when overturned.decision_id is not null then 'overturned'
            else ranked.outcome
        end as disposition
    from ranked
    left join overturned on ranked.decision_id = overturned.decision_id
    where ranked.decision_rank = 1
)

select * from final
