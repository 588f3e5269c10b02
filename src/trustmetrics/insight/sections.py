"""The tables of a report: scorecard, backlog and SLA risk, detectors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from trustmetrics.insight.links import Links
from trustmetrics.insight.movements import INDICATORS, exact_sentence, interval
from trustmetrics.insight.read import BACKLOG, Facts, Reading
from trustmetrics.insight.said import Name, Part, Sentence, words
from trustmetrics.insight.usual import spread_sentence

SPEED = ("action_within_sla_rate", "time_to_action_p50_hours", "time_to_action_p90_hours")
PRECISION = "detection_precision"
DETECTOR = "detector_id"
WORST = 8


@dataclass(frozen=True)
class Line:
    """A line of the scorecard.

    Attributes:
        name: of the metric.
        own: its newest settled period, of the whole or of a part with a target of its own.
        latest: its newest complete one, where that is a later one and may still move.
        is_late: whether its period is older than it should be: there was no value in the newest.
    """

    name: Name
    own: Reading
    latest: Reading | None
    is_late: bool


def scorecard(facts: Facts, links: Links) -> list[tuple[str, list[tuple[str, list[Line]]]]]:
    """Return the lines of the scorecard: leading and lagging apart, each by family."""
    kept: dict[str, dict[str, list[Line]]] = {indicator: {} for indicator in INDICATORS}
    for metric, described in facts.metrics.items():
        own = facts.own.get(metric)
        if own is None:
            continue
        latest = facts.at(metric, facts.start)
        later = latest if latest and latest.period_start > own.period_start else None
        lines = kept[own.indicator].setdefault(described["family"], [])
        lines.append(Line(links.metric(metric), own, later, metric not in facts.due))
        lines += [
            Line(links.series(part), part, None, metric not in facts.due)
            for part in facts.slices.get(metric, ())
            if part.target_value is not None
        ]
    return [(indicator, [*families.items()]) for indicator, families in kept.items()]


def without_value(facts: Facts, links: Links) -> list[Name]:
    """Return the measured metrics that have no settled value at this grain."""
    return [
        links.metric(metric)
        for metric, described in facts.metrics.items()
        if described["is_measured"] and metric not in facts.own
    ]


def not_measured(facts: Facts, links: Links) -> list[tuple[Name, str]]:
    """Return the metrics that the source cannot say, with the reason."""
    return [
        (links.metric(metric), about["not_measured_reason"] or "no reason is given")
        for metric, about in facts.metrics.items()
        if not about["is_measured"]
    ]


@dataclass(frozen=True)
class Parts:
    """Slice values of several metrics side by side.

    Attributes:
        slice: name of the slice.
        columns: names of the metrics.
        rows: the slice value, and its reading of each metric.
    """

    slice: str
    columns: Sequence[Name]
    rows: Sequence[tuple[str, Sequence[Reading | None]]]


def waiting_sentence(facts: Facts) -> Sentence:
    """Return how many cases wait, and how many of them too long; nothing where it is not known."""
    waiting, late = (facts.own.get(metric) for metric in BACKLOG[:2])
    value = waiting.said_value() if waiting else None
    if waiting is None or value is None:
        return ()
    told, before = waiting.period_end, waiting.period_start - timedelta(1)
    is_alike = told.weekday() == before.weekday()
    days = ("", "") if is_alike else (f", a {told:%A}", f", a {before:%A}")
    said: Sentence = (value, " cases were open at the end of ", waiting.period, days[0])
    change = waiting.said_change()
    on = f" on the {facts.grain} before" if is_alike else f" on the end of the one before{days[1]}"
    since = (", ", change, on) if change else ()
    said = (*said, *since, ".", *spread_sentence(facts, waiting))
    too_long = late.said_value() if late and late.period_start == waiting.period_start else None
    of_them = (
        "of them was beyond its"
        if too_long and too_long.value == 1
        else "of them were beyond their"
    )
    return (*said, " ", too_long, f" {of_them} SLA.") if too_long else said


def backlog_sentences(facts: Facts, links: Links) -> list[Sentence]:
    """Return what waits at the end of the period, and how fast what came was acted on."""
    told: list[Sentence] = [
        exact_sentence(facts.own[metric], links.metric(metric))
        for metric in BACKLOG
        if metric in facts.own
    ]
    for metric in SPEED:
        one = facts.own.get(metric)
        value = one.said_value() if one else None
        if one and value:
            told.append(
                (links.metric(metric), ": ", value, *interval(one), " in ", one.period, ".")
            )
    return told


def backlog_parts(facts: Facts, links: Links) -> list[Parts]:
    """Return the backlog by queue and by severity."""
    return [found for name in ("queue", "severity") if (found := _parts(facts, links, name))]


def _parts(facts: Facts, links: Links, slice_name: str) -> Parts | None:
    by_value: dict[str, dict[str, Reading]] = {}
    for metric in BACKLOG:
        for one in facts.slices.get(metric, ()):
            if one.slice == slice_name and one.period_start == facts.own[metric].period_start:
                by_value.setdefault(one.slice_value, {})[metric] = one
    if not by_value:
        return None
    there = [metric for metric in BACKLOG if any(metric in found for found in by_value.values())]
    rows = [(value, [found.get(metric) for metric in there]) for value, found in by_value.items()]
    return Parts(words(slice_name), [links.metric(metric) for metric in there], rows)


@dataclass(frozen=True)
class Detectors:
    """The detectors whose precision fell clearly, the others, and a sentence on both."""

    fell: Sequence[Reading]
    others: Sequence[Reading]
    sentence: Sentence


def detectors(facts: Facts) -> Detectors | None:
    """Return the detectors by precision; None where it is not measured by detector."""
    own = facts.own.get(PRECISION)
    found = [
        one
        for one in facts.slices.get(PRECISION, ())
        if one.slice == DETECTOR and own and one.period_start == own.period_start
    ]
    found = [one for one in found if one.value is not None]
    if not found:
        return None
    found.sort(key=lambda one: (one.value or 0, one.slice_value))
    fell = [one for one in found if one.has_moved and one.is_better is False]
    others = [one for one in found if one not in fell]
    lowest = found[0]
    value = lowest.said_value()
    said: Sentence = (
        *(Name(lowest.slice_label), " has the lowest, ", value or "none", *interval(lowest)),
        *(" in ", lowest.period, "."),
    )
    names: list[Part] = []
    for one in fell:
        names += [", " if names else "", Name(one.slice_label)]
    moved = ("The precision of ", *names, " fell clearly")
    head = moved if fell else ("No detector's precision fell clearly",)
    said = (*head, ". ", *said)
    return Detectors(fell, others, said)
