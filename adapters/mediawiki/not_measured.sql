-- Grain: one row per metric that the two logs cannot give, or would give by construction. They
-- never could, so the declaration is as old as the first entry that a build can read: it is the
-- same for the same logs, and visible whenever anything of them is.
with

times as (
    select timestamp from export_blocks
    union all
    select timestamp from export_hits
),

beginning as (
    select min(timestamp) as first_logged_at
    from times
    where timestamp >= timestamp '2000-01-01' and timestamp < timestamp '2100-01-01'
),

not_measured as (
    select * from not_measured_csv
)

select
    not_measured.metric,
    cast(beginning.first_logged_at as date) as declared_on,
    not_measured.reason,
    beginning.first_logged_at as ingested_at,
    false as is_deleted
from not_measured
cross join beginning
