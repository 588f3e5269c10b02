"""Subjects, their grouping into periods and slices, and the rows of kpi_values."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from .cases import UNKNOWN, World
from .intervals import Interval, byar, km_quantile, wilson
from .periods import GRAINS, period_end, period_start, periods_between

KpiRow = dict[str, Any]


class Key(NamedTuple):
    """Where a row stands: its period and slice value."""

    grain: str
    start: date
    slice: str
    value: str


@dataclass(frozen=True)
class Subject:
    """What a metric counts: its time, its slice values and what the metric needs of it."""

    when: date | datetime
    slices: Mapping[str, str | None]
    fact: Any = None


class Estimate(NamedTuple):
    """The numbers of one row."""

    numerator: float | None
    denominator: float | None
    value: float | None
    interval: Interval
    sample_size: int


@dataclass(frozen=True)
class Metric:
    """The name of a metric, its days to maturity, its grains and its version."""

    name: str
    maturity_days: int
    grains: tuple[str, ...] = GRAINS
    version: int = 1

    def row(self, world: World, key: Key, estimate: Estimate) -> KpiRow:
        """One row of kpi_values."""
        end = period_end(key.grain, key.start)
        return {
            "metric": self.name,
            "metric_version": self.version,
            "period_grain": key.grain,
            "period_start": key.start,
            "slice": key.slice,
            "slice_value": key.value,
            "numerator": estimate.numerator,
            "denominator": estimate.denominator,
            "value": estimate.value,
            "ci_lower": estimate.interval[0],
            "ci_upper": estimate.interval[1],
            "sample_size": estimate.sample_size,
            "is_complete": end <= world.as_of,
            "is_mature": end + timedelta(days=self.maturity_days) <= world.as_of,
            "as_of": world.as_of,
        }


def slice_pairs(slices: Mapping[str, str | None], overall: bool = True) -> list[tuple[str, str]]:
    """overall, and each dimension with its value; a NULL value is unknown."""
    own = [(name, UNKNOWN if value is None else value) for name, value in slices.items()]
    return [("overall", "all"), *own] if overall else own


def grouped(
    metric: Metric, subjects: Iterable[Subject], overall: bool = True
) -> dict[Key, list[Subject]]:
    """The subjects of each period and slice value that has any."""
    groups: dict[Key, list[Subject]] = {}
    for subject in subjects:
        for grain in metric.grains:
            start = period_start(grain, subject.when)
            for name, value in slice_pairs(subject.slices, overall):
                groups.setdefault(Key(grain, start, name, value), []).append(subject)
    return groups


def per_group(
    metric: Metric,
    world: World,
    subjects: Iterable[Subject],
    estimate: Callable[[list[Subject]], Estimate | None],
    overall: bool = True,
) -> list[KpiRow]:
    """A row for each period and slice value with a subject, where the estimate is defined."""
    found = [
        (key, estimate(members)) for key, members in grouped(metric, subjects, overall).items()
    ]
    return [metric.row(world, key, numbers) for key, numbers in found if numbers is not None]


def proportion(members: Sequence[Subject]) -> Estimate:
    """The share of subjects whose fact is true, with Wilson's interval."""
    k, n = sum(1 for s in members if s.fact), len(members)
    return Estimate(k, n, k / n, wilson(k / n, n), n)


def quantile_hours(p: float) -> Callable[[list[Subject]], Estimate]:
    """The Kaplan-Meier quantile, in hours, of subjects whose fact is (seconds, is event)."""

    def estimate(members: list[Subject]) -> Estimate:
        found = km_quantile([s.fact for s in members], p)
        value, lower, upper = (None if s is None else s / 3600 for s in found)
        return Estimate(None, None, value, (lower, upper), len(members))

    return estimate


def values_seen(subjects: Iterable[Subject], name: str) -> set[str]:
    """Every value of a dimension among the subjects, unknown for NULL."""
    return {UNKNOWN if s.slices[name] is None else str(s.slices[name]) for s in subjects}


def rates(
    metric: Metric,
    world: World,
    factor: int,
    subjects: Sequence[Subject],
    exposure: Mapping[Key, int],
    borrowing: Sequence[str],
) -> list[KpiRow]:
    """Events per exposure, with Byar's interval.

    A row wherever the exposure is greater than 0. The borrowing slices have no exposure of their
    own: each value ever seen among the subjects has a row in every period with overall exposure.
    """
    cells = {key: amount for key, amount in exposure.items() if amount > 0}
    for key, amount in list(cells.items()):
        if key.slice == "overall":
            for name in borrowing:
                for value in values_seen(subjects, name):
                    cells[Key(key.grain, key.start, name, value)] = amount
    groups = grouped(metric, subjects)
    found = []
    for key, amount in cells.items():
        events = len(groups.get(key, []))
        lower, upper = byar(events, amount)
        bounds = (factor * lower, factor * upper)
        numbers = Estimate(events, amount, factor * events / amount, bounds, events)
        found.append(metric.row(world, key, numbers))
    return found


def count_start(world: World) -> datetime | None:
    """The least opening of a case or declaration of an incident."""
    moments = [row["opened_at"] for row in world.tables["cases"]]
    moments += [row["declared_at"] for row in world.tables["incidents"]]
    return min(moments, default=None)


def counted_periods(metric: Metric, world: World) -> list[tuple[str, date]]:
    """Every period from the count start through the one that contains as_of."""
    first = count_start(world)
    if first is None:
        return []
    return [
        (grain, start)
        for grain in metric.grains
        for start in periods_between(grain, first, world.as_of)
    ]
