"""Appeals: how often decisions are appealed, and how often that succeeds."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from .cases import UNKNOWN, World, by_bytes, resolved
from .entities import Entity
from .periods import period_start, seconds_between
from .rows import KpiRow, Metric, Subject, per_group, proportion

APPEALED = Metric("appeal_rate", 30)
APPEALED_IN_TIME = Metric("appeal_rate", 30, version=2)
OVERTURNED = Metric("appeal_overturn_rate", 0)
OVERTURNED_CASES = Metric("appeal_overturn_rate", 0, version=2)
IN_TIME = 30 * 86400
CASE_SLICES = ("harm_type", "surface")
SUCCESSES = ("overturned", "partially_overturned")


def _filed_in_time(decision: Entity, appeal: Entity) -> bool:
    """Within 30 days of the decision; an appeal filed before it is."""
    return seconds_between(decision["decided_at"], appeal["filed_at"]) <= IN_TIME


def appeal_rate(world: World) -> list[KpiRow]:
    """Of the decisions with an action: those with an appeal; version 2, with one within 30 days."""
    actioned = {row["decision_id"] for row in world.tables["enforcement_actions"]}
    appeals: dict[str, list[Entity]] = {}
    for row in world.tables["appeals"]:
        appeals.setdefault(row["decision_id"], []).append(row)
    ever, in_time = [], []
    for row in world.tables["decisions"]:
        if row["decision_id"] in actioned:
            slices = world.case_slices(world.case(row["case_id"]), CASE_SLICES)
            slices["segment"] = row["decided_by"]
            own = appeals.get(row["decision_id"], [])
            ever.append(Subject(row["decided_at"], slices, bool(own)))
            fact = any(_filed_in_time(row, appeal) for appeal in own)
            in_time.append(Subject(row["decided_at"], slices, fact))
    return per_group(APPEALED, world, ever, proportion) + per_group(
        APPEALED_IN_TIME, world, in_time, proportion
    )


def appeal_overturn_rate(world: World) -> list[KpiRow]:
    """Of the appeals resolved and not withdrawn: overturned, in part or in whole."""
    subjects = []
    for row in world.tables["appeals"]:
        if not resolved(row) or row["outcome"] == "withdrawn":
            continue
        decision = world.find("decisions", "decision_id", row["decision_id"])
        case = world.case(decision["case_id"]) if decision else None
        slices = world.case_slices(case, CASE_SLICES)
        slices["segment"] = decision["decided_by"] if decision else UNKNOWN
        subjects.append(Subject(row["resolved_at"], slices, row["outcome"] in SUCCESSES))
    return per_group(OVERTURNED, world, subjects, proportion)


class Contested(NamedTuple):
    """A case of which an appeal was resolved; where the decision is missing, that decision."""

    kind: str
    id: str


def appeal_overturn_rate_v2(world: World) -> list[KpiRow]:
    """Of the cases with an appeal resolved in the period, not withdrawn: one of them overturned."""
    decisions = {row["decision_id"]: row for row in world.tables["decisions"]}
    histories: dict[Contested, list[Entity]] = {}
    for appeal in world.tables["appeals"]:
        if resolved(appeal) and appeal["outcome"] != "withdrawn":
            decision = decisions.get(appeal["decision_id"])
            key = (
                Contested("case", decision["case_id"])
                if decision
                else Contested("missing decision", appeal["decision_id"])
            )
            histories.setdefault(key, []).append(appeal)
    found = []
    for grain in OVERTURNED_CASES.grains:
        subjects = []
        for contested, history in histories.items():
            case = world.case(contested.id) if contested.kind == "case" else None
            periods: dict[date, list[Entity]] = {}
            for appeal in history:
                periods.setdefault(period_start(grain, appeal["resolved_at"]), []).append(appeal)
            for start, appeals in periods.items():
                named = [decisions[a["decision_id"]] for a in appeals if contested.kind == "case"]
                slices = world.case_slices(case, CASE_SLICES) | {"segment": _decided_by(named)}
                fact = any(appeal["outcome"] in SUCCESSES for appeal in appeals)
                subjects.append(Subject(start, slices, fact))
        metric = Metric(OVERTURNED_CASES.name, 0, (grain,), OVERTURNED_CASES.version)
        found += per_group(metric, world, subjects, proportion)
    return found


def _decided_by(decisions: list[Entity]) -> str:
    """Who took the last of the decisions; unknown where there is none."""
    if not decisions:
        return UNKNOWN
    last = max(decisions, key=lambda d: (d["decided_at"], by_bytes(d["decision_id"])))
    return str(last["decided_by"])


def rows(world: World) -> list[KpiRow]:
    """The rows of the family."""
    return appeal_rate(world) + appeal_overturn_rate(world) + appeal_overturn_rate_v2(world)
