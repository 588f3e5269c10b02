-- Each mart names its own metric and version, and kpi_values holds its rows, all of them and no
-- others (methodology, The table kpi_values). Returns the metrics of which this does not hold.
{%- set metrics = [
    'action_within_sla_rate',
    'appeal_overturn_rate',
    'appeal_rate',
    'backlog_age_p90_hours',
    'backlog_open_cases',
    'backlog_over_sla_cases',
    'calibration_variance_reduction',
    'cases_per_review_hour',
    'detection_precision',
    'detection_recall_estimate',
    'freshness_sla_adherence',
    'friction_conversion_change',
    'harm_per_million_messages',
    'harm_per_million_views',
    'harm_per_thousand_transactions',
    'harm_prevalence_rate',
    'incident_containment_p50_hours',
    'inter_rater_alpha',
    'major_incidents',
    'postmortem_on_time_rate',
    'proactive_detection_share',
    'qa_pass_rate',
    'recurrence_rate_30d',
    'recurrence_rate_7d',
    'recurrence_rate_90d',
    'report_actionability_rate',
    'report_rate',
    'reports_per_million_views',
    'rework_rate',
    'stakeholder_satisfaction',
    'surface_monitoring_coverage',
    'time_to_action_p50_hours',
    'time_to_action_p90_hours',
    'time_to_resolution_p50_hours',
    'time_to_resolution_p90_hours',
    'tooling_uptime',
    'violative_view_rate',
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
