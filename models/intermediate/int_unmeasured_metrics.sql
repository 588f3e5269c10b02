{{ config(materialized='table') }}
-- Grain: one row per metric of the register that is not measured here.
-- Why: a metric whose source cannot say it, or that has no row of a raw table which it requires,
-- would stand in kpi_values as a constant that reads like a result. It is a fact about the
-- deployment, so kpi_values leaves the metric out and no metric's own SQL knows of it.
with requirements as (
    {{ metric_requirements() }}
),

data_quality as (
    select * from {{ ref('data_quality') }}
),

not_measured as (
    select * from {{ ref('stg_not_measured') }}
),

lacking as (
    select
        requirements.metric,
        data_quality.table_name,
        row_number() over (
            partition by requirements.metric
            order by {{ by_bytes('data_quality.table_name') }}
        ) as table_number
    from requirements
    inner join data_quality on requirements.table_name = data_quality.table_name
    where data_quality.entity_count = 0
),

without_rows as (
    select
        metric,
        'no usable row in raw table '
        {%- for number in range(1, most_requirements() | int + 1) %}
        || coalesce('{{ ', ' if number > 1 }}' || max(
            case when table_number = {{ number }} then table_name end
        ), '')
        {%- endfor %} as reason
    from lacking
    group by metric
),

metrics as (
    select distinct metric from requirements
),

final as (
    select
        metrics.metric,
        cast(coalesce(not_measured.reason, without_rows.reason) as varchar) as reason
    from metrics
    left join not_measured on metrics.metric = not_measured.metric
    left join without_rows on metrics.metric = without_rows.metric
    where
        not_measured.metric is not null
        or without_rows.metric is not null
)

select * from final
