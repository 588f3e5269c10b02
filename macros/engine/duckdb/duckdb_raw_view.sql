{#- The select behind raw.<table>: its shapes, combined by column name. Without one it has no rows. -#}
{% macro duckdb_raw_view(table, folder, shapes) %}
    {%- set contract = table_contract(table) -%}
    {%- set parts = [] -%}
    {%- for shape in shapes -%}
        {%- do parts.append(duckdb_raw_part(contract, folder, shape)) -%}
    {%- endfor -%}
    {{- return(parts | join('\nunion all by name\n') or duckdb_raw_nothing(contract)) -}}
{% endmacro %}

{#- A select of the right types that returns no rows. -#}
{% macro duckdb_raw_nothing(contract) %}
select
    {%- for column in contract.columns %}
    cast(null as {{ duckdb_type(column.type) }}) as {{ column.name }},
    {%- endfor %}
    cast(null as varchar) as raw_row,
    cast(null as varchar) as raw_unparsable
where false
{%- endmacro %}

{% macro duckdb_type(type) -%}
    {{ {'string': 'varchar', 'integer': 'bigint'}.get(type, type) }}
{%- endmacro %}
