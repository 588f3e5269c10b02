select * from marts.data_quality
