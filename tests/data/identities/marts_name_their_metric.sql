-- Each mart names its own metric and version, and kpi_values holds its rows, all of them and no
-- others (methodology, The table kpi_values). Returns the metrics of which this does not hold.
with marts as (
    {%- for metric, facts in metric_facts().items() %}
    {%- set is_last = loop.last %}
    {%- for version in facts.versions %}
    select
        '{{ metric }}' as metric,
        {{ version }} as metric_version,
        count(*) as row_count,
        count(*) filter (
            where metric = '{{ metric }}' and metric_version = {{ version }}
        ) as named_count
    from {{ ref(metric, v=version) }}
    {{- '\n    union all' if not (is_last and loop.last) }}
    {%- endfor %}
    {%- endfor %}
),

published as (
    select
        metric,
        metric_version,
        count(*) as row_count
    from {{ ref('kpi_values') }}
    group by
        metric,
        metric_version
)

select
    coalesce(marts.metric, published.metric) as metric,
    coalesce(marts.metric_version, published.metric_version) as metric_version,
    marts.row_count,
    marts.named_count,
    published.row_count as published_count
from marts
full join published
    on
        marts.metric = published.metric
        and marts.metric_version = published.metric_version
where
    marts.metric is null
    or marts.named_count <> marts.row_count
    or coalesce(published.row_count, 0) <> marts.row_count
