{#- The body of data_quality: per raw table, what became of its rows. -#}
{% macro data_quality() %}
with checked as (
    {%- for table in raw_tables() %}
    select
        cast('{{ table }}' as varchar) as table_name,
        count(*) as raw_row_count,
        count(*) filter (where breaches is not null) as rejected_row_count,
        count(*) filter (where breaches is null and ingested_at > as_of.as_of) as late_row_count
    from {{ ref('base_' ~ table) }}
    cross join {{ ref('as_of') }} as as_of
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

entities as (
    {%- for table in raw_tables() %}
    select
        cast('{{ table }}' as varchar) as table_name,
        count(*) as entity_count
    from {{ ref('stg_' ~ table) }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
)

select
    checked.table_name,
    cast(checked.raw_row_count as bigint) as raw_row_count,
    cast(checked.rejected_row_count as bigint) as rejected_row_count,
    cast(checked.late_row_count as bigint) as late_row_count,
    cast(
        checked.raw_row_count - checked.rejected_row_count - checked.late_row_count
        - entities.entity_count as bigint
    ) as superseded_row_count,
    cast(entities.entity_count as bigint) as entity_count
from checked
inner join entities on checked.table_name = entities.table_name
{% endmacro %}
