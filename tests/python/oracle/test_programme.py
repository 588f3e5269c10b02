"""The oracle's remaining metrics on hand-written cases; expected values by hand."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from tests.python.oracle.contract import Raw
from tests.python.oracle.handmade import AS_OF, at, kpi, numbers, row, together, violation

MARCH = date(2026, 3, 1)


def test_volumes() -> None:
    """Two days make a week's views; a harm type borrows them."""
    raw = together(
        violation("c", surface="feed", policy_code="SCAM-1"),
        {
            "activity_daily": [
                row("activity_daily", surface="feed", content_views=10, transactions=0),
                row(
                    "activity_daily",
                    activity_date=date(2026, 3, 8),
                    surface="chat",
                    content_views=30,
                    transactions=0,
                ),
            ]
        },
    )
    monday = date(2026, 3, 2)
    assert numbers(kpi(raw, "harm_per_million_views", "week")) == [(monday, 1, 40, 25_000)]
    assert numbers(kpi(raw, "harm_per_million_views", "week", "scam")) == [(monday, 1, 40, 25_000)]
    assert numbers(kpi(raw, "harm_per_million_views", "week", "chat")) == [(monday, 0, 30, 0)]
    assert kpi(raw, "harm_per_thousand_transactions", "week") == []


def test_action_within_sla() -> None:
    """In time at exactly the SLA; a case whose SLA is not over is not counted."""
    raw = together(
        violation("in-time", severity="high", opened_at=at(5)),
        violation("late", severity="high", opened_at=at(5)),
        violation("waiting", severity="high", opened_at=at(5)),
        violation("fresh", severity="high", opened_at=at(9)),
        {
            "enforcement_actions": [
                row("enforcement_actions", case_id="in-time", actioned_at=at(5, 8)),
                row("enforcement_actions", action_id="y", case_id="late", actioned_at=at(5, 8, 1)),
            ]
        },
    )
    found = kpi(raw, "action_within_sla_rate", "month", as_of=at(9, 8))
    assert numbers(found) == [(MARCH, 1, 3, 1 / 3)]


def test_proactive_and_recall() -> None:
    """a by both, at once; b by a machine alone; c by a user alone: Chapman 3 x 3 / 2 - 1."""
    raw = together(
        *(violation(name) for name in "abc"),
        {
            "detections": [
                row("detections", detection_id=name, case_id=name, detected_at=at(2, 5))
                for name in "ab"
            ],
            "reports": [
                row("reports", report_id=name, case_id=name, reported_at=at(2, 5)) for name in "ac"
            ],
        },
    )
    assert numbers(kpi(raw, "proactive_detection_share", "month")) == [(MARCH, 2, 3, 2 / 3)]
    found = kpi(raw, "detection_recall_estimate", "month", version=2)
    assert numbers(found) == [(MARCH, 2, 3.5, 2 / 3.5)]
    assert found[0]["sample_size"] == 3
    assert found[0]["ci_lower"] < 2 / 3.5 < found[0]["ci_upper"] < 2 / 3


def test_appeal_rate() -> None:
    """A decision counts by its action, an appeal by being there, withdrawn or not."""
    raw = together(
        violation("a"),
        violation("b"),
        violation("c"),
        {
            "enforcement_actions": [
                row("enforcement_actions", action_id=name, decision_id=f"d-{name}") for name in "ab"
            ],
            "appeals": [
                row("appeals", appeal_id=name, decision_id=f"d-{name}", outcome="withdrawn")
                for name in "ac"
            ],
        },
    )
    assert numbers(kpi(raw, "appeal_rate", "month")) == [(MARCH, 1, 2, 0.5)]


@pytest.mark.parametrize(
    ("after", "reason", "reworked"),
    [
        (timedelta(0), "error", 0),
        (timedelta(microseconds=1), "error", 1),
        (timedelta(days=30, microseconds=999_999), "error", 1),
        (timedelta(days=30, seconds=1), "error", 0),
        (timedelta(days=1), "appeal", 0),
    ],
)
def test_rework(after: timedelta, reason: str, reworked: int) -> None:
    events = [
        row("case_events", case_event_id="1", event_type="closed"),
        row("case_events", case_event_id="2", event_type="closed", occurred_at=at(20)),
        row(
            "case_events",
            case_event_id="3",
            event_type="retriaged",
            reason=reason,
            occurred_at=at(2) + after,
        ),
    ]
    raw = {"case_events": events}
    assert numbers(kpi(raw, "rework_rate", "month"))[0][:3] == (MARCH, reworked, 1)
    assert len(kpi(raw, "rework_rate", "month", "unknown")) == 2


def test_report_actionability() -> None:
    """Of a confirmed, an undecided and a missing case the first alone is decided."""
    raw = together(
        violation("a"),
        {
            "cases": [row("cases", case_id="b")],
            "reports": [row("reports", report_id=name, case_id=name) for name in "abc"],
        },
    )
    assert numbers(kpi(raw, "report_actionability_rate", "month")) == [(MARCH, 1, 1, 1.0)]


def test_cases_per_review_hour() -> None:
    """A high case of the standard queue weighs 1.5, a missing one 1, each once a month."""
    decisions = [
        row("decisions", decision_id="1", case_id="c", decided_by="human"),
        row("decisions", decision_id="2", case_id="c", decided_by="human", decided_at=at(9)),
        row("decisions", decision_id="3", case_id="gone", decided_by="human"),
        row("decisions", decision_id="4", case_id="d", decided_by="automated"),
    ]
    raw = {
        "cases": [
            row("cases", case_id=name, queue="standard", severity="high") for name in ("c", "d")
        ],
        "decisions": decisions,
        "moderator_shifts": [row("moderator_shifts", queue="standard", review_hours=5.0)],
    }
    found = kpi(raw, "cases_per_review_hour", "month")
    assert numbers(found) == [(MARCH, 2.5, 5, 0.5)]
    assert found[0]["sample_size"] == 2
    by_queue = kpi(raw, "cases_per_review_hour", "month", "standard")
    assert numbers(by_queue) == [(MARCH, 1.5, 5, 0.3)]
    assert kpi(raw, "cases_per_review_hour", "month", "unknown") == []


def test_backlog_age() -> None:
    """Ages 0 to 10 hours: the 90th percentile is 9."""
    cases = [row("cases", case_id=str(i), opened_at=at(3) - timedelta(hours=i)) for i in range(11)]
    raw = {"cases": cases, "case_events": [row("case_events", event_type="assigned")]}
    found = kpi(raw, "backlog_age_p90_hours", "week", as_of=at(3))
    assert [(r["value"], r["sample_size"]) for r in found] == [(pytest.approx(9), 11)]


def test_incidents() -> None:
    """Minor ones start the count and are not counted; the open one is censored."""
    raw = {
        "incidents": [
            row("incidents", incident_id="1", severity="sev4", declared_at=at(1)),
            row("incidents", incident_id="2", declared_at=at(3), contained_at=at(3, 6)),
            row("incidents", incident_id="3", declared_at=at(3)),
        ]
    }
    days = numbers(kpi(raw, "major_incidents", "day", "sev1", as_of=at(4)))
    assert [(start.day, n) for start, n, _, _ in days] == [(1, 0), (2, 0), (3, 2), (4, 0)]
    assert kpi(raw, "major_incidents", "day", "sev4") == []
    assert len(kpi(raw, "major_incidents", "day", "unknown", as_of=at(4))) == 4
    contained = kpi(raw, "incident_containment_p50_hours", "month", version=2)
    assert contained[0]["value"] == (6 + 90 * 24) / 2


def test_postmortem_actions() -> None:
    """On time to the end of the day; what is due today is not due yet."""

    def action(name: str, due: date, closed: datetime | None) -> dict[str, Any]:
        return row("postmortem_actions", postmortem_action_id=name, due_on=due, closed_at=closed)

    actions = [
        action("1", date(2026, 3, 4), at(4, 23)),
        action("2", date(2026, 3, 4), at(5)),
        action("3", date(2026, 3, 4), None),
        action("4", date(2026, 3, 9), at(5)),
    ]
    found = kpi({"postmortem_actions": actions}, "postmortem_on_time_rate", "month", as_of=at(9, 1))
    assert numbers(found) == [(MARCH, 1, 3, 1 / 3)]


def test_surface_coverage() -> None:
    """a is live from the 2nd, retired on the 4th: at the ends of the 2nd and 3rd, not the 4th."""

    def surface(name: str, launched: int, retired: date | None = None) -> dict[str, Any]:
        launched_on = date(2026, 3, launched)
        return row("surfaces", surface=name, launched_on=launched_on, retired_on=retired)

    raw = {
        "cases": [row("cases", opened_at=at(1))],
        "surfaces": [surface("a", 2, date(2026, 3, 4)), surface("b", 4)],
        "surface_monitors": [row("surface_monitors", surface="a", active_to=at(3))],
    }
    found = numbers(kpi(raw, "surface_monitoring_coverage", "day", as_of=at(5)))
    assert [(start.day, k, n) for start, k, n, _ in found] == [
        (2, 1, 1),
        (3, 0, 1),
        (4, 0, 1),
        (5, 0, 1),
    ]


def test_calibration_and_alpha() -> None:
    """Before: one pair disagrees, one agrees; after: both agree, on different labels."""

    def ratings(phase: str, item: str, *labels: str) -> list[dict[str, Any]]:
        return [
            row(
                "calibration_ratings",
                programme_id="p",
                session_id=phase,
                phase=phase,
                item_id=item,
                moderator_id=str(i),
                rating=label,
            )
            for i, label in enumerate(labels)
        ]

    raw: Raw = {
        "calibration_ratings": [
            *ratings("before", "1", "x", "y"),
            *ratings("before", "2", "x", "x"),
            *ratings("before", "3", "x"),
            *ratings("after", "1", "x", "x"),
            *ratings("after", "2", "y", "y"),
        ]
    }
    reduction = kpi(raw, "calibration_variance_reduction", "month", "p")
    assert numbers(reduction) == [(MARCH, 0, 0.5, 1.0)]
    assert reduction[0]["sample_size"] == 8
    alpha = kpi(raw, "inter_rater_alpha", "month")
    assert [(r["value"], r["sample_size"], r["numerator"]) for r in alpha] == [(1.0, 4, None)]


def test_satisfaction() -> None:
    """The scores 1, 3 and 5."""
    scores = [row("stakeholder_surveys", response_id=str(s), score=s) for s in (1, 3, 5)]
    found = kpi({"stakeholder_surveys": scores}, "stakeholder_satisfaction", "month", version=2)
    assert numbers(found) == [(MARCH, 9, 3, 3.0)]


def test_friction() -> None:
    """One of two against one of one; a running experiment stands at as_of."""
    units = [("1", "treatment", True), ("2", "treatment", False), ("3", "control", True)]
    raw = {
        "experiments": [row("experiments", experiment_id="e", ended_on=None)],
        "experiment_units": [
            row(
                "experiment_units",
                experiment_id="e",
                account_id=name,
                variant=variant,
                converted=converted,
            )
            for name, variant, converted in units
        ],
    }
    found = kpi(raw, "friction_conversion_change", "month", "e")
    assert numbers(found) == [(AS_OF.date(), 0.5, 1.0, -0.5)]
    assert found[0]["sample_size"] == 3
    assert kpi(raw, "friction_conversion_change", "month") == []
