-- Grain: one row per reference between raw tables, then one per raw table.
-- Why: references that dangle, and versions that tie on key and ingested_at and yet differ (a rule
-- that cannot know better picks one): more than a few are a fault of the extract.
with dangling as (
    select
        'orphan_share' as expectation,
        'staging.stg_' || table_name as table_name,
        column_name,
        orphan_count as hits,
        entity_count - no_reference_count as row_count,
        'references point to nothing in ' || referenced_table as what
    from marts.orphans
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
        'rows tie with another one and differ' as what
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
