-- Grain: one row per distinct filter hit (hit_id), with its filter as a detector and its
-- namespace as a surface. The export repeats rows, and some hits come twice with another
-- revision_id: of those the greatest row is kept, NULL lowest. Rows without a hit_id all stay;
-- the build rejects them.
with

hits as (
    select * from export_hits
),

namespaces as (
    select * from namespaces_csv
),

constants as (
    select * from constants
),

versions as (
    select
        *,
        row_number() over (
            partition by hit_id
            order by
                timestamp desc nulls last,
                filter_id desc nulls last,
                account_hash desc nulls last,
                namespace desc nulls last,
                page_hash desc nulls last,
                action desc nulls last,
                result desc nulls last,
                revision_id desc nulls last,
                account_is_ip desc nulls last
        ) as version
    from hits
),

one_version as (
    select * from versions
    where version = 1 or hit_id is null
)

select
    one_version.hit_id,
    'hit-' || printf('%012d', one_version.hit_id) as detection_id,
    one_version.timestamp as hit_at,
    one_version.account_hash,
    one_version.page_hash,
    one_version.filter_id,
    coalesce('filter-' || one_version.filter_id, constants.detector_not_stated) as detector_id,
    coalesce(namespaces.surface, 'namespace_' || one_version.namespace) as surface
from one_version
cross join constants
left join namespaces on one_version.namespace = namespaces.namespace
