{#- The body of rejected_rows: every breach of every raw table. -#}
{% macro rejected_rows() %}
{%- for table in raw_tables() %}
{%- set checked = ref('base_' ~ table) %}
{%- if execute %}
{%- set contract = table_contract(table) %}
select
    cast('{{ table }}' as varchar) as table_name,
    {{ json_object(contract.key) }} as row_key,
    cast(rules.column_name as varchar) as column_name,
    cast(rules.reason as varchar) as reason,
    cast(ingested_at as timestamp) as ingested_at,
    cast(raw_row as varchar) as row
from {{ checked }}
inner join (
    {%- for rule in breach_rules(table) %}
    select '{{ rule.column }}' as column_name, '{{ rule.reason }}' as reason
    {{- ' union all' if not loop.last }}
    {%- endfor %}
) as rules
    on position('|' || rules.column_name || ':' || rules.reason || '|' in breaches) > 0
where breaches is not null
{%- if not loop.last %}
union all
{%- endif %}
{%- else %}
select * from {{ checked }}
{%- endif %}
{%- endfor %}
{% endmacro %}
