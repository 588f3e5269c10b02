"""Response: time to action, the SLA, time to resolution."""

from __future__ import annotations

from .cases import Case, World
from .periods import seconds_between
from .rows import KpiRow, Metric, Subject, per_group, proportion, quantile_hours

ACTION_P50 = Metric("time_to_action_p50_hours", 7, version=2)
ACTION_P90 = Metric("time_to_action_p90_hours", 7, version=2)
ACTION_SLA = Metric("action_within_sla_rate", 7)
RESOLUTION_P50 = Metric("time_to_resolution_p50_hours", 30, version=2)
RESOLUTION_P90 = Metric("time_to_resolution_p90_hours", 30, version=2)


def observed_to_action(world: World, case: Case) -> tuple[int, bool] | None:
    """Seconds from the first signal to the first action.

    Without an action: censored at as_of while the case is open and is undecided or a violation;
    else the case is not looked at.
    """
    if case.first_action is not None:
        return seconds_between(case.first_signal, case.first_action["actioned_at"]), True
    if case.closed_at is None and case.disposition in ("undecided", "violation"):
        return seconds_between(case.first_signal, world.as_of), False
    return None


def time_to_action(world: World) -> list[KpiRow]:
    """The quantiles of the hours from first signal to first action, critical and high severity."""
    subjects = []
    for case in world.cases.values():
        observed = observed_to_action(world, case)
        if observed is not None and case.row["severity"] in ("critical", "high"):
            slices = world.case_slices(case, ("severity", "surface", "harm_type", "queue"))
            subjects.append(Subject(case.first_signal, slices, observed))
    return per_group(ACTION_P50, world, subjects, quantile_hours(0.5)) + per_group(
        ACTION_P90, world, subjects, quantile_hours(0.9)
    )


def action_within_sla_rate(world: World) -> list[KpiRow]:
    """Of the cases of that set, any with an SLA, whose SLA has passed: actioned within it."""
    subjects = []
    for case in world.cases.values():
        observed = observed_to_action(world, case)
        sla = world.sla_seconds(case.row["severity"])
        if observed is None or sla is None:
            continue
        if seconds_between(case.first_signal, world.as_of) > sla:
            slices = world.case_slices(case, ("severity", "surface", "harm_type"))
            in_time = observed[1] and observed[0] <= sla
            subjects.append(Subject(case.first_signal, slices, in_time))
    return per_group(ACTION_SLA, world, subjects, proportion)


def time_to_resolution(world: World) -> list[KpiRow]:
    """The quantiles of the hours from opening to closing in the standard queue."""
    subjects = []
    for case in world.cases.values():
        if case.row["queue"] == "standard":
            opened, closed = case.row["opened_at"], case.closed_at
            observed = (seconds_between(opened, closed or world.as_of), closed is not None)
            slices = world.case_slices(case, ("severity", "surface"))
            subjects.append(Subject(opened, slices, observed))
    return per_group(RESOLUTION_P50, world, subjects, quantile_hours(0.5)) + per_group(
        RESOLUTION_P90, world, subjects, quantile_hours(0.9)
    )


def rows(world: World) -> list[KpiRow]:
    """The rows of the family."""
    return time_to_action(world) + action_within_sla_rate(world) + time_to_resolution(world)
