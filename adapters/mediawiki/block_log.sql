-- Grain: one row per distinct entry of the block log (log_id) with its policy, NULL where the
-- comment states none. A shortcut that the mapping lacks is stated, but not known to us.
-- A missing bot flag leaves decided_by and queue NULL: we do not guess who decided.
with

entries as (
    select * from export_blocks
),

policy_mapping as (
    select * from policy_mapping_csv
),

constants as (
    select * from constants
),

versions as (
    select
        *,
        nullif(lower(trim(policy_reference)), '') as shortcut,
        row_number() over (
            partition by log_id
            order by
                timestamp desc nulls last,
                action desc nulls last,
                account_hash desc nulls last,
                administrator_hash desc nulls last,
                administrator_is_bot desc nulls last,
                expires_at desc nulls last,
                duration desc nulls last,
                policy_reference desc nulls last,
                flags desc nulls last,
                account_is_ip desc nulls last
        ) as version
    from entries
),

one_version as (
    select * from versions
    where version = 1 or log_id is null
)

select
    one_version.log_id,
    one_version.timestamp as logged_at,
    one_version.action,
    one_version.account_hash,
    one_version.administrator_hash,
    one_version.administrator_is_bot,
    case one_version.administrator_is_bot
        when true then 'automated' when false then 'human'
    end as decided_by,
    case one_version.administrator_is_bot
        when true then 'automated' when false then 'standard'
    end as queue,
    one_version.duration,
    one_version.expires_at,
    one_version.shortcut,
    policy_mapping.policy_code is not null as is_mapped,
    case
        when one_version.shortcut is not null
            then coalesce(policy_mapping.policy_code, constants.policy_other_stated)
    end as policy_code
from one_version
cross join constants
left join policy_mapping on one_version.shortcut = policy_mapping.policy_reference
