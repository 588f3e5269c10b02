-- Grain: one row per resolved appeal.
-- Why: an appeal counts as resolved only when both its time and its outcome are known.
with appeals as (
    select * from {{ ref('stg_appeals') }}
),

final as (
    select
        appeal_id,
        decision_id,
        resolved_at,
        outcome
    from appeals
    where
        resolved_at is not null
        and outcome is not null
)

select * from final
