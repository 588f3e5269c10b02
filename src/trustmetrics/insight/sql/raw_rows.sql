-- What became of the rows of each raw table.
select *
from marts.data_quality
order by table_name
