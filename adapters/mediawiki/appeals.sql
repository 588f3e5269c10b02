-- Grain: one row per unblock of a block in force: an appeal filed and granted at that moment,
-- of the last decision. Where the block is not in the export the decision is an absent one;
-- after the expiry there is nothing left to overturn, and no appeal.
with

unblocks as (
    select * from log_standing
    where action = 'unblock' and standing in ('open_case', 'block_missing')
)

select
    'appeal-' || entry_key as appeal_id,
    last_decision_id as decision_id,
    logged_at as filed_at,
    logged_at as resolved_at,
    'overturned' as outcome,
    'internal' as channel,
    'affected_user' as appellant_type,
    logged_at as ingested_at,
    false as is_deleted
from unblocks
