"""What is measured here: metrics that the deployment cannot tell have no row."""

from __future__ import annotations

from .cases import World

REQUIRED = {
    "enforcement_actions": (
        "time_to_action_p50_hours",
        "time_to_action_p90_hours",
        "action_within_sla_rate",
    ),
    "case_events": (
        "time_to_resolution_p50_hours",
        "time_to_resolution_p90_hours",
        "backlog_open_cases",
        "backlog_over_sla_cases",
        "backlog_age_p90_hours",
    ),
    "detections": ("proactive_detection_share",),
    "appeals": ("appeal_rate",),
    "reports": ("report_rate", "reports_per_million_views"),
    "decisions": (
        "harm_prevalence_rate",
        "harm_per_million_views",
        "harm_per_million_messages",
        "harm_per_thousand_transactions",
        "cases_per_review_hour",
    ),
    "incidents": ("major_incidents",),
    "surface_monitors": ("surface_monitoring_coverage",),
    "tool_outages": ("tooling_uptime",),
}


def unmeasured(world: World) -> set[str]:
    """The names in not_measured, and the metrics of which a required table has no entity."""
    named = {row["metric"] for row in world.tables["not_measured"]}
    return named.union(*(names for table, names in REQUIRED.items() if not world.tables[table]))
