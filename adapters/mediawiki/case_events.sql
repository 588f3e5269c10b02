-- Grain: one row per block, which closes its case at its own time. Nothing in the log reopens
-- one. A bot is the system, whose actor is NULL in the contract.
with

blocks as (
    select * from log_standing
    where action = 'block'
)

select
    'closed-' || entry_key as case_event_id,
    case_id,
    'closed' as event_type,
    logged_at as occurred_at,
    case when not administrator_is_bot then administrator_hash end as actor_id,
    cast(null as varchar) as reason,
    logged_at as ingested_at,
    false as is_deleted
from blocks
