{#- The body of stg_<table>: of the valid rows visible at as_of the newest version of each key,
    unless that one is a tombstone or its event lies after as_of; what is not known yet is NULL.
    Ties between versions are decided column by column in contract order, then by is_deleted: NULL
    lowest, false before true, strings by bytes (methodology, as_of). -#}
{% macro contract_entities(table) %}
{%- set checked = ref('base_' ~ table) -%}
{%- set instant = ref('as_of') -%}
{%- if execute -%}
{%- set contract = table_contract(table) -%}
{%- set times = known_from(table) -%}
{%- set types = {} -%}
{%- for column in contract.columns -%}
    {%- do types.update({column.name: column.type}) -%}
{%- endfor -%}
with checked as (
    select * from {{ checked }}
),

as_of as (
    select * from {{ instant }}
),

visible as (
    select
        checked.*,
        as_of.as_of
    from checked
    inner join as_of on checked.ingested_at <= as_of.as_of
    where checked.breaches is null
),

ranked as (
    select
        *,
        row_number() over (
            partition by {{ contract.key | join(', ') }}
            order by
                ingested_at desc
                {%- for column in contract.columns
                        if column.name not in contract.key + ['ingested_at', 'is_deleted'] %},
                {{ by_bytes(column.name) if column.type == 'string' else column.name }} desc nulls last
                {%- endfor %},
                coalesce(is_deleted, false) desc
        ) as version_rank
    from visible
),

entities as (
    select
        {%- for column in contract.columns if column.name != 'is_deleted' %}
        {%- set name = column.name %}
        {%- if name in times %}
        {%- set time = times[name] %}
        case
            when {{ time }} <= {{ instant_for(types[time]) }}
                {{- ' or ' ~ time ~ ' is null' if time != name }}
                then {{ name }}
        end as {{ name }}
        {%- else %}
        {{ name }}
        {%- endif %}
        {{- ',' if not loop.last }}
        {%- endfor %}
    from ranked
    where
        version_rank = 1
        and not coalesce(is_deleted, false)
        and {{ contract.event }} <= {{ instant_for(types[contract.event]) }}
)

select * from entities
{%- else -%}
select * from {{ checked }}, {{ instant }}
{%- endif -%}
{% endmacro %}

{#- as_of as a value of a column's type: a date is compared with as_of's date. -#}
{% macro instant_for(type) -%}
    {{ 'cast(as_of as date)' if type == 'date' else 'as_of' }}
{%- endmacro %}
