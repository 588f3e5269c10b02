"""Workload: complexity per review hour, and the backlog at each period's end."""

from __future__ import annotations

from datetime import date

from .cases import UNKNOWN, Case, World, closing_time
from .intervals import NONE, percentile_cont
from .periods import GRAINS, instant, period_start, seconds_between, stamped
from .rows import Estimate, Key, KpiRow, Metric, counted_periods

PER_HOUR = Metric("cases_per_review_hour", 0)
OPEN = Metric("backlog_open_cases", 0)
OVER_SLA = Metric("backlog_over_sla_cases", 0)
AGE = Metric("backlog_age_p90_hours", 0, ("week", "month", "quarter"))
SLICES = ("severity", "queue")


def complexity(world: World, case: Case | None) -> float:
    """The weight of a case by its queue and severity; 1 where none is given or no case is."""
    for entry in world.seeds["case_complexity"]:
        if case and (entry["queue"], entry["severity"]) == (
            case.row["queue"],
            case.row["severity"],
        ):
            return float(entry["weight"])
    return 1.0


def cases_per_review_hour(world: World) -> list[KpiRow]:
    """The weights of the cases that people decided in a period, over the hours reviewed in it.

    A case counts once in each period it was decided in.
    """
    hours: dict[Key, float] = {}
    for row in world.tables["moderator_shifts"]:
        for grain in GRAINS:
            start = period_start(grain, row["shift_date"])
            for where in (("overall", "all"), ("queue", row["queue"])):
                key = Key(grain, start, *where)
                hours[key] = hours.get(key, 0.0) + row["review_hours"]
    decided: dict[Key, set[str]] = {}
    for row in world.tables["decisions"]:
        if row["decided_by"] == "human":
            case = world.case(row["case_id"])
            queue = case.row["queue"] if case else UNKNOWN
            for grain in GRAINS:
                start = period_start(grain, row["decided_at"])
                for where in (("overall", "all"), ("queue", queue)):
                    decided.setdefault(Key(grain, start, *where), set()).add(row["case_id"])
    found = []
    for key, total in hours.items():
        if total > 0:
            ids = decided.get(key, set())
            weight = sum(complexity(world, world.case(case_id)) for case_id in ids)
            numbers = Estimate(weight, total, weight / total, NONE, len(ids))
            found.append(PER_HOUR.row(world, key, numbers))
    return found


def open_cases(world: World, grain: str, start: date) -> list[Case]:
    """The cases opened and not closed by what is stamped by the period's end."""

    def is_open(case: Case) -> bool:
        events = [e for e in case.events if stamped(e["occurred_at"], grain, start, world.as_of)]
        opened = stamped(case.row["opened_at"], grain, start, world.as_of)
        return opened and closing_time(events) is None

    return [case for case in world.cases.values() if is_open(case)]


def _cells(world: World, cases: list[Case]) -> dict[tuple[str, str], list[Case]]:
    """The open cases overall and of every severity and queue ever seen among visible cases."""
    cells: dict[tuple[str, str], list[Case]] = {("overall", "all"): cases}
    for name in SLICES:
        for value in {case.row[name] for case in world.cases.values()}:
            cells[(name, value)] = [case for case in cases if case.row[name] == value]
    return cells


def backlog(world: World) -> list[KpiRow]:
    """How many cases are open, how many beyond their SLA, and how old the open ones are."""
    found = []
    for grain, start in counted_periods(OPEN, world):
        now = instant(grain, start, world.as_of)
        ages = {
            case.id: seconds_between(case.row["opened_at"], now)
            for case in open_cases(world, grain, start)
        }
        waiting = [case for case in world.cases.values() if case.id in ages]
        for where, cases in _cells(world, waiting).items():
            key = Key(grain, start, *where)
            n = len(cases)
            late = 0
            for case in cases:
                sla = world.sla_seconds(case.row["severity"])
                late += sla is not None and ages[case.id] > sla
            found.append(OPEN.row(world, key, Estimate(n, None, n, NONE, n)))
            found.append(OVER_SLA.row(world, key, Estimate(late, None, late, NONE, n)))
            if cases and grain in AGE.grains:
                p90 = percentile_cont([ages[case.id] / 3600 for case in cases], 0.9)
                found.append(AGE.row(world, key, Estimate(None, None, p90, NONE, n)))
    return found


def rows(world: World) -> list[KpiRow]:
    """The rows of the family."""
    return cases_per_review_hour(world) + backlog(world)
