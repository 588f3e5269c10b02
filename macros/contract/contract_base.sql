{#- The body of base_<table>: every raw row, typed, with the rules that it breaks as
    `|column:reason|column:reason|`, NULL where it breaks none. A tombstone needs only its key and
    ingested_at to be valid. The list is built only for rows that break a rule: the others cost
    one boolean. -#}
{% macro contract_base(table) %}
{%- set relation = source('raw', table) -%}
{%- if execute -%}
{%- set contract = table_contract(table) -%}
{%- set needed = contract.key + ['ingested_at'] -%}
{%- set always = [] -%}
{%- set alive = [] -%}
{%- for rule in breach_rules(table) -%}
    {%- do (always if rule.column in needed else alive).append(rule) -%}
{%- endfor -%}
with raw_rows as (
    select * from {{ relation }}
),

checked as (
    select
        {%- for column in contract.columns %}
        {{ column.name }},
        {%- endfor %}
        raw_row,
        case
            when
                {%- for rule in always %}
                coalesce({{ rule.condition }}, false) or
                {%- endfor %}
                (
                    not coalesce(is_deleted, false) and (
                        {%- for rule in alive %}
                        coalesce({{ rule.condition }}, false){{ ' or' if not loop.last }}
                        {%- endfor %}
                    )
                )
                then '|'
                {%- for rule in always %}
                || case
                    when {{ rule.condition }}
                        then '{{ rule.column }}:{{ rule.reason }}|'
                    else ''
                end
                {%- endfor %}
                {%- for rule in alive %}
                || case
                    when not coalesce(is_deleted, false) and {{ rule.condition }}
                        then '{{ rule.column }}:{{ rule.reason }}|'
                    else ''
                end
                {%- endfor %}
        end as breaches
    from raw_rows
)

select * from checked
{%- else -%}
select * from {{ relation }}
{%- endif -%}
{% endmacro %}
