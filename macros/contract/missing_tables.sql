{#- Runs at the end of every run that made data_quality: says which raw tables without a row that
    counts leave metrics without a value, and what the source declares not measured, so that their
    absence from the marts is no surprise. -#}
{% macro say_missing_tables() %}
    {%- set counts = ref('data_quality') -%}
    {%- set not_measured = ref('stg_not_measured') -%}
    {%- if execute and flags.WHICH in ('build', 'run')
            and results | selectattr('node.name', 'equalto', 'data_quality')
                | selectattr('status', 'equalto', 'success') | list -%}
        {%- set rows = run_query(
            "select table_name, raw_row_count, rejected_row_count, late_row_count from "
            ~ counts ~ " where entity_count = 0 order by table_name").rows -%}
        {%- set declared = run_query(
            "select metric, reason from " ~ not_measured ~ " order by metric").rows -%}
        {%- for line in missing_table_lines(rows) + declared_lines(declared) -%}
            {%- do log(line, info=true) -%}
        {%- endfor -%}
    {%- endif -%}
{% endmacro %}

{#- A line for each raw table without an entity that a metric requires, and one for the others.
    tables: rows of table_name, raw_row_count, rejected_row_count, late_row_count. -#}
{% macro missing_table_lines(tables) %}
    {%- set lines = [] -%}
    {%- set not_required = [] -%}
    {%- for table, raw, rejected, late in tables -%}
        {%- set why = [] -%}
        {%- if rejected -%}{%- do why.append(rejected ~ " rejected") -%}{%- endif -%}
        {%- if late -%}{%- do why.append(late ~ " later than as_of") -%}{%- endif -%}
        {%- set metrics = metrics_requiring(table) -%}
        {%- set what = ("no " ~ table) if not raw
            else ("no " ~ table ~ " that count (" ~ raw ~ " rows: " ~ (why | join(', ') or 'deleted')
                ~ ")") -%}
        {%- if metrics -%}
            {%- do lines.append(what ~ ": " ~ metrics | join(', ')
                ~ (" is" if metrics | length == 1 else " are") ~ " not measured") -%}
        {%- elif table != 'not_measured' -%}
            {%- do not_required.append(table) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if not_required -%}
        {%- do lines.append("also without rows, which no metric requires: "
            ~ not_required | join(', ')) -%}
    {%- endif -%}
    {{- return(lines) -}}
{% endmacro %}

{#- The metrics that have no value without a row of a raw table. -#}
{% macro metrics_requiring(table) %}
    {%- set found = [] -%}
    {%- for metric, facts in metric_facts().items() if table in facts.requires -%}
        {%- do found.append(metric) -%}
    {%- endfor -%}
    {{- return(found) -}}
{% endmacro %}

{#- A line for each metric that the source declares not measured, and for each name that is no
    metric. declared: rows of metric and reason. -#}
{% macro declared_lines(declared) %}
    {%- set lines = [] -%}
    {%- for metric, reason in declared -%}
        {%- if metric in metric_facts() -%}
            {%- do lines.append(metric ~ " is not measured, says raw table not_measured: " ~ reason)
            -%}
        {%- else -%}
            {%- do lines.append("raw table not_measured names " ~ metric
                ~ ", which is not a metric: it changes nothing") -%}
        {%- endif -%}
    {%- endfor -%}
    {{- return(lines) -}}
{% endmacro %}
