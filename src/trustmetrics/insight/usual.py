"""A value beside its own periods before: kpi_slice_deviations in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from trustmetrics.insight.links import Links
from trustmetrics.insight.read import BACKLOG, OVERALL, TRENDS, Facts, Reading
from trustmetrics.insight.said import (
    Name,
    Number,
    Period,
    Sentence,
    Source,
    about,
    count,
    number,
    words,
)
from trustmetrics.mapping.sql import literal
from trustmetrics.scorecard.figures import period
from trustmetrics.scorecard.read import CHANCE, CLEAR

DEVIATIONS = "marts.kpi_slice_deviations"
WORST = 8
# As many as kpi_slice_deviations takes.
PERIODS = 12
WITHIN = "within the spread of"
Row = Mapping[str, Any]


def spread_sentence(facts: Facts, one: Reading) -> Sentence:
    """Return how a reading stands to its own periods before; nothing where that is not known."""
    before = spread_before(facts, one)
    if before is None:
        return ()
    said = (f" This is {spread_words(facts, one)} the ", before.periods, f" {facts.grain}s before")
    return (*said, *before.sentence, ".")


@dataclass(frozen=True)
class Before:
    """The periods before a reading: how many have a value, their mean and, of a whole, extremes."""

    periods: Number
    mean: Number
    extremes: tuple[Number, Number] | None

    @property
    def sentence(self) -> Sentence:
        """Mean and extremes in brackets."""
        if self.extremes is None:
            return (" (mean ", self.mean, ")")
        return (" (mean ", self.mean, ", ", self.extremes[0], " to ", self.extremes[1], ")")


def spread_before(facts: Facts, one: Reading) -> Before | None:
    """Return what a reading's own periods before were; None: not known.

    The mart knows each metric's latest mature period alone, so that it says nothing of another.
    """
    row = _row(facts, one)
    if row is None:
        return None
    periods, mean = _said(row, "earlier_periods", "count"), _said(row, "usual_value")
    return Before(periods, mean, _extremes(facts, one))


def _extremes(facts: Facts, one: Reading) -> tuple[Number, Number] | None:
    """The lowest and highest value of the same periods; of wholes, whose series is at hand."""
    if one.slice != OVERALL:
        return None
    earlier = [
        each
        for each in facts.readings[one.metric]
        if each.is_mature and each.period_start < one.period_start
    ][-PERIODS:]
    values = [each.value for each in earlier if each.value is not None]
    if not values:
        return None
    key = {name: value for name, value in one.key.items() if name != "period_start"}
    since, until = earlier[0].period_start, earlier[-1].period_start
    within = f"is_mature and period_start between date '{since}' and date '{until}'"
    lowest, highest = (
        number(value, one.value_format, Source(TRENDS, f"{name}(value)", key, within))
        for name, value in (("min", min(values)), ("max", max(values)))
    )
    return lowest, highest


def spread_words(facts: Facts, one: Reading) -> str:
    """Return how a reading stands to its own periods before; empty where that is not known."""
    row = _row(facts, one)
    if row is None:
        return ""
    if abs(row["deviation"]) <= CLEAR:
        return WITHIN
    return f"clearly {'worse' if row['deviation'] > 0 else 'better'} than in"


def unusual_metrics(facts: Facts, sign: int = 1) -> list[Reading]:
    """Return the metrics that are clearly worse than in their periods before, the clearest first.

    Args:
        facts: what was read.
        sign: -1: those that are clearly better.
    """
    due = [facts.own[metric] for metric in facts.due]
    found = [(sign * row["deviation"], one) for one in due if (row := _row(facts, one))]
    far = [(deviation, one) for deviation, one in found if deviation > CLEAR]
    return [one for _, one in sorted(far, key=lambda each: (-each[0], each[1].metric))]


def _row(facts: Facts, one: Reading) -> Row | None:
    if not facts.is_newest or one.metric in _unlike(facts.grain):
        return None
    for row in facts.table("deviations"):
        same = (row["metric"], row["slice"], row["slice_value"], row["period_start"])
        if same == (one.metric, one.slice, one.slice_value, one.period_start):
            return row
    return None


def _unlike(grain: str) -> Sequence[str]:
    """The metrics whose periods are not alike: months end on another day of the week each."""
    return () if grain == "week" else BACKLOG


@dataclass(frozen=True)
class Unusual:
    """A series that is worse than it usually is; the columns of kpi_slice_deviations shown."""

    name: Name
    what: str
    period: Period
    value: Number
    usual: Number
    deviation: Number


@dataclass(frozen=True)
class WorseThanUsual:
    """The series that are clearly worse than usual.

    Attributes:
        shown: the clearest of them.
        beyond: how many lie beyond the bound; None: none does.
        metrics: of how many metrics these are.
        by_chance: how many would by chance alone.
        judged: how many could be judged.
    """

    shown: Sequence[Unusual]
    beyond: Number | None
    metrics: Number
    by_chance: Number
    judged: Number


def worse_than_usual(facts: Facts, links: Links) -> WorseThanUsual | None:
    """Return what is worse than usual, wholes and slices; None: an older period, or none judged."""
    unlike = _unlike(facts.grain)
    rows = [row for row in facts.table("deviations") if row["metric"] not in unlike]
    if not rows or not facts.is_newest:
        return None
    key = {"period_grain": facts.grain}
    judged = "deviation is not null"
    if unlike:
        judged += f" and metric not in ({', '.join(map(literal, unlike))})"
    beyond = [row for row in rows if row["deviation"] > CLEAR]
    everything = Source(DEVIATIONS, "count(*)", key, judged)
    chance = Source(DEVIATIONS, f"{CHANCE} * count(*)", key, judged)
    is_far = f"{judged} and deviation > {CLEAR}"
    far = Source(DEVIATIONS, "count(*)", key, is_far)
    metrics = Source(DEVIATIONS, "count(distinct metric)", key, is_far)
    return WorseThanUsual(
        [_unusual(row, links) for row in beyond[:WORST]],
        count(len(beyond), far) if beyond else None,
        count(len({row["metric"] for row in beyond}), metrics),
        about(CHANCE * len(rows), chance),
        count(len(rows), everything),
    )


def _unusual(row: Row, links: Links) -> Unusual:
    is_whole = row["slice"] == OVERALL
    return Unusual(
        links.metric(row["metric"]),
        "the whole" if is_whole else f"{words(row['slice'])} {row['slice_value']}",
        Period(period(row["period_start"], row["period_grain"])),
        _said(row, "value"),
        _said(row, "usual_value"),
        _said(row, "deviation", "number"),
    )


def _said(row: Row, column: str, value_format: str | None = None) -> Number:
    names = ("metric", "period_grain", "slice", "slice_value")
    source = Source(DEVIATIONS, column, {name: row[name] for name in names})
    return number(row[column], value_format or row["value_format"], source)
