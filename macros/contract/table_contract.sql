{#- The contract of one raw table, read from its source's YAML, the one place where it is written
    (docs/raw_contract.md). Returns a dict: key, event, open_until, ordered, columns (a list of
    dicts: name, type, nullable, optional, enum, min, max, exclusive_min, ref, touches). Only at run
    time: dbt has no graph while it parses. -#}
{% macro table_contract(table) %}
    {%- set found = [] -%}
    {%- for node in graph.sources.values() if node.source_name == 'raw' and node.name == table -%}
        {%- do found.append(node) -%}
    {%- endfor -%}
    {%- if not found -%}
        {%- do exceptions.raise_compiler_error("The contract has no raw table " ~ table) -%}
    {%- endif -%}
    {%- set node = found[0] -%}
    {%- set meta = node.config.meta -%}
    {%- set columns = [] -%}
    {%- for column in node.columns.values() -%}
        {%- set rules = column.config.meta -%}
        {%- do columns.append({
            'name': column.name,
            'type': column.data_type,
            'nullable': rules.get('nullable', false),
            'optional': rules.get('optional', false),
            'enum': rules.get('enum'),
            'min': rules.get('min'),
            'max': rules.get('max'),
            'exclusive_min': rules.get('exclusive_min', false),
            'ref': rules.get('ref'),
            'touches': rules.get('touches', []),
        }) -%}
    {%- endfor -%}
    {{- return({
        'key': meta.key,
        'event': meta.event,
        'open_until': meta.get('open_until', []),
        'ordered': meta.get('ordered', []),
        'columns': columns,
    }) -}}
{% endmacro %}
