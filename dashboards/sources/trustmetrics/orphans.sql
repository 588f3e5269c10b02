select * from marts.orphans
