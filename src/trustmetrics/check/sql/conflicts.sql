-- Grain: one row per raw table.
-- Why: versions that tie on key and ingested_at and yet differ are decided by a rule that knows no
-- better; many of them are a fault of the extract.
with conflicts as (
    select
        table_name,
        count(*) as conflict_count
    from restricted.conflicting_versions
    group by table_name
)

select
    data_quality.table_name,
    data_quality.raw_row_count,
    coalesce(conflicts.conflict_count, 0) as conflict_count
from marts.data_quality as data_quality
left join conflicts on data_quality.table_name = conflicts.table_name
order by data_quality.table_name
