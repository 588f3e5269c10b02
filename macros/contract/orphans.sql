{#- The body of orphans: for each reference to another table, how many entities point to nothing.
    Which metrics that touches is declared with the reference, in the sources' YAML. -#}
{% macro orphans() %}
{%- set entities = {} -%}
{%- for table in raw_tables() -%}
    {%- do entities.update({table: ref('stg_' ~ table)}) -%}
{%- endfor -%}
{%- if execute -%}
{%- for reference in references() %}
select
    cast('{{ reference.table }}' as varchar) as table_name,
    cast('{{ reference.columns | join(", ") }}' as varchar) as column_name,
    cast('{{ reference.to_table }}' as varchar) as referenced_table,
    cast(count(*) as bigint) as entity_count,
    cast(count(*) filter (where {{ reference.columns[0] }} is null) as bigint) as no_reference_count,
    cast(
        count(*) filter (
            where {{ reference.columns[0] }} is not null and not is_found
        ) as bigint
    ) as orphan_count,
    cast({{ "'" ~ reference.touches | join(', ') ~ "'" }} as varchar) as touched_metrics
from (
    select
        {%- for column in reference.columns %}
        pointing.{{ column }},
        {%- endfor %}
        pointed.{{ reference.to_columns[0] }} is not null as is_found
    from {{ entities[reference.table] }} as pointing
    left join {{ entities[reference.to_table] }} as pointed
        on
            {%- for column in reference.columns %}
            {{ 'and ' if not loop.first -}}
            pointing.{{ column }} = pointed.{{ reference.to_columns[loop.index0] }}
            {%- endfor %}
) as matched
{%- if not loop.last %}
union all
{%- endif %}
{%- endfor %}
{%- else -%}
select 1 as placeholder
{%- endif -%}
{% endmacro %}

{#- The references between raw tables: a list of dicts (table, columns, to_table, to_columns,
    touches). A column declares its own; one that takes several columns stands at the table. -#}
{% macro references() %}
    {%- set found = [] -%}
    {%- for table in raw_tables() -%}
        {%- set source = raw_source(table) -%}
        {%- set declared = source.config.meta.get('references', []) + [] -%}
        {%- for column in source.columns.values() if column.config.meta.ref -%}
            {%- do declared.append(dict(column.config.meta, columns=[column.name])) -%}
        {%- endfor -%}
        {%- for reference in declared -%}
            {%- do found.append({
                'table': table,
                'columns': reference.columns,
                'to_table': reference.ref,
                'to_columns': table_contract(reference.ref).key,
                'touches': reference.get('touches', []),
            }) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{- return(found) -}}
{% endmacro %}
