{#- The body of int_restated_numbers: what published numbers come to now, step by step, which
    `trustmetrics report restate` keeps beside the ledger. No rows where there is no ledger, or nothing
    was restated. DuckDB reads the file; the other engines have no rows. -#}
{% macro restated_numbers() %}
    {{- return(adapter.dispatch('restated_numbers')()) -}}
{% endmacro %}

{% macro default__restated_numbers() %}
select
    {%- for name, type in restated_columns().items() %}
    cast(null as {{ type }}) as {{ name }}
    {{- ',' if not loop.last }}
    {%- endfor %}
where 1 = 0
{% endmacro %}

{#- TRUSTMETRICS_LEDGER names the ledger. -#}
{% macro duckdb__restated_numbers() %}
{%- set file = env_var('TRUSTMETRICS_LEDGER', '') ~ '.restated.parquet' if execute else '' -%}
{#- DuckDB would read these characters in a path as wildcards. -#}
{%- set quoted = modules.re.sub('([*?[])', '[\\1]', file).replace("'", "''") -%}
{%- if execute and env_var('TRUSTMETRICS_LEDGER', '')
        and run_query("select file from glob('" ~ quoted ~ "')").rows | length -%}
select
    {%- for name, type in restated_columns().items() %}
    cast({{ name }} as {{ type }}) as {{ name }}
    {{- ',' if not loop.last }}
    {%- endfor %}
from read_parquet('{{ quoted }}')
{%- else -%}
{{ default__restated_numbers() }}
{%- endif -%}
{% endmacro %}

{% macro restated_columns() %}
    {%- set exact = 'numeric(38, 15)' -%}
    {{- return({
        'report_id': 'varchar',
        'report_kind': 'varchar',
        'report_title': 'varchar',
        'published_at': 'timestamp',
        'number': 'bigint',
        'metric': 'varchar',
        'metric_version': 'bigint',
        'slice': 'varchar',
        'slice_value': 'varchar',
        'period_grain': 'varchar',
        'period_start': 'date',
        'shown': 'varchar',
        'is_restated': 'boolean',
        'said_as_of': 'timestamp',
        'said_value': exact,
        'value_then': exact,
        'value_with_late_data': exact,
        'value_with_corrections': exact,
        'value_with_deletions': exact,
        'value_with_later_events': exact,
        'known_value': exact,
        'value_then_redefined': exact,
        'known_version': 'bigint',
        'known_as_of': 'timestamp',
    }) -}}
{% endmacro %}
