{#- The columns that a CSV file's first line names, as a dict of name to VARCHAR. They are read from
    the line itself, because DuckDB's own guess fails if a later line is ragged. Columns unknown to
    the contract are named by their position, so that they cannot clash. -#}
{% macro duckdb_csv_columns(contract, path) %}
    {%- set lines = run_query(
        "select line from read_csv('" ~ path.replace("'", "''") ~ "', auto_detect = false, "
        ~ "header = false, delim = '\x01', quote = '', escape = '', comment = '', skip = 0, "
        ~ "strict_mode = false, parallel = false, hive_partitioning = false, "
        ~ "columns = {'line': 'VARCHAR'}) limit 1").columns[0].values() -%}
    {%- set known = contract.columns | map(attribute='name') | list -%}
    {%- set types = {} -%}
    {%- for cell in modules.re.findall(
            '(?:^|,)( *"(?:[^"]|"")*" *|[^,]*)', (lines | first or '') | string) -%}
        {%- set name = cell.strip()[1:-1] if cell.strip().startswith('"') else cell -%}
        {%- if name in types -%}
            {%- do exceptions.raise_compiler_error(
                "the file '" ~ path ~ "' names the column '" ~ name ~ "' twice. Keep one of them") -%}
        {%- endif -%}
        {%- do types.update({name if name in known else 'extra ' ~ loop.index: 'VARCHAR'}) -%}
    {%- endfor -%}
    {{- return(types) -}}
{% endmacro %}
