{#- A folder of raw files, looked at whole. Returns a dict of
    views: per raw table the select behind raw.<table>, for each whose files have no fault;
    files: per raw table its paths; missing: the tables without a file;
    faults and unread: as in duckdb_raw_files, with those of the columns. -#}
{% macro duckdb_raw_folder(folder) %}
    {%- set found = duckdb_raw_files(folder) -%}
    {%- set faults = found.faults -%}
    {%- set views = {} -%}
    {%- set missing = [] -%}
    {%- for table, paths in found.files.items() -%}
        {%- set read = duckdb_raw_shapes(table, folder, paths) -%}
        {%- do faults.extend(read.faults) -%}
        {%- if not faults | selectattr('table', 'equalto', table) | list -%}
            {%- do views.update({table: duckdb_raw_view(table, folder, read.shapes)}) -%}
            {%- if not paths -%}
                {%- do missing.append(table) -%}
            {%- endif -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if missing | length == raw_tables() | length -%}
        {%- do faults.append({'kind': 'nothing', 'path': folder}) -%}
    {%- endif -%}
    {{- return({
        'views': views,
        'files': found.files,
        'missing': missing,
        'faults': faults,
        'unread': found.unread,
    }) -}}
{% endmacro %}
