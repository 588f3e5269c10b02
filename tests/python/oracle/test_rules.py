"""The oracle's rules on hand-written cases; expected values by hand."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from tests.python.oracle.contract import CsvText, breaches, load
from tests.python.oracle.evaluate import evaluate
from tests.python.oracle.handmade import (
    AS_OF,
    MONDAY,
    SEEDS,
    at,
    kpi,
    numbers,
    row,
    seen,
    together,
    violation,
)


@pytest.mark.parametrize(
    ("table", "cells", "expected"),
    [
        ("cases", {}, []),
        ("cases", {"queue": None}, [("queue", "null_value")]),
        ("cases", {"severity": "High"}, [("severity", "not_in_enum")]),
        ("cases", {"surface": "all"}, [("surface", "reserved_value")]),
        ("cases", {"opened_at": datetime(2100, 1, 1)}, [("opened_at", "out_of_calendar")]),
        ("cases", {"opened_at": datetime(2099, 12, 31, 23, 59, 59)}, []),
        ("cases", {"severity": None, "is_deleted": True}, []),
        ("cases", {"case_id": None, "is_deleted": True}, [("case_id", "null_value")]),
        ("detections", {"review_probability": 0.0}, [("review_probability", "out_of_bounds")]),
        ("detections", {"review_probability": 1.0, "score": 0.0}, []),
        ("detections", {"score": float("nan")}, [("score", "not_finite")]),
        ("active_accounts", {"surface": "all", "region": "all"}, []),
        (
            "active_accounts",
            {"period_grain": "month"},
            [("period_start_date", "misaligned_period")],
        ),
        ("active_accounts", {"period_grain": "week"}, []),
        (
            "prevalence_labels",
            {"period_start_date": date(2026, 3, 3)},
            [("period_start_date", "misaligned_period")],
        ),
        ("surfaces", {"retired_on": date(2026, 3, 1)}, [("retired_on", "out_of_order")]),
        ("surfaces", {"retired_on": MONDAY.date()}, []),
    ],
)
def test_breaches(table: str, cells: dict[str, Any], expected: list) -> None:
    assert breaches(load()[table], row(table, **cells)) == expected


@pytest.mark.parametrize(
    ("table", "column", "text", "valid"),
    [
        ("activity_daily", "content_views", "007", True),
        ("activity_daily", "content_views", "1_000", False),
        ("activity_daily", "content_views", "1.0", False),
        ("qa_reviews", "inclusion_probability", "5e-1", True),
        ("qa_reviews", "inclusion_probability", ".5", False),
        ("tool_outages", "planned", "TRUE", True),
        ("tool_outages", "planned", "1", False),
        ("surfaces", "launched_on", "2026-02-30", False),
        ("surfaces", "launched_on", "2024-02-29", True),
        ("cases", "opened_at", "2026-03-01T10:00:00.123456", True),
        ("cases", "opened_at", "2026-03-01 24:00:00", False),
        ("cases", "opened_at", "2026-03-01 10:00:60", False),
        ("cases", "opened_at", "2026-03-01 10:00:00Z", False),
        ("cases", "opened_at", "2026-03-01 10:00:00.1234567", False),
        ("cases", "opened_at", "2026-03-01", False),
    ],
)
def test_csv_cells(table: str, column: str, text: str, valid: bool) -> None:
    found = breaches(load()[table], row(table, **{column: CsvText(text)}))
    assert found == ([] if valid else [(column, "not_parsable")])


def test_newest_version_ties_and_tombstones() -> None:
    """The newest decides, even where it does not exist yet; a tie goes to the greatest row."""
    raw = {
        "cases": [
            row("cases", case_id="later", queue="a"),
            row("cases", case_id="later", queue="b", ingested_at=at(3)),
            row("cases", case_id="unseen", queue="a"),
            row("cases", case_id="unseen", queue="b", ingested_at=at(9)),
            row("cases", case_id="tie", queue="Z"),
            row("cases", case_id="tie", queue="a"),
            row("cases", case_id="tie", queue="é"),
            row("cases", case_id="null", content_id=None),
            row("cases", case_id="null", content_id="x"),
            row("cases", case_id="gone"),
            row("cases", case_id="gone", is_deleted=True),
            row("cases", case_id="future"),
            row("cases", case_id="future", opened_at=at(20), ingested_at=at(3)),
            row("cases", case_id="invalid", queue="a"),
            row("cases", case_id="invalid", queue="b", severity="?", ingested_at=at(3)),
        ]
    }
    cases = seen(raw, at(5)).cases
    assert {name: case.row["queue"] for name, case in cases.items()} == {
        "later": "b",
        "unseen": "a",
        "tie": "é",
        "null": "x",
        "invalid": "a",
    }
    assert cases["null"].row["content_id"] == "x"


def test_default_as_of_and_emptiness() -> None:
    """The last ingestion of a valid row; nothing where no row is valid."""
    bad = row("cases", severity="?", ingested_at=at(30))
    assert seen({"cases": [bad, row("cases", ingested_at=at(9))]}, None).as_of == at(9)
    assert evaluate({"cases": [bad]}, AS_OF, SEEDS) == []


def test_an_appeal_resolved_after_as_of_is_pending() -> None:
    """Its outcome goes with resolved_at."""
    filed = row("appeals", filed_at=at(3), resolved_at=at(9), outcome="upheld")
    pending = seen({"appeals": [filed]}, at(8)).tables["appeals"][0]
    assert (pending["resolved_at"], pending["outcome"]) == (None, None)


@pytest.mark.parametrize(
    ("outcome", "decision", "disposition"),
    [
        ("overturned", "d-c", "overturned"),
        ("partially_overturned", "d-c", "violation"),
        ("overturned", "earlier", "violation"),
        (None, "d-c", "violation"),
    ],
)
def test_disposition(outcome: str | None, decision: str, disposition: str) -> None:
    """An appeal of the last decision alone overturns a case."""
    earlier = row("decisions", decision_id="earlier", case_id="c", decided_at=at(3))
    appeal = row(
        "appeals", decision_id=decision, filed_at=at(5), resolved_at=at(6), outcome=outcome
    )
    raw = together(violation("c"), {"decisions": [earlier], "appeals": [appeal]})
    assert seen(raw).cases["c"].disposition == disposition


def test_last_decision_and_closing_by_id_in_a_tie() -> None:
    """Of one instant the greatest id by bytes decides: 'a' after 'Z', 'é' after 'z'."""
    events = [
        row("case_events", case_event_id="Z", case_id="c", event_type="closed"),
        row("case_events", case_event_id="a", case_id="c", event_type="reopened"),
    ]
    decisions = [
        row("decisions", decision_id="z", case_id="c", outcome="violation"),
        row("decisions", decision_id="é", case_id="c", outcome="no_violation"),
    ]
    raw = {"cases": [row("cases", case_id="c")], "case_events": events, "decisions": decisions}
    case = seen(raw).cases["c"]
    assert (case.closed_at, case.disposition) == (None, "no_violation")


@pytest.mark.parametrize(
    ("code", "when", "expected"),
    [
        ("IMP-1", date(2026, 3, 31), "impersonation"),
        ("IMP-1", datetime(2026, 4, 1), "account_integrity"),
        ("IMP-1", date(2019, 12, 31), "unmapped"),
        ("imp-1", date(2026, 3, 31), "unmapped"),
        (None, date(2026, 3, 31), "unknown"),
    ],
)
def test_harm_type(code: str | None, when: date, expected: str) -> None:
    assert seen({"cases": [row("cases")]}).harm_type(code, when) == expected


def test_prevalence_rows() -> None:
    """Accounts decide where rows are; harm types ever seen have a row in each such period."""
    accounts = [
        row("active_accounts", surface="all", region="all", active_accounts=500),
        row(
            "active_accounts",
            period_start_date=date(2026, 3, 3),
            surface="all",
            region="all",
            active_accounts=100,
        ),
        row("active_accounts", surface="feed", region="all", active_accounts=50),
        row("active_accounts", surface="feed", region="eu", active_accounts=7),
    ]
    raw = together(
        violation("a", surface="feed", policy_code="SCAM-1"),
        violation("b", surface="chat", policy_code="SCAM-1", occurred_at=at(3, 0)),
        violation("c", surface="chat", policy_code="HAR-1", occurred_at=datetime(2026, 1, 1)),
        {"active_accounts": accounts},
    )

    def found(where: str) -> list[tuple]:
        return numbers(kpi(raw, "harm_prevalence_rate", "day", where))

    second, third = date(2026, 3, 2), date(2026, 3, 3)
    assert found("all") == [(second, 1, 500, 2.0), (third, 1, 100, 10.0)]
    assert found("feed") == [(second, 1, 50, 20.0)]
    assert found("chat") == []
    assert found("harassment") == [(second, 0, 500, 0.0), (third, 0, 100, 0.0)]
    assert kpi(raw, "harm_prevalence_rate", "week") == []


def test_violative_view_rate() -> None:
    """By hand: (100 x 1/2 + 300 x 0/1) / 400; the unlabelled stratum and label are left out."""

    def stratum(name: str, views: int) -> dict[str, Any]:
        return row("prevalence_strata", surface="feed", stratum=name, population_views=views)

    def label(name: str, stratum: str, verdict: str) -> dict[str, Any]:
        return row(
            "prevalence_labels",
            sample_id=name,
            surface="feed",
            stratum=stratum,
            label=verdict,
            policy_code="SCAM-1",
        )

    raw = {
        "prevalence_strata": [stratum("s", 100), stratum("t", 300), stratum("u", 999)],
        "prevalence_labels": [
            label("1", "s", "violating"),
            label("2", "s", "benign"),
            label("3", "s", "undecided"),
            label("4", "t", "benign"),
            label("5", "nowhere", "violating"),
        ],
    }
    assert numbers(kpi(raw, "violative_view_rate", "week", version=2)) == [
        (at(2).date(), 50, 400, 0.125)
    ]
    scam = kpi(raw, "violative_view_rate", "month", "scam", version=2)
    assert scam[0]["sample_size"] == 3
    assert kpi(raw, "violative_view_rate", "month", "unmapped", version=2) == []


def test_time_to_action_set() -> None:
    """Actioned: event; open and undecided or confirmed: censored; the rest and low are out.

    The curve is at 1/2 from the action to as_of, 91 days after the case that waits was opened.
    """
    raw = together(
        violation("acted", severity="high"),
        violation("waiting", severity="high"),
        violation("shut", severity="high"),
        violation("low", severity="low"),
        {
            "reports": [row("reports", case_id="acted", reported_at=at(1, 22))],
            "enforcement_actions": [
                row("enforcement_actions", case_id="acted", actioned_at=at(2, 2, 59)),
                row("enforcement_actions", action_id="y", case_id="low", actioned_at=at(3)),
            ],
            "case_events": [row("case_events", case_id="shut", event_type="closed")],
        },
    )
    march = kpi(raw, "time_to_action_p50_hours", "month", version=2)
    assert [(found["sample_size"], found["value"]) for found in march] == [
        (2, (4 * 3600 + 59 + 91 * 86400) / 2 / 3600)
    ]
    assert kpi(raw, "time_to_action_p90_hours", "month", version=2)[0]["value"] is None
    days = kpi(raw, "time_to_action_p50_hours", "day", version=2)
    assert days[0]["period_start"] == date(2026, 3, 1)


def test_backlog_at_a_period_end() -> None:
    """Closed exactly at midnight belongs to the next day; up to as_of counts in the last."""
    raw = {
        "cases": [row("cases", case_id="c", opened_at=at(2, 1), severity="high")],
        "case_events": [
            row("case_events", case_event_id="w", case_id="c", event_type="assigned"),
            row("case_events", case_id="c", event_type="closed", occurred_at=at(4)),
            row(
                "case_events",
                case_event_id="y",
                case_id="c",
                event_type="closed",
                occurred_at=at(3),
            ),
            row(
                "case_events",
                case_event_id="z",
                case_id="c",
                event_type="reopened",
                occurred_at=at(3, 5),
            ),
        ],
    }
    days = numbers(kpi(raw, "backlog_open_cases", "day", as_of=at(4)))
    assert [(start.day, count) for start, count, _, _ in days] == [(2, 1), (3, 1), (4, 0)]
    late = numbers(kpi(raw, "backlog_over_sla_cases", "day", "high", as_of=at(3, 9)))
    assert [(start.day, count) for start, count, _, _ in late] == [(2, 1), (3, 1)]
    at_sla = numbers(kpi(raw, "backlog_over_sla_cases", "day", "high", as_of=at(2, 9)))
    assert [(start.day, count) for start, count, _, _ in at_sla] == [(2, 0)]


def test_recurrence() -> None:
    """The next violation of another case, strictly after the first action of the month."""
    raw = together(
        violation("c", subject_account_id="bad"),
        violation("same", subject_account_id="bad", occurred_at=at(6)),
        violation("again", subject_account_id="bad", occurred_at=at(13)),
        {
            "enforcement_actions": [
                row(
                    "enforcement_actions", case_id="c", subject_account_id="bad", actioned_at=at(6)
                ),
                row(
                    "enforcement_actions",
                    action_id="earlier",
                    case_id="c",
                    subject_account_id="bad",
                    actioned_at=at(5),
                    action_type="account_terminated",
                ),
            ]
        },
    )
    week = kpi(raw, "recurrence_rate_7d", "month")
    assert numbers(week) == [(date(2026, 3, 1), 1, 1, 1.0)]
    raw["cases"][-1]["occurred_at"] = at(13, 0, 1)
    assert numbers(kpi(raw, "recurrence_rate_7d", "month")) == [(date(2026, 3, 1), 0, 1, 0.0)]
    short = kpi(raw, "recurrence_rate_90d", "month", as_of=at(12))
    assert numbers(short) == [(date(2026, 3, 1), 0, 1, None)]


def test_slices_of_what_is_missing() -> None:
    """An appeal of a decision that is not there counts, with unknown slices."""
    appeal = row("appeals", filed_at=at(3), resolved_at=at(4), outcome="overturned")
    raw = {"appeals": [appeal]}
    assert len(kpi(raw, "appeal_overturn_rate", "week", "unknown")) == 3
    assert numbers(kpi(raw, "appeal_overturn_rate", "week")) == [(date(2026, 3, 2), 1, 1, 1.0)]


def test_appealed_cases_count_once_in_a_period() -> None:
    """By hand: case c, appealed twice in a week and once in the next, and c as a missing decision.

    The automated decision is overturned, and the later one by a person upheld: the segment of that
    week is human. Version 1 counts the appeals.
    """
    human = row("decisions", decision_id="last", case_id="c", decided_by="human", decided_at=at(5))
    machine = violation("c") | {
        "decisions": [
            row("decisions", decision_id="d", case_id="c", decided_by="automated", decided_at=at(4))
        ]
    }
    appeals = [
        ("1", "d", at(6), "overturned"),
        ("2", "last", at(7), "upheld"),
        ("3", "d", at(9), "upheld"),
        ("4", "c", at(9), "upheld"),
        ("5", "c", at(10), "upheld"),
        ("6", "x", at(10), "withdrawn"),
    ]
    raw = together(
        machine,
        {
            "decisions": [human],
            "appeals": [
                row(
                    "appeals",
                    appeal_id=name,
                    decision_id=decision,
                    filed_at=at(5),
                    resolved_at=when,
                    outcome=outcome,
                )
                for name, decision, when, outcome in appeals
            ],
        },
    )
    first, second = date(2026, 3, 2), date(2026, 3, 9)

    def weeks(where: str, version: int) -> list[tuple]:
        return numbers(kpi(raw, "appeal_overturn_rate", "week", where, version=version))

    assert weeks("all", 2) == [(first, 1, 1, 1.0), (second, 0, 2, 0.0)]
    assert weeks("human", 2) == [(first, 1, 1, 1.0)]
    assert weeks("automated", 2) == [(second, 0, 1, 0.0)]
    assert len(weeks("unknown", 2)) == 3
    assert weeks("all", 1) == [(first, 1, 2, 0.5), (second, 0, 3, 0.0)]
    month = kpi(raw, "appeal_overturn_rate", "month", version=2)
    assert numbers(month) == [(date(2026, 3, 1), 1, 2, 0.5)]


def test_weights() -> None:
    """By hand: a review with probability 1/4 stands for 4: (4 + 1) / (4 + 1 + 1)."""
    reviews = [("1", 0.25, "correct"), ("2", 1.0, "correct"), ("3", 1.0, "incorrect")]
    raw = violation("c") | {
        "qa_reviews": [
            row(
                "qa_reviews",
                qa_review_id=name,
                decision_id="d-c",
                inclusion_probability=chance,
                verdict=verdict,
            )
            for name, chance, verdict in reviews
        ]
    }
    found = kpi(raw, "qa_pass_rate", "day")
    assert numbers(found) == [(date(2026, 3, 4), 5, 6, 5 / 6)]
    assert found[0]["sample_size"] == 3


def test_uptime() -> None:
    """By hand: down 01:00 to 03:00 unplanned, twice over, of 24 hours."""

    def outage(name: str, start: int, end: int, planned: bool = False) -> dict[str, Any]:
        return row(
            "tool_outages",
            outage_id=name,
            service="s",
            started_at=at(2, start),
            ended_at=at(2, end),
            planned=planned,
        )

    raw = {
        "cases": [row("cases")],
        "tool_services": [row("tool_services", service="s", critical=True)],
        "tool_outages": [outage("1", 1, 2), outage("2", 1, 3), outage("3", 9, 12, planned=True)],
    }
    found = kpi(raw, "tooling_uptime", "day", "s", as_of=at(3))
    assert numbers(found)[0] == (date(2026, 3, 2), 22 * 3600, 24 * 3600, 22 / 24)
    assert len(found) == 1


def test_maturity_and_completeness() -> None:
    """Complete at the first instant of the next period; mature so many days later."""
    raw = violation("c") | {"detections": [row("detections")]}
    for as_of, complete, mature in (
        (datetime(2026, 3, 31, 23), False, False),
        (datetime(2026, 4, 1), True, False),
        (datetime(2026, 4, 15), True, True),
    ):
        found = kpi(raw, "proactive_detection_share", "month", as_of=as_of)[0]
        assert (found["is_complete"], found["is_mature"]) == (complete, mature)


def test_iso_year() -> None:
    """2024-12-30 and 2025-01-05 are one week."""
    loads = [
        row("dataset_loads", dataset="d", partition_date=day, expected_at=datetime(*when))
        for day, when in (
            (date(2024, 12, 30), (2024, 12, 30)),
            (date(2025, 1, 5), (2025, 1, 5, 23, 59, 59)),
        )
    ]
    found = numbers(kpi({"dataset_loads": loads}, "freshness_sla_adherence", "week"))
    assert found == [(date(2024, 12, 30), 0, 2, 0.0)]
