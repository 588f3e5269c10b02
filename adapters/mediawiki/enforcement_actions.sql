-- Grain: one row per block and reblock. ended_at is the expiry as in the log: no end is NULL, and
-- the build rejects an expiry before the block or a thousand years ahead.
with

entries as (
    select * from log_standing
    where action in ('block', 'reblock')
)

select
    'action-' || entry_key as action_id,
    decision_id,
    case_id,
    logged_at as actioned_at,
    expires_at as ended_at,
    'account_suspended' as action_type,
    account_hash as subject_account_id,
    cast(null as varchar) as content_id,
    administrator_is_bot as automated,
    cast(null as varchar) as detector_id,
    'incompatible_content' as legal_ground,
    logged_at as ingested_at,
    false as is_deleted
from entries
