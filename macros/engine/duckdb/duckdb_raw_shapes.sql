{#- How the files of one table hold its columns. Files alike in format, columns and types have one
    shape and are read together. Returns a dict of
    shapes: dicts of format (parquet, csv, json), compression, delimiter, names (the file's own
    columns, in order), keys (columns that its path gives, as in region=EU/), paths, and columns
    (per column of the contract: place, name, type);
    faults: what is wrong with a file, all of it at once. -#}
{% macro duckdb_raw_shapes(table, folder, paths) %}
    {%- set contract = table_contract(table) -%}
    {%- set shapes = [] -%}
    {%- set faults = [] -%}
    {%- set empty = duckdb_empty_files(paths) if paths else [] -%}
    {%- for path in empty -%}
        {%- do faults.append({'kind': 'empty', 'table': table, 'path': path}) -%}
    {%- endfor -%}
    {%- for shape in duckdb_alike(contract, folder, paths | reject('in', empty) | list) -%}
        {%- set found = duckdb_found_columns(contract, shape) -%}
        {%- if found.missing or found.twice or found.unaccepted -%}
            {%- for path in shape.paths -%}
                {%- do faults.append(
                    dict(found, kind='columns', table=table, path=path, format=shape.format)) -%}
            {%- endfor -%}
        {%- else -%}
            {%- do shapes.append(dict(shape, columns=found.columns)) -%}
        {%- endif -%}
    {%- endfor -%}
    {{- return({'shapes': shapes, 'faults': faults}) -}}
{% endmacro %}

{#- A list of paths as SQL. -#}
{% macro duckdb_path_list(paths) -%}
    [
    {%- for path in paths -%}
        '{{ path.replace("'", "''") }}'{{ ', ' if not loop.last }}
    {%- endfor -%}
    ]
{%- endmacro %}

{% macro duckdb_empty_files(paths) %}
    {{- return(run_query(
        "select filename from read_blob(" ~ duckdb_path_list(paths) ~ ") where size = 0"
    ).columns[0].values() | list) -}}
{% endmacro %}

{#- The files in groups of one shape, as in duckdb_raw_shapes, with types beside names. -#}
{% macro duckdb_alike(contract, folder, paths) %}
    {%- set groups = {} -%}
    {%- set signatures = duckdb_parquet_signatures(paths) -%}
    {%- for path in paths -%}
        {%- set ending = path.lower().rsplit('/', 1)[-1].split('.') -%}
        {%- set compression = {'gz': 'gzip', 'zst': 'zstd'}.get(ending[-1], 'uncompressed') -%}
        {%- set kind = ending[-1] if compression == 'uncompressed' else ending[-2] -%}
        {%- set shape = {
            'format': {'parquet': 'parquet', 'csv': 'csv', 'tsv': 'csv'}.get(kind, 'json'),
            'compression': compression,
            'keys': modules.re.findall('(?:^|/)([^/=]+)=', path[folder | length + 1:]),
        } -%}
        {%- if shape.format == 'csv' -%}
            {%- do shape.update(duckdb_csv_header(contract, path, compression)) -%}
        {%- elif shape.format == 'json' -%}
            {%- do shape.update({'names': duckdb_json_keys(path, compression)}) -%}
        {%- else -%}
            {%- do shape.update({'signature': signatures[path]}) -%}
        {%- endif -%}
        {%- do groups.setdefault(tojson(shape), dict(shape, paths=[])).paths.append(path) -%}
    {%- endfor -%}
    {%- for shape in groups.values() if shape.format == 'parquet' -%}
        {%- do shape.update(duckdb_parquet_columns(shape.paths[0])) -%}
    {%- endfor -%}
    {{- return(groups.values() | list) -}}
{% endmacro %}

{#- What tells the Parquet files of one shape from others, read from all of them at once. -#}
{% macro duckdb_parquet_signatures(paths) %}
    {%- set signatures = {} -%}
    {%- set parquet = [] -%}
    {%- for path in paths if path.lower().endswith('.parquet') -%}
        {%- do parquet.append(path) -%}
    {%- endfor -%}
    {%- if parquet -%}
        {%- for path, signature in run_query(
                "select file_name, string_agg(concat_ws(' ', name, type, converted_type, "
                ~ "logical_type, duckdb_type, num_children, scale, precision), ',' "
                ~ "order by column_id) "
                ~ "from parquet_schema(" ~ duckdb_path_list(parquet) ~ ") group by file_name").rows
        -%}
            {%- do signatures.update({path: signature}) -%}
        {%- endfor -%}
    {%- endif -%}
    {{- return(signatures) -}}
{% endmacro %}

{#- A column of the null type has the type NULL. -#}
{% macro duckdb_parquet_columns(path) %}
    {%- set quoted = path.replace("'", "''") -%}
    {%- set nulls = run_query(
        "select name from parquet_schema('" ~ quoted ~ "') where logical_type = 'NullType()'"
    ).columns[0].values() -%}
    {%- set names = [] -%}
    {%- set types = [] -%}
    {%- for name, type in run_query(
            "select column_name, column_type from (describe select * from read_parquet('"
            ~ quoted ~ "', hive_partitioning = false))").rows -%}
        {%- do names.append(name) -%}
        {%- do types.append('NULL' if name in nulls else type) -%}
    {%- endfor -%}
    {{- return({'names': names, 'types': types}) -}}
{% endmacro %}

{#- The names in a CSV file's first line and the delimiter, the one that gives most of the
    contract's columns. They are read from the line itself, because DuckDB's own guess fails if a
    later line is ragged. -#}
{% macro duckdb_csv_header(contract, path, compression) %}
    {%- set lines = run_query(
        "select line from read_csv('" ~ path.replace("'", "''") ~ "', auto_detect = false, "
        ~ "header = false, delim = '\x01', quote = '', escape = '', comment = '', skip = 0, "
        ~ "strict_mode = false, parallel = false, hive_partitioning = false, compression = '"
        ~ compression ~ "', columns = {'line': 'VARCHAR'}) limit 1").columns[0].values() -%}
    {%- set best = {'known': -1} -%}
    {%- for delimiter in [',', ';', '\t', '|'] -%}
        {%- set names = [] -%}
        {%- set mark = modules.re.escape(delimiter) -%}
        {%- for cell in modules.re.findall(
                '(?:^|' ~ mark ~ ')( *"(?:[^"]|"")*" *|[^' ~ mark ~ ']*)',
                (lines | first or '') | string) -%}
            {%- do names.append(
                cell.strip()[1:-1] if cell.strip().startswith('"') else cell) -%}
        {%- endfor -%}
        {%- set known = contract.columns | selectattr('name', 'in', duckdb_spelled(names).keys())
            | list | length -%}
        {%- if known > best.known -%}
            {%- do best.update({'known': known, 'delimiter': delimiter, 'names': names}) -%}
        {%- endif -%}
    {%- endfor -%}
    {{- return({'delimiter': best.delimiter, 'names': best.names}) -}}
{% endmacro %}

{#- The keys of a JSON file's objects: each may leave out what is null, so all are looked at. -#}
{% macro duckdb_json_keys(path, compression) %}
    {{- return(run_query(
        "select distinct unnest(json_keys(json)) as name from read_json_objects('"
        ~ path.replace("'", "''") ~ "', format = 'auto', compression = '" ~ compression
        ~ "', hive_partitioning = false) order by name").columns[0].values() | list) -}}
{% endmacro %}

{#- Names as the contract would spell them: a dict of each to the places that bear it. -#}
{% macro duckdb_spelled(names) %}
    {%- set spelled = {} -%}
    {%- for name in names -%}
        {%- do spelled.setdefault(name.strip().lower(), []).append(loop.index0) -%}
    {%- endfor -%}
    {{- return(spelled) -}}
{% endmacro %}

{#- Where each column of the contract is: in the file, under its own name or one that differs in
    case or outer spaces; in the path; or nowhere, which JSON may leave a nullable column and every
    file an optional one, unless it has a name near that one. Returns columns, and missing, twice and
    unaccepted: what is wrong, in dicts of column and found. -#}
{% macro duckdb_found_columns(contract, shape) %}
    {%- set whole = '(U?(TINY|SMALL|BIG)INT|U?INTEGER)' -%}
    {%- set accepted = {
        'string': 'VARCHAR',
        'integer': whole,
        'double': '(' ~ whole ~ '|FLOAT|DOUBLE|DECIMAL.*)',
        'boolean': 'BOOLEAN',
        'date': 'DATE',
        'timestamp': 'TIMESTAMP(_S|_MS|_NS| WITH TIME ZONE)?',
    } -%}
    {%- set found = {'columns': {}, 'missing': [], 'twice': [], 'unaccepted': []} -%}
    {%- set spelled = duckdb_spelled(shape.names) -%}
    {%- set keys = duckdb_spelled(shape['keys']) -%}
    {%- for column in contract.columns -%}
        {%- set name = column.name -%}
        {%- set exact = [] -%}
        {%- for place in spelled.get(name, []) if shape.names[place] == name -%}
            {%- do exact.append(place) -%}
        {%- endfor -%}
        {%- set places = exact or spelled.get(name, []) -%}
        {%- if places | length > 1 -%}
            {%- do found.twice.append({'column': name}) -%}
        {%- elif places -%}
            {%- set type = shape.types[places[0]] if shape.format == 'parquet'
                else {'csv': 'TEXT', 'json': 'JSON'}[shape.format] -%}
            {%- if type not in ('TEXT', 'JSON', 'NULL')
                    and not modules.re.fullmatch(accepted[column.type], type) -%}
                {%- do found.unaccepted.append(
                    {'column': name, 'found': type, 'asked': column.type}) -%}
            {%- endif -%}
            {%- do found.columns.update({name: {
                'place': 'file',
                'name': 'c' ~ places[0] if shape.format == 'csv' else shape.names[places[0]],
                'type': type,
            }}) -%}
        {%- elif name in keys -%}
            {%- do found.columns.update({name: {'place': 'path', 'type': 'TEXT'}}) -%}
        {%- elif shape.format == 'json' and column.nullable -%}
            {%- do found.columns.update({name: {'place': 'nowhere', 'type': 'NULL'}}) -%}
        {%- else -%}
            {%- set near = [] -%}
            {%- for other in shape.names
                    if modules.re.sub('[^a-z0-9]', '', other.lower()) == name.replace('_', '') -%}
                {%- do near.append(other.strip()) -%}
            {%- endfor -%}
            {%- if column.optional and not near -%}
                {%- do found.columns.update({name: {'place': 'nowhere', 'type': 'NULL'}}) -%}
            {%- else -%}
                {%- do found.missing.append({'column': name, 'found': near | first or none}) -%}
            {%- endif -%}
        {%- endif -%}
    {%- endfor -%}
    {{- return(found) -}}
{% endmacro %}
