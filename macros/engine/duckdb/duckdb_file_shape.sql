{#- The shape of a raw file: its format, and the name and type of each column as DuckDB sees them
    (CSV: text). Raises, naming the file and the column, if a column is missing or has a type that
    the contract does not accept: that is a fault of the file, not of a row. -#}
{% macro duckdb_file_shape(contract, path) %}
    {%- set is_csv = path.endswith('.csv') -%}
    {%- set types = duckdb_csv_columns(contract, path) if is_csv else duckdb_parquet_columns(path) -%}
    {%- for column in contract.columns -%}
        {%- if column.name not in types -%}
            {%- do exceptions.raise_compiler_error(
                "the file '" ~ path ~ "' has no column '" ~ column.name ~ "'. "
                ~ ("Its first line must name the columns; " if is_csv else "")
                ~ "docs/raw_contract.md lists them") -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if not is_csv -%}
        {%- do duckdb_accept_types(contract, path, types) -%}
    {%- endif -%}
    {{- return({'format': 'csv' if is_csv else 'parquet', 'types': types}) -}}
{% endmacro %}

{% macro duckdb_parquet_columns(path) %}
    {%- set types = {} -%}
    {%- for row in run_query(
            "select column_name, column_type from (describe select * from read_parquet('"
            ~ path.replace("'", "''") ~ "', hive_partitioning = false))").rows -%}
        {%- do types.update({row[0]: row[1]}) -%}
    {%- endfor -%}
    {{- return(types) -}}
{% endmacro %}

{#- Checks the types of a Parquet file against the contract. A column of the null type becomes
    '"NULL"' in types. -#}
{% macro duckdb_accept_types(contract, path, types) %}
    {%- set whole = '(U?(TINY|SMALL|BIG)INT|U?INTEGER)' -%}
    {%- set accepted = {
        'string': 'VARCHAR',
        'integer': whole,
        'double': '(' ~ whole ~ '|FLOAT|DOUBLE|DECIMAL.*)',
        'boolean': 'BOOLEAN',
        'date': 'DATE',
        'timestamp': 'TIMESTAMP(_S|_MS|_NS| WITH TIME ZONE)?',
    } -%}
    {%- set refused = [] -%}
    {%- for column in contract.columns -%}
        {%- if not modules.re.fullmatch(accepted[column.type], types[column.name]) -%}
            {%- do refused.append(column) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if refused -%}
        {%- set nulls = run_query(
            "select name from parquet_schema('" ~ path.replace("'", "''") ~ "') "
            ~ "where logical_type = 'NullType()'").columns[0].values() -%}
        {%- for column in refused -%}
            {%- if column.name not in nulls -%}
                {%- do exceptions.raise_compiler_error(
                    "the file '" ~ path ~ "' has column '" ~ column.name ~ "' of type "
                    ~ types[column.name] ~ ", but the contract asks for " ~ column.type
                    ~ ". Write it as " ~ column.type ~ "; docs/raw_contract.md lists what counts") -%}
            {%- endif -%}
            {%- do types.update({column.name: '"NULL"'}) -%}
        {%- endfor -%}
    {%- endif -%}
{% endmacro %}
