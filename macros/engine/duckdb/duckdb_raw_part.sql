{#- The select over the files of one shape: cells, then typed values beside them. The row as it came
    is without the optional columns that the files lack. -#}
{% macro duckdb_raw_part(contract, folder, shape) %}
    {%- set cells = {} -%}
    {%- set checked = [] -%}
    {%- set kept = [] -%}
    {%- for column in contract.columns -%}
        {%- if not (column.optional and shape.columns[column.name].place == 'nowhere') -%}
            {%- do kept.append(column) -%}
        {%- endif -%}
        {%- do cells.update({column.name: duckdb_cell(column, folder, shape)}) -%}
        {%- if duckdb_can_fail(column.type, shape.columns[column.name].type) -%}
            {%- do checked.append(column) -%}
        {%- endif -%}
    {%- endfor -%}
select
    {%- for column in contract.columns %}
    {{ duckdb_typed(column.type, cells[column.name], shape.columns[column.name].type) }} as {{ column.name }},
    {%- endfor %}
    cast(json_object(
        {%- for column in kept %}
        '{{ column.name }}', {{ duckdb_json_value(cells[column.name], shape.columns[column.name].type) }}
        {{- ',' if not loop.last }}
        {%- endfor %}
    ) as varchar) as raw_row,
    {%- if checked %}
    case
        when
            {%- for column in checked %}
            {{ duckdb_unread(column, cells[column.name], shape) }}{{ ' or' if not loop.last }}
            {%- endfor %}
            then '|'
            {%- for column in checked %}
            || case
                when {{ duckdb_unread(column, cells[column.name], shape) }} then '{{ column.name }}|'
                else ''
            end
            {%- endfor %}
    end as raw_unparsable
    {%- else %}
    cast(null as varchar) as raw_unparsable
    {%- endif %}
from {{ duckdb_reader(shape) }}
{%- endmacro %}

{% macro duckdb_reader(shape) %}
    {%- set options = ["hive_partitioning = false"] -%}
    {%- if shape.columns.values() | selectattr('place', 'equalto', 'path') | list -%}
        {%- do options.append("filename = 'raw_path'") -%}
    {%- endif -%}
    {%- if shape.format == 'csv' -%}
        {%- do options.extend([
            "auto_detect = false", "header = true", "strict_mode = true", "nullstr = ''",
            "delim = '" ~ shape.delimiter ~ "'", "quote = '\"'", "escape = '\"'",
        ]) -%}
    {%- elif shape.format == 'json' -%}
        {%- do options.append("format = 'auto'") -%}
    {%- endif -%}
    {%- if shape.format != 'parquet' -%}
        {%- set columns = [] -%}
        {%- for _ in shape.names if shape.format == 'csv' -%}
            {%- do columns.append("'c" ~ loop.index0 ~ "': 'VARCHAR'") -%}
        {%- endfor -%}
        {%- for found in shape.columns.values()
                if shape.format == 'json' and found.place == 'file' -%}
            {%- do columns.append("'" ~ found.name.replace("'", "''") ~ "': 'JSON'") -%}
        {%- endfor -%}
        {%- do options.extend([
            "compression = '" ~ shape.compression ~ "'",
            "columns = {" ~ columns | join(', ') ~ "}",
        ]) -%}
    {%- endif -%}
    {{- return("read_" ~ shape.format ~ "(" ~ duckdb_path_list(shape.paths) ~ ", "
        ~ options | join(', ') ~ ")") -}}
{% endmacro %}

{#- A column's cell, as it came. What a path gives is percent-encoded text. -#}
{% macro duckdb_cell(column, folder, shape) %}
    {%- set found = shape.columns[column.name] -%}
    {%- if found.place == 'nowhere' -%}
        {{- return('null') -}}
    {%- elif found.place == 'path' -%}
        {{- return(
            "nullif(nullif(url_decode(regexp_extract(substr(raw_path, " ~ (folder | length + 1)
            ~ "), '(?i)/" ~ column.name ~ "=([^/]*)/', 1)), ''), '__HIVE_DEFAULT_PARTITION__')") -}}
    {%- endif -%}
    {{- return('"' ~ found.name.replace('"', '""') ~ '"') -}}
{% endmacro %}

{#- Whether a cell of this type can be one that cannot be read as the contract's type. -#}
{% macro duckdb_can_fail(type, found) %}
    {{- return(
        found == 'JSON'
        or (found == 'TEXT' and type != 'string')
        or (type == 'integer' and found == 'UBIGINT')
        or (type == 'timestamp' and found.startswith('TIMESTAMP') and found != 'TIMESTAMP_NS')) -}}
{% endmacro %}

{% macro duckdb_unread(column, cell, shape) -%}
    {%- set found = shape.columns[column.name].type -%}
    ({{ cell ~ " ->> '$'" if found == 'JSON' else cell }} is not null
        and {{ duckdb_typed(column.type, cell, found) }} is null)
{%- endmacro %}

{#- A cell as the contract's type; NULL where it cannot be read. Text must match the contract's
    pattern first: the engine's own casts accept 1_000, 24:00:00 and offsets. A JSON number is
    text, as it is written; an object or a list is none. -#}
{% macro duckdb_typed(type, cell, found) %}
    {%- if found == 'NULL' -%}
        {{- return("cast(null as " ~ duckdb_type(type) ~ ")") -}}
    {%- endif -%}
    {%- if found == 'JSON' -%}
        {%- set scalar = "case when json_type(" ~ cell ~ ") not in ('OBJECT', 'ARRAY') then "
            ~ cell ~ " ->> '$' end" -%}
        {{- return(duckdb_typed(type, scalar if type == 'string' else cell ~ " ->> '$'", 'TEXT')) -}}
    {%- endif -%}
    {%- if found == 'TEXT' and type == 'string' -%}
        {{- return(cell) -}}
    {%- endif -%}
    {%- if found == 'TEXT' -%}
        {%- set day = '[0-9]{4}-[0-9]{2}-[0-9]{2}' -%}
        {%- set patterns = {
            'integer': '-?[0-9]{1,18}',
            'double': '-?[0-9]+(\\.[0-9]+)?([eE][+-]?[0-9]+)?',
            'boolean': '(?i)true|false',
            'date': day,
            'timestamp': day
                ~ '[ T]([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\\.[0-9]{1,6})?',
        } -%}
        {{- return(
            "case when regexp_full_match(" ~ cell ~ ", '" ~ patterns[type] ~ "') then try_cast("
            ~ cell ~ " as " ~ duckdb_type(type) ~ ") end") -}}
    {%- endif -%}
    {%- if found == 'TIMESTAMP WITH TIME ZONE' -%}
        {{- return("try(timezone('UTC', " ~ cell ~ "))") -}}
    {%- endif -%}
    {%- if found == 'TIMESTAMP' -%}
        {#- A file can hold what lies before the first instant that the engine can write. -#}
        {{- return("case when " ~ cell ~ " >= timestamp '290309-12-22 (BC) 00:00:00' or " ~ cell
            ~ " = timestamp '-infinity' then " ~ cell ~ " end") -}}
    {%- endif -%}
    {{- return("try_cast(" ~ cell ~ " as " ~ duckdb_type(type) ~ ")") -}}
{% endmacro %}

{#- JSON has no NaN and no infinity: they are written as text. So are the microseconds since 1970 of
    an instant that the engine cannot write. -#}
{% macro duckdb_json_value(cell, found) -%}
    {%- if found in ('FLOAT', 'DOUBLE') -%}
        case
            when isfinite({{ cell }}) then to_json({{ cell }})
            else to_json(cast({{ cell }} as varchar))
        end
    {%- elif found.startswith('TIMESTAMP') -%}
        coalesce(try(to_json({{ cell }})), to_json(cast(epoch_us({{ cell }}) as varchar)))
    {%- else -%}
        {{ cell }}
    {%- endif -%}
{%- endmacro %}
