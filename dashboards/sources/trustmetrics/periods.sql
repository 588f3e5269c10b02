select * from marts.dim_periods
