{#- The body of conflicting_versions: valid versions of one key and ingested_at that differ. -#}
{% macro conflicting_versions() %}
{%- for table in raw_tables() %}
{%- set checked = ref('base_' ~ table) %}
{%- if execute %}
{%- set contract = table_contract(table) %}
{%- set tie = (contract.key + ['ingested_at']) | join(', ') %}
(
    with versions as (
        select distinct
            {%- for column in contract.columns if column.name != 'is_deleted' %}
            {{ column.name }},
            {%- endfor %}
            coalesce(is_deleted, false) as is_deleted
        from {{ checked }}
        where breaches is null
    ),

    counted as (
        select
            *,
            count(*) over (partition by {{ tie }}) as version_count
        from versions
    )

    select
        cast('{{ table }}' as varchar) as table_name,
        {{ json_object(contract.key) }} as row_key,
        cast(ingested_at as timestamp) as ingested_at,
        {{ json_object(contract.columns | map(attribute='name') | list) }} as version
    from counted
    where version_count > 1
)
{%- if not loop.last %}
union all
{%- endif %}
{%- else %}
select * from {{ checked }}
{%- endif %}
{%- endfor %}
{% endmacro %}
