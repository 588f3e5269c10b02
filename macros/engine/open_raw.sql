{#- Runs at the start of every run: makes the views raw.<table>, typed, with the contract's columns,
    and two more: raw_row (the row as it came, JSON) and raw_unparsable (`|column|column|`: the
    columns whose value could not be read as their type). Staging reads nothing else, so no compiled
    SQL depends on where the raw data is or on its format. -#}
{% macro open_raw() %}
    {%- if execute and flags.WHICH in ('build', 'run', 'test', 'show') -%}
        {{- return(adapter.dispatch('open_raw')()) -}}
    {%- endif -%}
{% endmacro %}

{#- DuckDB reads files in place. TRUSTMETRICS_RAW names the folder. It holds, for each
    table, <table>.parquet, <table>.csv or a folder <table>/ of such parts. A missing table counts as
    empty. -#}
{% macro duckdb__open_raw() %}
    {%- set folder = env_var('TRUSTMETRICS_RAW', '').rstrip('/') -%}
    {%- if not folder -%}
        {%- do exceptions.raise_compiler_error(
            "no raw data named. Set TRUSTMETRICS_RAW to the folder that holds the raw tables") -%}
    {%- endif -%}
    {%- set files = duckdb_raw_files(folder) -%}
    {%- set missing = [] -%}
    {%- do run_query("create schema if not exists raw") -%}
    {%- for table in raw_tables() -%}
        {%- if not files[table] -%}{%- do missing.append(table) -%}{%- endif -%}
        {%- do run_query("create or replace view raw." ~ table ~ " as\n"
            ~ duckdb_raw_view(table_contract(table), files[table])) -%}
    {%- endfor -%}
    {%- if missing -%}
        {%- do log("raw tables not found, taken as empty: " ~ missing | join(', '), info=true) -%}
    {%- endif -%}
{% endmacro %}

{#- Postgres holds the raw tables in the schema that TRUSTMETRICS_RAW_SCHEMA names. Its types are
    the tables' own, so no value can fail to parse. -#}
{% macro postgres__open_raw() %}
    {%- set schema = env_var('TRUSTMETRICS_RAW_SCHEMA', 'raw_input') -%}
    {%- set types = postgres_raw_types(schema) -%}
    {%- set missing = [] -%}
    {%- do run_query("create schema if not exists raw") -%}
    {%- for table in raw_tables() -%}
        {%- if table not in types -%}{%- do missing.append(table) -%}{%- endif -%}
        {%- do run_query(postgres_raw_view(table, schema, types.get(table))) -%}
    {%- endfor -%}
    {%- if missing -%}
        {%- do log("raw tables not found, taken as empty: " ~ missing | join(', '), info=true) -%}
    {%- endif -%}
{% endmacro %}
