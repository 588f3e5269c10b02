-- Grain: one row per reference between raw tables, then one per raw table.
-- Why: references that dangle, and versions that tie on key and ingested_at and yet differ (a rule
-- that cannot know better picks one): more than a few are a fault of the extract. A reference into a
-- table without a single raw row is no such fault: absent_table names that table. Where it has rows
-- and all of them were rejected or come later, its references dangle.
with dangling as (
    select
        'orphan_share' as expectation,
        'staging.stg_' || orphans.table_name as table_name,
        orphans.column_name,
        orphans.orphan_count as hits,
        orphans.entity_count - orphans.no_reference_count as row_count,
        'references point to nothing in ' || orphans.referenced_table as what,
        case when referenced.raw_row_count = 0 then orphans.referenced_table end as absent_table
    from marts.orphans as orphans
    left join marts.data_quality as referenced
        on orphans.referenced_table = referenced.table_name
),

conflict_counts as (
    select
        table_name,
        count(*) as hits
    from restricted.conflicting_versions
    group by table_name
),

conflicting as (
    select
        'conflict_share' as expectation,
        'raw.' || data_quality.table_name as table_name,
        null as column_name,
        coalesce(conflict_counts.hits, 0) as hits,
        data_quality.raw_row_count as row_count,
        'rows tie with another one and differ' as what,
        null as absent_table
    from marts.data_quality as data_quality
    left join conflict_counts on data_quality.table_name = conflict_counts.table_name
)

select * from dangling
union all
select * from conflicting
order by
    expectation desc,
    table_name asc,
    column_name asc
