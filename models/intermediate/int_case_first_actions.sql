-- Grain: one row per case id that an enforcement action names.
-- Why: the clock of the time to action stops at a case's first action.
with actions as (
    select * from {{ ref('stg_enforcement_actions') }}
),

final as (
    select
        case_id,
        min(actioned_at) as first_actioned_at
    from actions
    group by case_id
)

select * from final
