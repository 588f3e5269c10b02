-- Grain: one row per statement of reasons: each states one decision, that there was a violation.
-- A decision that was automated in part was taken with a person.
select
    case_id as decision_id,
    case_id,
    applied_at as decided_at,
    cast('violation' as word) as outcome,
    policy_code,
    case
        when is_decided_automatically then cast('automated' as word)
        else cast('human' as word)
    end as decided_by,
    cast(null as varchar) as moderator_id,
    created_at as ingested_at,
    false as is_deleted
from statement
