"""Recurrence: who was acted against and violated again."""

from __future__ import annotations

from datetime import date, datetime
from itertools import product
from typing import NamedTuple

from .cases import World, by_bytes
from .entities import Entity
from .intervals import km_probability
from .periods import period_start, seconds_between
from .rows import Estimate, KpiRow, Metric, Subject, per_group

GRAINS = ("month", "quarter")
VERSIONS = (1, 2)
SUSPENSIONS = ("account_suspended", "service_suspended")
TERMINATIONS = ("account_terminated", "service_terminated")
DAY = 86400


class Index(NamedTuple):
    """An action and the instant from which its account is followed."""

    instant: datetime
    action: Entity


def index_actions(world: World) -> list[Entity]:
    """Actions other than terminations, of a case that is not overturned or that is missing."""
    found = []
    for row in world.tables["enforcement_actions"]:
        case = world.case(row["case_id"])
        overturned = case is not None and case.disposition == "overturned"
        if row["action_type"] not in TERMINATIONS and not overturned:
            found.append(row)
    return found


def instant(action: Entity, version: int) -> datetime | None:
    """When the clock of an index action starts: version 1, as it is taken.

    Version 2, when the account can act again: a suspension's end, None while it has none.
    """
    if version == 2 and action["action_type"] in SUSPENSIONS:
        return action["ended_at"]
    return action["actioned_at"]


def observed_recurrence(world: World, index: Index) -> tuple[int, bool]:
    """Seconds from the instant to the account's next violation in another case, else to as_of."""
    again = [
        case.occurred
        for case in world.confirmed
        if case.row["subject_account_id"] == index.action["subject_account_id"]
        and case.id != index.action["case_id"]
        and case.occurred > index.instant
    ]
    end = min(again, default=world.as_of)
    return seconds_between(index.instant, end), bool(again)


def subjects(world: World, grain: str, version: int) -> list[Subject]:
    """The accounts with an index instant in each period, at their first one in it."""
    indices: dict[tuple[date, str], list[Index]] = {}
    for row in index_actions(world):
        when = instant(row, version)
        if when is not None:
            key = (period_start(grain, when), row["subject_account_id"])
            indices.setdefault(key, []).append(Index(when, row))
    found = []
    for (start, _), candidates in indices.items():
        first = min(candidates, key=lambda i: (i.instant, by_bytes(i.action["action_id"])))
        slices = world.case_slices(world.case(first.action["case_id"]), ("surface", "harm_type"))
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
    for grain, version in product(GRAINS, VERSIONS):
        members = subjects(world, grain, version)
        for days in (7, 30, 90):
            metric = Metric(f"recurrence_rate_{days}d", days + 14, (grain,), version)
            found += per_group(
                metric, world, members, lambda group, days=days: _estimate(group, days)
            )
    return found
