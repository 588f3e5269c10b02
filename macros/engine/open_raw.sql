{#- Runs at the start of every run: makes the views raw.<table>, typed, with the contract's columns,
    and two more: raw_row (the row as it came, JSON) and raw_unparsable (`|column|column|`: the
    columns whose value could not be read as their type). Staging reads nothing else, so no compiled
    SQL depends on where the raw data is or on its format. A run of a project that has this one as
    a package, and selects nothing of it, needs no raw data. -#}
{% macro open_raw() %}
    {%- if execute and flags.WHICH in ('build', 'run', 'test', 'show')
            and '.trustmetrics.' in selected_resources | join(' ') -%}
        {{- return(adapter.dispatch('open_raw')()) -}}
    {%- endif -%}
{% endmacro %}

{#- DuckDB reads files in place. TRUSTMETRICS_RAW names the folder (docs/raw_contract.md says what
    it may hold). A missing table counts as empty. -#}
{% macro duckdb__open_raw() %}
    {%- set folder = env_var('TRUSTMETRICS_RAW', '').rstrip('/') -%}
    {%- if not folder -%}
        {%- do exceptions.raise_compiler_error(
            "no raw data named. Set TRUSTMETRICS_RAW to the folder that holds the raw tables") -%}
    {%- endif -%}
    {%- set raw = duckdb_raw_folder(folder) -%}
    {%- if raw.faults -%}
        {%- do exceptions.raise_compiler_error(raw_faults_text(raw.faults)) -%}
    {%- endif -%}
    {%- do run_query("create schema if not exists raw") -%}
    {%- for table, view in raw.views.items() -%}
        {%- do run_query("create or replace view raw." ~ table ~ " as\n" ~ view) -%}
    {%- endfor -%}
    {%- if raw.unread -%}
        {%- do log(raw_unread_text(raw.unread), info=true) -%}
    {%- endif -%}
{% endmacro %}

{#- Postgres holds the raw tables in the schema that TRUSTMETRICS_RAW_SCHEMA names. Its types are
    the tables' own, so no value can fail to parse. -#}
{% macro postgres__open_raw() %}
    {%- set schema = env_var('TRUSTMETRICS_RAW_SCHEMA', 'raw_input') -%}
    {%- set types = postgres_raw_types(schema) -%}
    {%- do run_query("create schema if not exists raw") -%}
    {%- for table in raw_tables() -%}
        {%- do run_query(postgres_raw_view(table, schema, types.get(table))) -%}
    {%- endfor -%}
{% endmacro %}
