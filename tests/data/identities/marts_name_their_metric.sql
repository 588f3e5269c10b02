-- Each mart names its own metric and version, and kpi_values holds its rows, all of them and no
-- others (methodology, The table kpi_values). Returns the metrics of which this does not hold.
{%- set versions = [
    ('action_within_sla_rate', 1),
    ('appeal_overturn_rate', 1),
    ('appeal_overturn_rate', 2),
    ('appeal_rate', 1),
    ('backlog_age_p90_hours', 1),
    ('backlog_open_cases', 1),
    ('backlog_over_sla_cases', 1),
    ('calibration_variance_reduction', 1),
    ('cases_per_review_hour', 1),
    ('detection_precision', 1),
    ('detection_recall_estimate', 1),
    ('freshness_sla_adherence', 1),
    ('friction_conversion_change', 1),
    ('harm_per_million_messages', 1),
    ('harm_per_million_views', 1),
    ('harm_per_thousand_transactions', 1),
    ('harm_prevalence_rate', 1),
    ('incident_containment_p50_hours', 1),
    ('inter_rater_alpha', 1),
    ('major_incidents', 1),
    ('postmortem_on_time_rate', 1),
    ('proactive_detection_share', 1),
    ('qa_pass_rate', 1),
    ('recurrence_rate_30d', 1),
    ('recurrence_rate_7d', 1),
    ('recurrence_rate_90d', 1),
    ('report_actionability_rate', 1),
    ('report_rate', 1),
    ('reports_per_million_views', 1),
    ('rework_rate', 1),
    ('stakeholder_satisfaction', 1),
    ('surface_monitoring_coverage', 1),
    ('time_to_action_p50_hours', 1),
    ('time_to_action_p90_hours', 1),
    ('time_to_resolution_p50_hours', 1),
    ('time_to_resolution_p90_hours', 1),
    ('tooling_uptime', 1),
    ('violative_view_rate', 1),
] %}
with marts as (
    {%- for metric, version in versions %}
    select
        '{{ metric }}' as metric,
        {{ version }} as metric_version,
        count(*) as row_count,
        count(*) filter (
            where metric = '{{ metric }}' and metric_version = {{ version }}
        ) as named_count
    from {{ ref(metric, v=version) }}
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
