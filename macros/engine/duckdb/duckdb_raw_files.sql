{#- What a folder of raw files holds: a dict of
    files: the paths of each raw table, an empty list where it is missing;
    faults: what belongs to a table and cannot be taken for it (raw_fault_text says it in words);
    unread: the files and folders that belong to no table, as the folder's user knows them. -#}
{% macro duckdb_raw_files(folder) %}
    {%- set files = {} -%}
    {%- for table in raw_tables() -%}
        {%- do files.update({table: []}) -%}
    {%- endfor -%}
    {%- set ways = {} -%}
    {%- set faults = [] -%}
    {%- set unread = [] -%}
    {%- for path, way, table, kind in run_query(duckdb_raw_listing(folder)).rows -%}
        {%- if kind == 'part' -%}
            {%- do files[table].append(path) -%}
            {%- do ways.setdefault(table, {}).update({way: true}) -%}
        {%- elif kind == 'unread' -%}
            {%- do unread.append(way) -%}
        {%- else -%}
            {%- do faults.append({'kind': kind, 'table': table, 'path': folder ~ '/' ~ way}) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- for table, found in ways.items() if found | length > 1 -%}
        {%- do faults.append(
            {'kind': 'twice', 'table': table, 'path': folder, 'ways': found.keys() | list}) -%}
        {%- do files.update({table: []}) -%}
    {%- endfor -%}
    {{- return({'files': files, 'faults': faults, 'unread': unread}) -}}
{% endmacro %}

{#- A query for the files under a folder: path; way (the file or folder in it that a user would
    name); table (that it belongs to, or that it may be meant for); kind (part, unread, or that of a
    fault). A name is near a table's if they differ in case, punctuation, a letter or two, or in words
    such as export, and digits. It is a fault unless the table is there under its own name: numbers
    made without that file could be plausible and wrong. -#}
{% macro duckdb_raw_listing(folder) %}
    {#- glob() would read these characters in the folder's own name as wildcards. -#}
    {%- set quoted = modules.re.sub('([*?[])', '[\\1]', folder).replace("'", "''") -%}
with files as (
    -- Two patterns, for ** does not look behind a symbolic link to a folder, and at its end not at
    -- one to a file.
    select distinct
        file,
        replace(substr(file, {{ folder | length + 2 }}), '\', '/') as inner_path
    from glob(['{{ quoted }}/**/*', '{{ quoted }}/*/**/*'])
),

named as (
    select
        file,
        inner_path,
        contains(inner_path, '/') as is_inside,
        split_part(inner_path, '/', 1) as top,
        lower(regexp_extract(
            inner_path, '(?i)\.(parquet|(csv|tsv|json|jsonl|ndjson)(\.(gz|zst))?)$', 1
        )) as ending
    from files
),

stems as (
    select
        *,
        case
            when is_inside then top
            when ending <> '' then left(top, length(top) - length(ending) - 1)
            else split_part(top, '.', 1)
        end as stem,
        -- What engines leave beside the data, and hidden files.
        regexp_matches('/' || inner_path, '/[._]') as is_marker,
        contains('/' || inner_path, '/_delta_log/') as is_delta
    from named
),

raw_tables as (
    select unnest(['{{ raw_tables() | join("', '") }}']) as table_name
),

spelled as (
    select
        *,
        regexp_replace(lower(stem), '[^a-z0-9]', '', 'g') as letters,
        array_to_string(list_filter(
            regexp_split_to_array(lower(stem), '[^a-z]+'),
            lambda word: word not in (
                'raw', 'tbl', 'table', 'data', 'all', 'export', 'extract', 'dump', 'part', 'v',
                'new', 'old', 'final', 'copy', 'backup'
            )
        ), '') as words
    from stems
),

candidates as (
    select
        spelled.*,
        raw_tables.table_name,
        spelled.stem = raw_tables.table_name as is_exact,
        spelled.letters = replace(raw_tables.table_name, '_', '') as is_same_letters,
        levenshtein(spelled.words, replace(raw_tables.table_name, '_', '')) as distance
    from spelled
    cross join raw_tables
),

nearest as (
    select
        *,
        row_number() over (
            partition by file order by is_exact desc, is_same_letters desc, distance, table_name
        ) as nearness
    from candidates
),

there as (
    select distinct stem from stems where ending <> '' and not is_marker
),

judged as (
    select
        nearest.file,
        nearest.table_name,
        nearest.is_exact,
        nearest.inner_path,
        nearest.top || case when nearest.is_inside then '/' else '' end as whole,
        case
            when nearest.is_exact and nearest.is_delta then 'delta'
            when nearest.is_marker then 'unread'
            when nearest.is_exact and nearest.ending <> '' then 'part'
            when nearest.is_exact then 'ending'
            when
                nearest.is_same_letters
                or (
                    nearest.distance <= case when length(nearest.table_name) < 8 then 1 else 2 end
                    and there.stem is null
                )
                then 'near'
            else 'unread'
        end as kind
    from nearest
    left join there on nearest.table_name = there.stem
    where nearest.nearness = 1
)

select
    min(file) as file,
    case
        when kind in ('ending', 'unread') and is_exact then inner_path else whole
    end as way,
    table_name,
    kind
from judged
group by
    way,
    table_name,
    kind,
    -- Each part for itself; of the rest a way is named once.
    case when kind = 'part' then file end
order by file
{% endmacro %}
