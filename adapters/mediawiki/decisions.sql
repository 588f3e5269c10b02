-- Grain: one row per block and reblock. A reblock that states no policy keeps its case's (NULL
-- says so in the contract): it changes a block's length or flags, not what the block was for.
with

entries as (
    select * from log_standing
    where action in ('block', 'reblock')
),

constants as (
    select * from constants
)

select
    entries.decision_id,
    entries.case_id,
    entries.logged_at as decided_at,
    'violation' as outcome,
    case
        when entries.action = 'block'
            then coalesce(entries.policy_code, constants.policy_not_stated)
        else entries.policy_code
    end as policy_code,
    entries.decided_by,
    entries.administrator_hash as moderator_id,
    entries.logged_at as ingested_at,
    false as is_deleted
from entries
cross join constants
