-- References that point to nothing.
select *
from marts.orphans
where orphan_count > 0
order by orphan_count desc, table_name, column_name
