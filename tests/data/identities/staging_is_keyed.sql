-- Each staging table has one row per key of its contract, and no part of the key is NULL
-- (methodology, as_of and versions). Returns the tables with keys that do not identify a row.
{%- for table in raw_tables() %}
{%- set entities = ref('stg_' ~ table) %}
{%- if execute %}
{%- set key = table_contract(table).key %}
select
    '{{ table }}' as table_name,
    count(*) as key_count
from (
    select 1 as broken
    from {{ entities }}
    group by {{ key | join(', ') }}
    having
        count(*) > 1
        {%- for column in key %}
        or {{ column }} is null
        {%- endfor %}
) as broken_keys
having count(*) > 0
{%- else %}
select * from {{ entities }}
{%- endif %}
{%- if not loop.last %}
union all
{%- endif %}
{%- endfor %}
