"""Quality: reviews, rework, calibration and agreement."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from .cases import World, by_bytes
from .intervals import NONE, agreement, krippendorff
from .metrics_detection import weighted_proportion
from .periods import period_start, seconds_between
from .rows import Estimate, KpiRow, Metric, Subject, per_group, proportion

QA = Metric("qa_pass_rate", 14)
REWORK = Metric("rework_rate", 30)
CALIBRATION = Metric("calibration_variance_reduction", 0, ("month", "quarter"))
ALPHA = Metric("inter_rater_alpha", 0, ("month", "quarter"))
THIRTY_DAYS = 30 * 86400


def qa_pass_rate(world: World) -> list[KpiRow]:
    """Of QA reviews, each standing for 1/inclusion_probability: correct.

    A review of a missing decision has no period.
    """
    subjects = []
    for row in world.tables["qa_reviews"]:
        decision = world.find("decisions", "decision_id", row["decision_id"])
        if decision is None:
            continue
        slices = world.case_slices(
            world.case(decision["case_id"]), ("severity", "queue", "harm_type")
        )
        fact = (1 / row["inclusion_probability"], row["verdict"] == "correct")
        subjects.append(Subject(decision["decided_at"], slices, fact))
    return per_group(QA, world, subjects, weighted_proportion)


def _reworked(events: Iterable[dict[str, Any]], closing: dict[str, Any]) -> bool:
    """A reopening or re-triage for an error, after the closing and within 30 days of it."""
    return any(
        e["event_type"] in ("reopened", "retriaged")
        and e["reason"] == "error"
        and e["occurred_at"] > closing["occurred_at"]
        and seconds_between(closing["occurred_at"], e["occurred_at"]) <= THIRTY_DAYS
        for e in events
    )


def rework_rate(world: World) -> list[KpiRow]:
    """Of the cases closed in a period: reworked after their first closing in it."""
    histories: dict[str, list[dict[str, Any]]] = {}
    for event in world.tables["case_events"]:
        histories.setdefault(event["case_id"], []).append(event)
    found = []
    for grain in REWORK.grains:
        subjects = []
        for case_id, events in histories.items():
            slices = world.case_slices(world.case(case_id), ("queue", "severity"))
            closings: dict[date, list[dict[str, Any]]] = {}
            for event in events:
                if event["event_type"] == "closed":
                    start = period_start(grain, event["occurred_at"])
                    closings.setdefault(start, []).append(event)
            for start, closed in closings.items():
                first = min(closed, key=lambda e: (e["occurred_at"], by_bytes(e["case_event_id"])))
                subjects.append(Subject(start, slices, _reworked(events, first)))
        metric = Metric(REWORK.name, REWORK.maturity_days, (grain,))
        found += per_group(metric, world, subjects, proportion)
    return found


Items = dict[str, list[list[str]]]


def _programmes(world: World) -> list[Subject]:
    """The programmes by their last `after` session; the fact: their items' ratings by phase."""
    items: dict[tuple[str, str, str, str], list[str]] = {}
    last: dict[str, date] = {}
    for row in world.tables["calibration_ratings"]:
        programme, phase = row["programme_id"], row["phase"]
        where = (programme, phase, row["session_id"], row["item_id"])
        items.setdefault(where, []).append(row["rating"])
        if phase == "after":
            last[programme] = max(last.get(programme, row["session_date"]), row["session_date"])
    found = []
    for programme, session_date in last.items():
        phases: Items = {"before": [], "after": []}
        for (owner, phase, _, _), ratings in items.items():
            if owner == programme and len(ratings) > 1:
                phases[phase].append(ratings)
        found.append(Subject(session_date, {"segment": programme}, phases))
    return found


def _pooled(members: Iterable[Subject], phase: str) -> list[list[str]]:
    """The items of several programmes in one phase."""
    return [ratings for s in members for ratings in s.fact[phase]]


def calibration_variance_reduction(members: list[Subject]) -> Estimate | None:
    """How much less raters disagree after the programme than before.

    No row where a phase has no item with two raters, or nobody disagreed before.
    """
    before, after = _pooled(members, "before"), _pooled(members, "after")
    if not before or not after:
        return None
    d_before, d_after = 1 - agreement(before), 1 - agreement(after)
    if all(len(set(ratings)) == 1 for ratings in before):
        return None
    size = sum(map(len, before)) + sum(map(len, after))
    return Estimate(d_after, d_before, 1 - d_after / d_before, NONE, size)


def inter_rater_alpha(members: list[Subject]) -> Estimate | None:
    """Krippendorff's nominal alpha after the programme; no row where nothing could disagree."""
    after = _pooled(members, "after")
    alpha = krippendorff(after)
    if alpha is None:
        return None
    return Estimate(None, None, alpha, NONE, sum(map(len, after)))


def rows(world: World) -> list[KpiRow]:
    """The rows of the family."""
    found = qa_pass_rate(world) + rework_rate(world)
    programmes = _programmes(world)
    for metric, estimate in (
        (CALIBRATION, calibration_variance_reduction),
        (ALPHA, inter_rater_alpha),
    ):
        found += per_group(metric, world, programmes, estimate)
    return found
