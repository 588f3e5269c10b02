{#- The select over the files of one shape: cells, then typed values beside them. -#}
{% macro duckdb_raw_part(contract, shape, paths) %}
    {%- set checked = [] -%}
    {%- for column in contract.columns -%}
        {%- if duckdb_can_fail(column.type, shape, shape.types[column.name]) -%}
            {%- do checked.append(column) -%}
        {%- endif -%}
    {%- endfor -%}
select
    {%- for column in contract.columns %}
    {{ duckdb_typed(column.type, shape, column.name) }} as {{ column.name }},
    {%- endfor %}
    cast(json_object(
        {%- for column in contract.columns %}
        '{{ column.name }}', {{ duckdb_json_value(column, shape) }}{{ ',' if not loop.last }}
        {%- endfor %}
    ) as varchar) as raw_row,
    {%- if checked %}
    case
        when
            {%- for column in checked %}
            {{ duckdb_unread(column, shape) }}{{ ' or' if not loop.last }}
            {%- endfor %}
            then '|'
            {%- for column in checked %}
            || case
                when {{ duckdb_unread(column, shape) }} then '{{ column.name }}|' else ''
            end
            {%- endfor %}
    end as raw_unparsable
    {%- else %}
    cast(null as varchar) as raw_unparsable
    {%- endif %}
from {{ duckdb_reader(shape, paths) }}
{%- endmacro %}

{% macro duckdb_reader(shape, paths) %}
    {%- set quoted = [] -%}
    {%- for path in paths -%}
        {%- do quoted.append("'" ~ path.replace("'", "''") ~ "'") -%}
    {%- endfor -%}
    {%- set list = '[' ~ quoted | join(', ') ~ ']' -%}
    {%- if shape.format == 'parquet' -%}
        {{- return('read_parquet(' ~ list ~ ', hive_partitioning = false)') -}}
    {%- endif -%}
    {%- set columns = [] -%}
    {%- for name in shape.types -%}
        {%- do columns.append("'" ~ name.replace("'", "''") ~ "': 'VARCHAR'") -%}
    {%- endfor -%}
    {{- return(
        "read_csv(" ~ list ~ ", auto_detect = false, header = true, delim = ',', quote = '\"', "
        ~ "escape = '\"', nullstr = '', strict_mode = true, hive_partitioning = false, "
        ~ "columns = {" ~ columns | join(', ') ~ "})"
    ) -}}
{% endmacro %}

{#- Whether a file can hold a value that cannot be read as the contract's type. -#}
{% macro duckdb_can_fail(type, shape, found) %}
    {%- if shape.format == 'csv' -%}
        {{- return(type != 'string') -}}
    {%- endif -%}
    {{- return((type == 'integer' and found == 'UBIGINT')
        or (type == 'timestamp' and found in ('TIMESTAMP_S', 'TIMESTAMP_MS'))) -}}
{% endmacro %}

{% macro duckdb_unread(column, shape) -%}
    ("{{ column.name }}" is not null and {{ duckdb_typed(column.type, shape, column.name) }} is null)
{%- endmacro %}

{#- A column of a file as the contract's type; NULL where it cannot be read. A CSV cell must match
    the contract's pattern first: the engine's own casts accept 1_000, 24:00:00 and offsets. -#}
{% macro duckdb_typed(type, shape, name) %}
    {%- set cell = '"' ~ name ~ '"' -%}
    {%- if shape.format == 'csv' -%}
        {%- set day = '[0-9]{4}-[0-9]{2}-[0-9]{2}' -%}
        {%- set patterns = {
            'integer': '-?[0-9]{1,18}',
            'double': '-?[0-9]+(\\.[0-9]+)?([eE][+-]?[0-9]+)?',
            'boolean': '(?i)true|false',
            'date': day,
            'timestamp': day
                ~ '[ T]([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\\.[0-9]{1,6})?',
        } -%}
        {%- if type == 'string' -%}
            {{- return(cell) -}}
        {%- endif -%}
        {{- return(
            "case when regexp_full_match(" ~ cell ~ ", '" ~ patterns[type] ~ "') then try_cast("
            ~ cell ~ " as " ~ duckdb_type(type) ~ ") end") -}}
    {%- endif -%}
    {%- set found = shape.types[name] -%}
    {%- if found == '"NULL"' -%}
        {{- return("cast(null as " ~ duckdb_type(type) ~ ")") -}}
    {%- endif -%}
    {%- if found == 'TIMESTAMP WITH TIME ZONE' -%}
        {{- return("timezone('UTC', " ~ cell ~ ")") -}}
    {%- endif -%}
    {{- return("try_cast(" ~ cell ~ " as " ~ duckdb_type(type) ~ ")") -}}
{% endmacro %}

{#- JSON has no NaN and no infinity: they are written as text. -#}
{% macro duckdb_json_value(column, shape) -%}
    {%- set cell = '"' ~ column.name ~ '"' -%}
    {%- if shape.format == 'parquet' and shape.types[column.name] in ('FLOAT', 'DOUBLE') -%}
        case
            when isfinite({{ cell }}) then to_json({{ cell }})
            else to_json(cast({{ cell }} as varchar))
        end
    {%- else -%}
        {{ cell }}
    {%- endif -%}
{%- endmacro %}
