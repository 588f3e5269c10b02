{#- The files of each raw table in a folder: a dict of table name to a list of paths. Raises if a
    table exists in more than one form, or if the folder holds no table at all. -#}
{% macro duckdb_raw_files(folder) %}
    {#- glob() would read these characters in the folder's own name as wildcards. -#}
    {%- set quoted = modules.re.sub('([*?[])', '[\\1]', folder).replace("'", "''") -%}
    {%- set listing = run_query(
        "select file from glob(['" ~ quoted ~ "/*.parquet', '" ~ quoted ~ "/*.csv', '"
        ~ quoted ~ "/*/*.parquet', '" ~ quoted ~ "/*/*.csv']) order by file") -%}
    {%- set ways = {} -%}
    {%- set strangers = [] -%}
    {%- for row in listing.rows -%}
        {%- set path = row[0] -%}
        {%- set inner = path[folder | length + 1:].replace('\\', '/') -%}
        {%- set table = inner.split('/')[0] if '/' in inner else inner.rsplit('.', 1)[0] -%}
        {%- set way = inner.split('/')[0] ~ '/' if '/' in inner else inner -%}
        {%- if table in raw_tables() -%}
            {%- do ways.setdefault(table, {}).setdefault(way, []).append(path) -%}
        {%- else -%}
            {%- do strangers.append(way) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if not ways -%}
        {%- do exceptions.raise_compiler_error(
            "the folder '" ~ folder ~ "' holds none of the raw tables, neither <table>.parquet nor "
            ~ "<table>.csv; docs/raw_contract.md lists them") -%}
    {%- endif -%}
    {%- if strangers -%}
        {%- do log("ignored, for the contract has no such table: "
            ~ strangers | unique | join(', '), info=true) -%}
    {%- endif -%}
    {%- set files = {} -%}
    {%- for table in raw_tables() -%}
        {%- set found = ways.get(table, {}) -%}
        {%- if found | length > 1 -%}
            {%- do exceptions.raise_compiler_error(
                "raw table '" ~ table ~ "' is there more than once: " ~ found | join(' and ')
                ~ " in '" ~ folder ~ "'. Keep one of them") -%}
        {%- endif -%}
        {%- do files.update({table: (found.values() | list)[0] if found else []}) -%}
    {%- endfor -%}
    {{- return(files) -}}
{% endmacro %}
