-- Grain: one row per metric, version, period grain, period and slice value.
-- Why: the one table that BI tools and reports read; each metric's own model defines it.
{{ kpi_union([
    ref('appeal_overturn_rate', v=1),
    ref('backlog_open_cases', v=1),
    ref('detection_precision', v=1),
    ref('harm_prevalence_rate', v=1),
    ref('proactive_detection_share', v=1),
    ref('qa_pass_rate', v=1),
    ref('recurrence_rate_30d', v=1),
    ref('report_rate', v=1),
    ref('time_to_action_p50_hours', v=1),
    ref('time_to_action_p90_hours', v=1),
    ref('time_to_resolution_p50_hours', v=1),
    ref('violative_view_rate', v=1),
]) }}
