{#- Faults of raw files in words, a line each. -#}
{% macro raw_faults_text(faults) %}
    {%- set lines = [] -%}
    {%- for fault in faults -%}
        {%- do lines.append(('- ' if faults | length > 1 else '') ~ raw_fault_text(fault)) -%}
    {%- endfor -%}
    {{- return(lines | join('\n')) -}}
{% endmacro %}

{#- One fault: the file, what is wrong with it, and how to mend it. -#}
{% macro raw_fault_text(fault) %}
    {%- set path = "'" ~ fault.path ~ "'" -%}
    {%- set endings = ".parquet, .csv, .tsv, .json, .jsonl and .ndjson, the last five also with .gz or "
        ~ ".zst" -%}
    {%- set texts = {
        'nothing': "the folder " ~ path ~ " holds none of the raw tables, such as reports.parquet or "
            ~ "cases.csv; docs/raw_contract.md lists them. To make them from your own tables: "
            ~ "trustmetrics map init",
        'near': path ~ " is not read: no raw table has that name. If it is meant for '"
            ~ fault.table ~ "', rename it to '" ~ fault.table ~ fault_ending(fault.path)
            ~ "'; otherwise move it out of the folder",
        'ending': path ~ " is not read: it belongs to the raw table '" ~ fault.table
            ~ "', but its ending is not one of " ~ endings ~ ". Export it again as one of these, "
            ~ "or move it out of the folder",
        'delta': path ~ " is not read: it is a Delta table, whose files also hold rows that were "
            ~ "deleted or replaced since. Export its present rows as Parquet",
        'twice': "raw table '" ~ fault.table ~ "' is there more than once: "
            ~ fault.ways | default([], true) | join(' and ') ~ " in " ~ path ~ ". Keep one of them",
        'empty': "the file " ~ path ~ " is empty, not even a header. Write it again, or remove it",
    } -%}
    {{- return(texts[fault.kind] if fault.kind in texts else raw_columns_text(fault, path)) -}}
{% endmacro %}

{%- macro fault_ending(path) -%}
    {{- return('/' if path.endswith('/')
        else modules.re.sub('^.*?(\\.[^/]*)?$', '\\1', path.rsplit('/', 1)[-1]).lower()) -}}
{%- endmacro -%}

{#- All that is wrong with the columns of a file. -#}
{% macro raw_columns_text(fault, path) %}
    {%- set said = [] -%}
    {%- set missing = [] -%}
    {%- for one in fault.missing -%}
        {%- do missing.append("'" ~ one.column ~ "'"
            ~ (" (there is '" ~ one.found ~ "': rename it)" if one.found else "")) -%}
    {%- endfor -%}
    {%- if missing -%}
        {%- do said.append("has no column " ~ missing | join(', ')) -%}
    {%- endif -%}
    {%- for one in fault.twice -%}
        {%- do said.append("names the column '" ~ one.column ~ "' twice") -%}
    {%- endfor -%}
    {%- for one in fault.unaccepted -%}
        {%- do said.append("has column '" ~ one.column ~ "' of type " ~ one.found
            ~ ", but the contract asks for " ~ one.asked) -%}
    {%- endfor -%}
    {{- return("the file " ~ path ~ " " ~ said | join('; it ') ~ ". "
        ~ ("Its first line must name the columns; " if fault.missing and fault.format == 'csv' else "")
        ~ "docs/raw_contract.md lists the columns, and the types that count") -}}
{% endmacro %}

{#- What lies in the folder and is not read. -#}
{% macro raw_unread_text(unread) %}
    {{- return("not read, for no raw table has that name: " ~ unread | unique | join(', ')) -}}
{% endmacro %}
