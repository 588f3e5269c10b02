select * from marts.kpi_trends
