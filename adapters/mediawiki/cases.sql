-- Grain: one row per block. The log says when the account was blocked, not when or on which
-- surface it did harm: occurred_at is NULL, so that the first signal, a hit, stands in for it.
with

blocks as (
    select * from log_standing
    where action = 'block'
),

constants as (
    select * from constants
)

select
    blocks.case_id,
    blocks.logged_at as opened_at,
    cast(null as timestamp) as occurred_at,
    blocks.queue,
    case when blocks.expires_at is null then 'high' else 'medium' end as severity,
    coalesce(blocks.policy_code, constants.policy_not_stated) as policy_code,
    constants.case_surface as surface,
    constants.region,
    blocks.account_hash as subject_account_id,
    cast(null as varchar) as content_id,
    blocks.logged_at as ingested_at,
    false as is_deleted
from blocks
cross join constants
