select * from marts.data_checks
where run_at = (select max(run_at) from marts.data_checks)
