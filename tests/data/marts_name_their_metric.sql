-- Each mart names its own metric and version, and kpi_values holds its rows, all of them and no
-- others (methodology, The table kpi_values). Returns the metrics of which this does not hold.
{%- set metrics = [
    'appeal_overturn_rate', 'backlog_open_cases', 'detection_precision', 'harm_prevalence_rate',
    'proactive_detection_share', 'qa_pass_rate', 'recurrence_rate_30d', 'report_rate',
    'time_to_action_p50_hours', 'time_to_action_p90_hours', 'time_to_resolution_p50_hours',
    'violative_view_rate'
] %}
with marts as (
    {%- for metric in metrics %}
    select
        '{{ metric }}' as metric,
        1 as metric_version,
        count(*) as row_count,
        count(*) filter (where metric = '{{ metric }}' and metric_version = 1) as named_count
    from {{ ref(metric, v=1) }}
    {{- '\n    union all' if not loop.last }}
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
