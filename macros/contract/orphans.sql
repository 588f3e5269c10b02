{#- The body of orphans: for each column that points to another table, how many entities point to
    nothing. Which metrics that touches stands beside the reference, in the sources' YAML. -#}
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
    touches). A label points to its stratum by three columns, which the contract does not call a
    reference, but a label without one is left out of the estimate. -#}
{% macro references() %}
    {%- set found = [{
        'table': 'prevalence_labels',
        'columns': ['period_start_date', 'surface', 'stratum'],
        'to_table': 'prevalence_strata',
        'to_columns': ['period_start_date', 'surface', 'stratum'],
        'touches': ['violative_view_rate'],
    }] -%}
    {%- for table in raw_tables() -%}
        {%- for column in table_contract(table).columns if column.ref -%}
            {%- do found.append({
                'table': table,
                'columns': [column.name],
                'to_table': column.ref,
                'to_columns': table_contract(column.ref).key,
                'touches': column.touches,
            }) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{- return(found) -}}
{% endmacro %}
