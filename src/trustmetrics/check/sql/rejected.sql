-- Grain: one row per raw table, column and reason for which the contract rejected rows.
-- Why: the contract turns single rows away; that it turns away more than usual is for a check. What
-- came in place of an enum's values is named where many rows carry it.
with breaches as (
    select
        table_name,
        column_name,
        reason,
        cast(floor(epoch($week_end - ingested_at - interval 1 microsecond) / 604800) as bigint)
            as weeks_ago,
        case when reason = 'not_in_enum' then json_extract_string(row, '$.' || column_name) end
            as cell
    from restricted.rejected_rows
    where ingested_at between $calendar_start and $as_of
),

cells as (
    select
        table_name,
        column_name,
        reason,
        cell,
        count(*) as all_hits,
        count(*) filter (where weeks_ago = 0) as recent_hits,
        count(*) filter (where weeks_ago between 1 and $weeks) as trailing_hits
    from breaches
    group by all
)

select
    table_name,
    column_name,
    reason,
    cast(sum(all_hits) as bigint) as all_hits,
    cast(sum(recent_hits) as bigint) as recent_hits,
    cast(sum(trailing_hits) as bigint) as trailing_hits,
    coalesce(
        list(cell order by all_hits desc, cell)
            filter (where cell is not null and all_hits >= $nameable_rows),
        []
    )[:3] as frequent_values
from cells
group by table_name, column_name, reason
order by table_name, column_name, reason
