{#- The columns and types of the raw tables in a schema: a dict of table name to a dict of column
    name to type. Raises if the schema holds none of the tables. -#}
{% macro postgres_raw_types(schema) %}
    {%- set listing = run_query(
        "select table_name, column_name, data_type from information_schema.columns "
        ~ "where table_schema = '" ~ schema ~ "' and table_name in ('"
        ~ raw_tables() | join("', '") ~ "')") -%}
    {%- set types = {} -%}
    {%- for row in listing.rows -%}
        {%- do types.setdefault(row[0], {}).update({row[1]: row[2]}) -%}
    {%- endfor -%}
    {%- if not types -%}
        {%- do exceptions.raise_compiler_error(
            "the schema '" ~ schema ~ "' holds none of the raw tables. "
            ~ "Set TRUSTMETRICS_RAW_SCHEMA; docs/raw_contract.md lists them") -%}
    {%- endif -%}
    {{- return(types) -}}
{% endmacro %}
