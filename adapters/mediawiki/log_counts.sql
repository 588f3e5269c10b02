-- Grain: one row. What was in the export of the block log and where it went; the parts add up to
-- the whole.
with

log_rows as (
    select count(*) as log_entries_in_export from export_blocks
),

log_kept as (
    select
        count(*) as log_entries_distinct,
        count(*) filter (where action not in ('block', 'reblock', 'unblock') or action is null)
            as log_entries_of_other_actions,
        count(*) filter (where shortcut is not null and not is_mapped)
            as policy_references_unmapped
    from block_log
),

log_stood as (
    select
        count(*) filter (where action = 'block') as blocks,
        count(*) filter (where action = 'block' and decided_by = 'automated') as blocks_by_bots,
        count(*) filter (where action = 'block' and expires_at is null) as blocks_without_end,
        count(*) filter (where action = 'block' and shortcut is null) as blocks_without_policy,
        count(*) filter (where action = 'reblock') as reblocks,
        count(*) filter (where action = 'reblock' and standing = 'open_case')
            as reblocks_on_open_case,
        count(*) filter (where action = 'reblock' and standing = 'block_missing')
            as reblocks_orphaned_block_missing,
        count(*) filter (where action = 'reblock' and standing = 'over')
            as reblocks_orphaned_after_end,
        count(*) filter (where action = 'unblock') as unblocks,
        count(*) filter (where action = 'unblock' and standing = 'open_case')
            as unblocks_on_open_case,
        count(*) filter (where action = 'unblock' and standing = 'block_missing')
            as unblocks_orphaned_block_missing,
        count(*) filter (where action = 'unblock' and standing = 'over')
            as unblocks_after_end,
        count(*) filter (where action <> 'unblock' and duration is null)
            as blocks_with_hidden_details,
        count(*) filter (where action <> 'unblock' and expires_at < logged_at)
            as expiries_before_block,
        count(*) filter (where action <> 'unblock' and expires_at >= timestamp '2100-01-01')
            as expiries_after_2099
    from log_standing
)

select
    log_rows.*,
    log_kept.*,
    log_stood.*
from log_rows
cross join log_kept
cross join log_stood
