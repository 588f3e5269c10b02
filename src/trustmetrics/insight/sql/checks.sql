-- The newest run of the data checks.
select *
from marts.data_checks
where run_at = (select max(run_at) from marts.data_checks)
order by table_name, column_name, slice, expectation
