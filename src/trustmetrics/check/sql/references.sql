-- Grain: one row per reference between raw tables.
-- Why: a reference that dangles in more than a few rows is a fault of the extract.
select
    table_name,
    column_name,
    referenced_table,
    entity_count - no_reference_count as stated_count,
    orphan_count
from marts.orphans
order by table_name, column_name
