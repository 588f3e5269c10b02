"""Recurrence: who was acted against and violated again."""

from __future__ import annotations

from datetime import date
from typing import Any

from .cases import World, first_action
from .intervals import km_probability
from .periods import period_start, seconds_between
from .rows import Estimate, KpiRow, Metric, Subject, per_group

GRAINS = ("month", "quarter")
TERMINATIONS = ("account_terminated", "service_terminated")
DAY = 86400


def index_actions(world: World) -> list[dict[str, Any]]:
    """Actions other than terminations, of a case that is not overturned or that is missing."""
    found = []
    for row in world.tables["enforcement_actions"]:
        case = world.case(row["case_id"])
        overturned = case is not None and case.disposition == "overturned"
        if row["action_type"] not in TERMINATIONS and not overturned:
            found.append(row)
    return found


def observed_recurrence(world: World, action: dict[str, Any]) -> tuple[int, bool]:
    """Seconds from the action to the account's next violation in another case, else to as_of."""
    again = [
        case.occurred
        for case in world.confirmed
        if case.row["subject_account_id"] == action["subject_account_id"]
        and case.id != action["case_id"]
        and case.occurred > action["actioned_at"]
    ]
    end = min(again, default=world.as_of)
    return seconds_between(action["actioned_at"], end), bool(again)


def subjects(world: World, grain: str) -> list[Subject]:
    """The accounts with an index action in each period, at their first one in it."""
    actions: dict[tuple[date, str], list[dict[str, Any]]] = {}
    for row in index_actions(world):
        start = period_start(grain, row["actioned_at"])
        actions.setdefault((start, row["subject_account_id"]), []).append(row)
    found = []
    for (start, _), candidates in actions.items():
        first = first_action(candidates)
        assert first is not None
        slices = world.case_slices(world.case(first["case_id"]), ("surface", "harm_type"))
        found.append(Subject(start, slices, observed_recurrence(world, first)))
    return found


def _estimate(members: list[Subject], days: int) -> Estimate:
    """The probability of a recurrence within so many days."""
    observed = [s.fact for s in members]
    events = sum(1 for time, event in observed if event and time <= days * DAY)
    found = km_probability(observed, days * DAY)
    n = len(members)
    return Estimate(events, n, found.value, (found.lower, found.upper), n)


def rows(world: World) -> list[KpiRow]:
    """The rows of the family."""
    found = []
    for grain in GRAINS:
        members = subjects(world, grain)
        for days in (7, 30, 90):
            metric = Metric(f"recurrence_rate_{days}d", days + 14, (grain,))
            found += per_group(
                metric, world, members, lambda group, days=days: _estimate(group, days)
            )
    return found
