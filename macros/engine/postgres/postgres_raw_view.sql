{#- The statement that makes raw.<table>. types: the table's columns and types, or none if it is
    missing. Raises, naming all that is wrong, if a column is missing or has a type that the contract
    does not accept. -#}
{% macro postgres_raw_view(table, schema, types) %}
    {%- set contract = table_contract(table) -%}
    {%- set accepted = {
        'string': 'text|character varying|character',
        'integer': 'smallint|integer|bigint',
        'double': 'real|double precision|numeric|smallint|integer|bigint',
        'boolean': 'boolean',
        'date': 'date',
        'timestamp': 'timestamp with(out)? time zone',
    } -%}
    {%- set wrong = [] -%}
    {%- for column in contract.columns if types -%}
        {%- if column.name not in types and not column.optional -%}
            {%- do wrong.append("has no column '" ~ column.name ~ "'") -%}
        {%- elif column.name in types
                and not modules.re.fullmatch(accepted[column.type], types[column.name]) -%}
            {%- do wrong.append("has column '" ~ column.name ~ "' of type " ~ types[column.name]
                ~ ", but the contract asks for " ~ column.type) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if wrong -%}
        {%- do exceptions.raise_compiler_error("the table '" ~ schema ~ "." ~ table ~ "' "
            ~ wrong | join('; it ') ~ ". docs/raw_contract.md lists the columns, and the types that count") -%}
    {%- endif -%}
create or replace view raw.{{ table }} as
select
    {%- for column in contract.columns %}
    {{ postgres_typed(column, types) }} as {{ column.name }},
    {%- endfor %}
    {%- if types %}
    {{ json_object(contract.columns | map(attribute='name') | select('in', types) | list) }} as raw_row,
    {%- else %}
    cast(null as varchar) as raw_row,
    {%- endif %}
    cast(null as varchar) as raw_unparsable
{%- if types %}
from {{ schema }}.{{ table }}
{%- else %}
where false
{%- endif %}
{% endmacro %}

{% macro postgres_typed(column, types) -%}
    {%- set type = {
        'string': 'varchar', 'integer': 'bigint', 'double': 'double precision'
    }.get(column.type, column.type) -%}
    {%- if types and types.get(column.name) == 'timestamp with time zone' -%}
        {{ column.name }} at time zone 'UTC'
    {%- else -%}
        cast({{ column.name if types and column.name in types else 'null' }} as {{ type }})
    {%- endif -%}
{%- endmacro %}
