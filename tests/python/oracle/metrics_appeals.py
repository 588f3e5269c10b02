"""Appeals: how often decisions are appealed, and how often that succeeds."""

from __future__ import annotations

from .cases import UNKNOWN, World, resolved
from .rows import KpiRow, Metric, Subject, per_group, proportion

APPEALED = Metric("appeal_rate", 30)
OVERTURNED = Metric("appeal_overturn_rate", 0)
CASE_SLICES = ("harm_type", "surface")


def appeal_rate(world: World) -> list[KpiRow]:
    """Of the decisions with an action: those with an appeal."""
    actioned = {row["decision_id"] for row in world.tables["enforcement_actions"]}
    appealed = {row["decision_id"] for row in world.tables["appeals"]}
    subjects = []
    for row in world.tables["decisions"]:
        if row["decision_id"] in actioned:
            slices = world.case_slices(world.case(row["case_id"]), CASE_SLICES)
            slices["segment"] = row["decided_by"]
            fact = row["decision_id"] in appealed
            subjects.append(Subject(row["decided_at"], slices, fact))
    return per_group(APPEALED, world, subjects, proportion)


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
        fact = row["outcome"] in ("overturned", "partially_overturned")
        subjects.append(Subject(row["resolved_at"], slices, fact))
    return per_group(OVERTURNED, world, subjects, proportion)


def rows(world: World) -> list[KpiRow]:
    """The rows of the family."""
    return appeal_rate(world) + appeal_overturn_rate(world)
