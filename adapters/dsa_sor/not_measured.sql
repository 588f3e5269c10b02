-- Grain: one row per metric that the database cannot give. It never could: the declaration is as
-- old as the first statement.
select
    not_measured_csv.metric,
    cast(beginning.first_created_at as date) as declared_on,
    not_measured_csv.reason,
    beginning.first_created_at as ingested_at,
    false as is_deleted
from not_measured_csv
cross join beginning
