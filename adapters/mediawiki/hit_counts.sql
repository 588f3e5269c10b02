-- Grain: one row. What was in the export of the filter hits and where it went; the parts add up
-- to the whole.
with

hit_rows as (
    select
        count(*) as hits_in_export,
        count(distinct hit_id) + count(*) filter (where hit_id is null) as hits_distinct
    from export_hits
),

hit_versions as (
    select count(*) as hits_in_versions
    from (
        select distinct * from export_hits
        where hit_id is not null
    ) as versions
),

hits_kept as (
    select
        count(*) filter (where hit_id is not null) as hits_with_id,
        count(*) filter (where filter_id is null) as hits_without_filter_id
    from filter_hits
),

hits_linked as (
    select
        count(*) as hits_before_a_block,
        count(distinct case_id) as blocks_after_a_hit
    from hit_cases
)

select
    hit_rows.hits_in_export,
    hit_rows.hits_in_export - hit_rows.hits_distinct
    - (hit_versions.hits_in_versions - hits_kept.hits_with_id) as hits_exact_duplicates,
    hit_versions.hits_in_versions - hits_kept.hits_with_id as hits_in_other_versions,
    hit_rows.hits_distinct,
    hits_kept.hits_without_filter_id,
    hits_linked.*
from hit_rows
cross join hit_versions
cross join hits_kept
cross join hits_linked
