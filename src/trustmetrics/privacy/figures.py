"""Which rows of kpi_values are withheld: their counts as cells, and what adds up among them.

What adds up is read off the numbers: a reader who tries a sum that happens to hold finds the right
count by it, whether or not it had to hold.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import combinations
from typing import Any

from trustmetrics.privacy.cells import DEFAULT_K, ROUNDING, Cell, Reason, Total
from trustmetrics.privacy.suppress import suppress

# Metrics that count neither people nor what single people did: they are shown as they are.
NOT_PERSONAL = {
    "freshness_sla_adherence": "loads of datasets",
    "incident_containment_p50_hours": "incidents",
    "major_incidents": "incidents",
    "postmortem_on_time_rate": "follow-up actions",
    "surface_monitoring_coverage": "surfaces",
    "tooling_uptime": "seconds of services",
}
# The numerator is a part of the denominator; of the second kind, of what sample_size counts.
PART_OF_DENOMINATOR = {"proportion", "probability", "stratified_proportion"}
PART_OF_SAMPLE = {"subcount", "estimated_share"}
ADDS_UP = {"rate", "count"}
NESTED = (("week", "day"), ("month", "day"), ("quarter", "month"), ("quarter", "day"))
# How much dearer it is to withhold a figure of all than one of a slice.
OVERALL_LOSS = 5

Key = tuple[str, int, str, date, str, str]
Column = tuple[str, int, str]
Place = tuple[str, date, str, str]


@dataclass(frozen=True)
class Figure:
    """A row of kpi_values, as far as its counts go, and the metric's kind of statistic."""

    metric: str
    metric_version: int
    period_grain: str
    period_start: date
    slice: str
    slice_value: str
    numerator: float | None
    denominator: float | None
    sample_size: int | None
    statistic: str

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Figure:
        """row: has these columns, among others; statistic is that of metric_catalog."""
        return cls(**{name: row[name] for name in cls.__dataclass_fields__})

    @property
    def key(self) -> Key:
        """What the row is called among those withheld."""
        return (self.metric, self.metric_version, *self.place)

    @property
    def place(self) -> Place:
        """Its period and slice value."""
        return self.period_grain, self.period_start, self.slice, self.slice_value


def withheld_figures(figures: Iterable[Figure], k: int = DEFAULT_K) -> dict[Key, Reason]:
    """Return the rows of a report that are withheld, each with all of its numbers.

    A row is withheld where its sample, its denominator, its numerator or what the numerator leaves
    of the denominator is small, or where one of these would give away a small one elsewhere: by the
    sum over a slice, over shorter periods, or as the same count in another metric.

    Args:
        figures: all rows that are published together, of all tables.
        k: the least count that is shown.

    Raises:
        UserError: scipy is not installed, or a row is there twice.
    """
    told = sorted(
        (figure for figure in figures if figure.metric not in NOT_PERSONAL),
        key=lambda figure: figure.key,
    )
    cells, totals = cells_and_totals(told, k)
    return suppress(cells, totals, k)  # type: ignore[return-value]


def cells_and_totals(figures: Sequence[Figure], k: int) -> tuple[list[Cell], list[Total]]:
    """Return the counts of these rows, each once, and every sum that holds among them."""
    counts: dict[tuple[Column, Place], Cell] = {}
    for figure in figures:
        for cell in _counts_of(figure, k):
            role, _ = cell.key  # type: ignore[misc]
            column = (figure.metric, figure.metric_version, role)
            counts[column, figure.place] = cell
    by_column: dict[Column, dict[Place, Cell]] = {}
    for (column, place), cell in counts.items():
        by_column.setdefault(column, {})[place] = cell
    same = _same_counts(by_column)
    merged: dict[Hashable, list[Cell]] = {}
    for at, cell in counts.items():
        merged.setdefault(same.get(at, at), []).append(cell)
    cells = [_merged(key, members) for key, members in merged.items()]
    totals: dict[tuple[Hashable, frozenset[Hashable]], Total] = {}
    for total, rest in _sums(by_column):
        whole = same.get(total.whole, total.whole)
        parts = tuple(same.get(part, part) for part in total.parts)
        name = (whole, frozenset(parts))
        if parts == (whole,) or name in totals:
            continue
        if rest is not None:
            cells.append(rest)
        totals[name] = Total(whole, (*parts, *(() if rest is None else (rest.key,))))
    return cells, list(totals.values())


def _counts_of(figure: Figure, k: int) -> Iterator[Cell]:
    """The counts that a row shows, keyed by what they are in it."""
    sample, part, whole = figure.sample_size, figure.numerator, figure.denominator
    loss = OVERALL_LOSS if figure.slice == "overall" else 1

    def cell(role: str, count: float, unit: float = 1, small: bool | None = None) -> Cell:
        count = int(count) if float(count).is_integer() else count
        return Cell((role, figure.key), max(count, 0), (figure.key,), loss, small, unit)

    if sample is not None:
        yield cell("sample", sample)
    if part is None:
        return
    if figure.statistic in PART_OF_DENOMINATOR and whole and sample:
        unit = whole / sample
        yield cell("whole", whole, unit)
        yield cell("part", part, unit)
        yield cell("rest", whole - part, unit)
    elif figure.statistic in PART_OF_SAMPLE and sample is not None:
        yield cell("whole", sample)
        yield cell("part", part)
        yield cell("rest", sample - part)
    elif figure.statistic in ADDS_UP:
        has_few = whole is not None and 0 < whole < k
        yield cell("part", part, small=True if has_few else None)


def _merged(key: Hashable, members: Sequence[Cell]) -> Cell:
    """One cell for a count that several rows show."""
    return Cell(
        key,
        members[0].count,
        tuple(dict.fromkeys(row for cell in members for row in cell.rows or ())),
        max(cell.loss for cell in members),
        True if any(cell.small for cell in members) else None,
        max(cell.unit for cell in members),
    )


def _same_counts(
    by_column: Mapping[Column, Mapping[Place, Cell]],
) -> dict[Hashable, tuple[Column, Place]]:
    """What stands for each count that several columns show: those that agree wherever both are."""
    first: dict[tuple[Column, Place], tuple[Column, Place]] = {}

    def of(at: tuple[Column, Place]) -> tuple[Column, Place]:
        while at in first:
            at = first[at]
        return at

    by_grain: dict[tuple[Column, str], dict[Place, Cell]] = {}
    for column, places in by_column.items():
        for place, cell in places.items():
            by_grain.setdefault((column, place[0]), {})[place] = cell
    for ((one, grain), here), ((other, other_grain), there) in combinations(by_grain.items(), 2):
        if grain != other_grain or not _agree(here, there):
            continue
        for place in here.keys() & there.keys():
            ends = sorted((of((one, place)), of((other, place))))
            if ends[0] != ends[1]:
                first[ends[1]] = ends[0]
    return {at: of(at) for at in first}


def _agree(here: Mapping[Place, Cell], there: Mapping[Place, Cell]) -> bool:
    is_seen = False
    for place, cell in here.items():
        other = there.get(place)
        if other is None:
            continue
        if not _equal(cell.count, other.count):
            return False
        is_seen = is_seen or cell.count > 0
    return is_seen


def _sums(
    by_column: Mapping[Column, Mapping[Place, Cell]],
) -> Iterator[tuple[Total, Cell | None]]:
    """Each sum that holds, and the cell of what its parts lack, which no row shows."""
    for column, places in by_column.items():
        slices: dict[tuple[str, date, str], list[Place]] = {}
        spans: dict[tuple[str, str, str], list[Place]] = {}
        for place in places:
            grain, start, name, value = place
            if name != "overall":
                slices.setdefault((grain, start, name), []).append(place)
            spans.setdefault((grain, name, value), []).append(place)
        for (grain, start, _), parts in slices.items():
            if (grain, start, "overall", "all") in places:
                yield from _sum(column, places, (grain, start, "overall", "all"), parts)
        for longer, shorter in NESTED:
            for (grain, name, value), wholes in spans.items():
                if grain == longer:
                    for whole in wholes:
                        end = period_end(longer, whole[1])
                        inside = sorted(
                            place
                            for place in spans.get((shorter, name, value), ())
                            if whole[1] <= place[1] and period_end(shorter, place[1]) <= end
                        )
                        if inside:
                            yield from _sum(column, places, whole, inside)
                            yield from _state(column, places, whole, inside[-1])
    for (metric, version, role), places in by_column.items():
        if role == "rest":
            part, whole = (metric, version, "part"), (metric, version, "whole")
            for place in places:
                parts = ((part, place), ((metric, version, role), place))
                yield Total((whole, place), parts), None


def _sum(
    column: Column, places: Mapping[Place, Cell], whole: Place, parts: Sequence[Place]
) -> Iterator[tuple[Total, Cell | None]]:
    """The whole as the sum of these parts and, where they do not come up to it, of a rest."""
    count = places[whole].count
    together = math.fsum(places[part].count for part in parts)
    keys = tuple((column, part) for part in parts)
    if _equal(together, count):
        yield Total((column, whole), keys), None
    elif together < count:
        key = ("rest of", column, whole, parts[0][0], parts[0][2])
        rest = Cell(key, count - together, (), unit=places[whole].unit)
        yield Total((column, whole), keys), rest


def _state(
    column: Column, places: Mapping[Place, Cell], whole: Place, last: Place
) -> Iterator[tuple[Total, Cell | None]]:
    """A state at the end of a period is that at the end of its last part."""
    if places[whole].count and _equal(places[whole].count, places[last].count):
        yield Total((column, whole), ((column, last),)), None


def _equal(one: float, other: float) -> bool:
    return math.isclose(one, other, rel_tol=ROUNDING, abs_tol=ROUNDING)


def period_end(grain: str, start: date) -> date:
    """Return the first day after a period."""
    if grain in ("day", "week"):
        return start + timedelta(days=1 if grain == "day" else 7)
    months = start.month + (1 if grain == "month" else 3)
    return date(start.year + (months - 1) // 12, (months - 1) % 12 + 1, 1)
