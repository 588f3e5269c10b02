-- Grain: one row per entry of the block log, with the case it belongs to.
-- Every block is a case of its own. A reblock or unblock belongs to the account's latest block
-- before it (by time, then log_id) while that one is open: its last expiry, as the reblocks on
-- it have set it, lies after the entry, and nobody has unblocked. What has ended stays ended.
-- Where there is no open case the ids point to nothing, and their names say so: the entry refers
-- to a block that the export lacks, or (over) nothing was in force according to the export.
-- Ids have a fixed width because, downstream, equal times are ordered by id, byte by byte.
with

entries as (
    select
        *,
        printf('%012d', log_id) as entry_key,
        coalesce(account_hash, 'no account ' || log_id) as account_key
    from block_log
    where action in ('block', 'reblock', 'unblock')
),

numbered as (
    select
        *,
        count(case when action = 'block' then 1 end) over (
            partition by account_key
            order by logged_at, log_id
            rows between unbounded preceding and current row
        ) as block_number
    from entries
),

preceded as (
    select
        *,
        first_value(entry_key) over same_block as block_key,
        lag(entry_key) over same_block as previous_key,
        lag(action) over same_block as previous_action,
        lag(expires_at) over same_block as previous_expires_at
    from numbered
    window same_block as (
        partition by account_key, block_number order by logged_at, log_id
    )
),

judged as (
    select
        *,
        coalesce(previous_action = 'unblock' or previous_expires_at <= logged_at, false)
            as is_over
    from preceded
),

ended as (
    select
        *,
        bool_or(is_over) over (
            partition by account_key, block_number
            order by logged_at, log_id
            rows between unbounded preceding and current row
        ) as has_ended
    from judged
),

standing as (
    select
        *,
        case
            when block_number > 0 and not has_ended then 'open_case'
            when is_over then 'over'
            else 'block_missing'
        end as standing
    from ended
)

select
    *,
    case
        when standing = 'open_case' then 'case-' || block_key
        else 'absent-case-' || entry_key
    end as case_id,
    'decision-' || entry_key as decision_id,
    case
        when standing = 'open_case' then 'decision-' || previous_key
        else 'absent-decision-' || entry_key
    end as last_decision_id
from standing
