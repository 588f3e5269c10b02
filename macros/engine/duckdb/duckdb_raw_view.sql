{#- The select behind raw.<table>. Files of one shape (format, column names and types) are read
    together, and the shapes are combined by column name. Without a file it has no rows. -#}
{% macro duckdb_raw_view(contract, paths) %}
    {%- set shapes = {} -%}
    {%- for path in paths -%}
        {%- set shape = duckdb_file_shape(contract, path) -%}
        {%- do shapes.setdefault(tojson(shape), {'shape': shape, 'paths': []})['paths'].append(path) -%}
    {%- endfor -%}
    {%- set parts = [] -%}
    {%- for group in shapes.values() -%}
        {%- do parts.append(duckdb_raw_part(contract, group.shape, group.paths)) -%}
    {%- endfor -%}
    {%- if not parts -%}
        {%- do parts.append(duckdb_raw_nothing(contract)) -%}
    {%- endif -%}
    {{- return(parts | join('\nunion all by name\n')) -}}
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
