"""Programme: incidents, monitoring, feeds, stakeholders, tools and friction."""

from __future__ import annotations

import statistics
from datetime import date, datetime, timedelta
from typing import Any

from .cases import UNKNOWN, World
from .intervals import NONE, mean_interval, ratio_of_proportions
from .periods import SECOND, day_of, midnight, period_end, seconds_between, stamped
from .rows import (
    Estimate,
    Key,
    KpiRow,
    Metric,
    Subject,
    counted_periods,
    grouped,
    per_group,
    proportion,
    quantile_hours,
    values_seen,
)

INCIDENTS = Metric("major_incidents", 0)
CONTAINMENT = Metric("incident_containment_p50_hours", 0, ("month", "quarter"), version=2)
POSTMORTEM = Metric("postmortem_on_time_rate", 0, ("week", "month", "quarter"))
COVERAGE = Metric("surface_monitoring_coverage", 0)
FRESHNESS = Metric("freshness_sla_adherence", 0)
SATISFACTION = Metric("stakeholder_satisfaction", 0, ("month", "quarter"), version=2)
UPTIME = Metric("tooling_uptime", 0)
FRICTION = Metric("friction_conversion_change", 0, ("month", "quarter"))


def _major(world: World) -> list[dict[str, Any]]:
    """The incidents of severity sev1 or sev2."""
    return [row for row in world.tables["incidents"] if row["severity"] in ("sev1", "sev2")]


def major_incidents(world: World) -> list[KpiRow]:
    """How many major incidents were declared, zeros included."""
    subjects = [
        Subject(row["declared_at"], {"surface": row["surface"], "segment": row["severity"]})
        for row in _major(world)
    ]
    groups = grouped(INCIDENTS, subjects)
    where = [("overall", "all")]
    where += [
        (name, value) for name in ("surface", "segment") for value in values_seen(subjects, name)
    ]
    found = []
    for grain, start in counted_periods(INCIDENTS, world):
        for name, value in where:
            key = Key(grain, start, name, value)
            n = len(groups.get(key, []))
            found.append(INCIDENTS.row(world, key, Estimate(n, None, n, NONE, n)))
    return found


def incident_containment(world: World) -> list[KpiRow]:
    """The median of the hours from declaration to containment, censored at as_of."""
    subjects = []
    for row in _major(world):
        contained = row["contained_at"]
        seconds = seconds_between(row["declared_at"], contained or world.as_of)
        slices = {"segment": row["severity"]}
        subjects.append(Subject(row["declared_at"], slices, (seconds, contained is not None)))
    return per_group(CONTAINMENT, world, subjects, quantile_hours(0.5))


def postmortem_on_time_rate(world: World) -> list[KpiRow]:
    """Of the actions that were due before as_of's date: closed on or before the due date."""
    subjects = []
    for row in world.tables["postmortem_actions"]:
        if row["due_on"] < day_of(world.as_of):
            incident = world.find("incidents", "incident_id", row["incident_id"])
            slices = {"segment": incident["severity"] if incident else UNKNOWN}
            closed = row["closed_at"]
            in_time = closed is not None and day_of(closed) <= row["due_on"]
            subjects.append(Subject(row["due_on"], slices, in_time))
    return per_group(POSTMORTEM, world, subjects, proportion)


def surface_monitoring_coverage(world: World) -> list[KpiRow]:
    """Of the high-risk surfaces live at the period's end: those with an active monitor."""
    found = []
    for grain, start in counted_periods(COVERAGE, world):

        def by_then(moment: datetime | None, grain: str = grain, start: date = start) -> bool:
            return moment is not None and stamped(moment, grain, start, world.as_of)

        live = [
            row["surface"]
            for row in world.tables["surfaces"]
            if row["risk_tier"] == "high"
            and by_then(midnight(row["launched_on"]))
            and not (row["retired_on"] and by_then(midnight(row["retired_on"])))
        ]
        monitored = {
            row["surface"]
            for row in world.tables["surface_monitors"]
            if by_then(row["active_from"]) and not by_then(row["active_to"])
        }
        if live:
            k, n = sum(1 for surface in live if surface in monitored), len(live)
            key = Key(grain, start, "overall", "all")
            found.append(COVERAGE.row(world, key, Estimate(k, n, k / n, NONE, n)))
    return found


def freshness_sla_adherence(world: World) -> list[KpiRow]:
    """Of the loads expected: completed by then."""
    subjects = [
        Subject(
            row["expected_at"],
            {"segment": row["dataset"]},
            row["completed_at"] is not None and row["completed_at"] <= row["expected_at"],
        )
        for row in world.tables["dataset_loads"]
    ]
    return per_group(FRESHNESS, world, subjects, proportion)


def stakeholder_satisfaction(world: World) -> list[KpiRow]:
    """The mean score."""

    def mean(members: list[Subject]) -> Estimate:
        scores = [s.fact for s in members]
        n = len(scores)
        return Estimate(sum(scores), n, statistics.fmean(scores), mean_interval(scores), n)

    subjects = [
        Subject(row["submitted_at"], {"segment": row["stakeholder_group"]}, row["score"])
        for row in world.tables["stakeholder_surveys"]
    ]
    return per_group(SATISFACTION, world, subjects, mean)


Span = tuple[datetime, datetime]


def merged(spans: list[Span]) -> list[Span]:
    """The spans with those that overlap or touch put together."""
    found: list[Span] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found


def seconds_within(span: Span, frame: Span) -> int:
    """The whole seconds of a span inside a frame."""
    return max(timedelta(0), min(span[1], frame[1]) - max(span[0], frame[0])) // SECOND


def _up_and_in_service(world: World, service: dict[str, Any], frame: Span) -> tuple[int, int]:
    """Seconds up and seconds in service of one service within a period, up to as_of."""
    frame = (max(frame[0], midnight(service["in_service_from"])), min(frame[1], world.as_of))
    outages = [
        (row["started_at"], row["ended_at"] or world.as_of)
        for row in world.tables["tool_outages"]
        if row["service"] == service["service"] and not row["planned"]
    ]
    in_service = seconds_within(frame, frame)
    return in_service - sum(seconds_within(span, frame) for span in merged(outages)), in_service


def tooling_uptime(world: World) -> list[KpiRow]:
    """The share of their seconds in service that critical services were not down unplanned."""
    found = []
    for grain, start in counted_periods(UPTIME, world):
        frame = (midnight(start), period_end(grain, start))
        cells: dict[Key, list[tuple[int, int]]] = {}
        for service in world.tables["tool_services"]:
            if not service["critical"]:
                continue
            up, in_service = _up_and_in_service(world, service, frame)
            if in_service > 0:
                for where in (("overall", "all"), ("segment", service["service"])):
                    cells.setdefault(Key(grain, start, *where), []).append((up, in_service))
        for key, services in cells.items():
            up = sum(u for u, _ in services)
            total = sum(s for _, s in services)
            numbers = Estimate(up, total, up / total, NONE, len(services))
            found.append(UPTIME.row(world, key, numbers))
    return found


def friction_conversion_change(world: World) -> list[KpiRow]:
    """How much less of the treated convert than of the control, by experiment.

    No row where a variant is empty or nobody converted without the friction.
    """
    found = []
    for row in world.tables["experiments"]:
        units = [
            unit
            for unit in world.tables["experiment_units"]
            if unit["experiment_id"] == row["experiment_id"]
        ]
        treated = [u["converted"] for u in units if u["variant"] == "treatment"]
        control = [u["converted"] for u in units if u["variant"] == "control"]
        if not treated or not control or not any(control):
            continue
        p_t, p_c = sum(treated) / len(treated), sum(control) / len(control)
        interval = ratio_of_proportions(sum(treated), len(treated), sum(control), len(control))
        numbers = Estimate(p_t, p_c, p_t / p_c - 1, interval, len(units))
        ended = row["ended_on"] or day_of(world.as_of)
        subject = Subject(ended, {"segment": row["experiment_id"]}, numbers)
        found += per_group(FRICTION, world, [subject], lambda one: one[0].fact, overall=False)
    return found


def rows(world: World) -> list[KpiRow]:
    """The rows of the family."""
    return (
        major_incidents(world)
        + incident_containment(world)
        + postmortem_on_time_rate(world)
        + surface_monitoring_coverage(world)
        + freshness_sla_adherence(world)
        + stakeholder_satisfaction(world)
        + tooling_uptime(world)
        + friction_conversion_change(world)
    )
