{#- The body of conflicting_versions: valid versions with one key and ingested_at that differ. The
    base is read twice, the second time only for the few repeated keys: a shared CTE of whole rows
    would be materialised. -#}
{% macro conflicting_versions() %}
{%- for table in raw_tables() %}
{%- set checked = ref('base_' ~ table) %}
{%- if execute %}
{%- set contract = table_contract(table) %}
{%- set tie_columns = contract.key + ['ingested_at'] %}
{%- set tie = tie_columns | join(', ') %}
(
    with repeated as (
        select {{ tie }}
        from {{ checked }}
        where breaches is null
        group by {{ tie }}
        having count(*) > 1
    ),

    versions as (
        select distinct
            {%- for column in contract.columns if column.name != 'is_deleted' %}
            valid_rows.{{ column.name }},
            {%- endfor %}
            coalesce(valid_rows.is_deleted, false) as is_deleted
        from {{ checked }} as valid_rows
        inner join repeated
            on
                {%- for column in tie_columns %}
                {{ 'and ' if not loop.first }}valid_rows.{{ column }} = repeated.{{ column }}
                {%- endfor %}
        where valid_rows.breaches is null
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
