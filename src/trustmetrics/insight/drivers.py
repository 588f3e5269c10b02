"""What carried a change: its split over the values of a slice, as metric_drivers has it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from trustmetrics.insight.read import OVERALL, Facts, Reading
from trustmetrics.insight.said import Name, Number, Sentence, Source, number, spelled, words
from trustmetrics.register.units import COUNT, PERCENT
from trustmetrics.scorecard.figures import FEW

DRIVERS = "marts.metric_drivers"
SHOWN = 6


@dataclass(frozen=True)
class Driver:
    """A slice value's part of a change; the columns of metric_drivers that are shown.

    Attributes:
        row: of metric_drivers.
        value_format: of the metric.
    """

    row: Mapping[str, Any]
    value_format: str

    @property
    def name(self) -> Name:
        """The slice value."""
        return Name(self.row["slice_value"])

    def said(self, column: str) -> Number | None:
        """Return a value in the metric's unit, or a share of the denominator."""
        is_share = column in ("share", "previous_share")
        return self._said(column, PERCENT if is_share else self.value_format, is_signed=False)

    def said_part(self, column: str) -> Number | None:
        """Return a part of the change in the metric's unit, with its sign."""
        return self._said(column, self.value_format, is_signed=True)

    def said_count(self, column: str) -> Number | None:
        """Return a part of the change of the numerator, with its sign."""
        return self._said(column, COUNT, is_signed=True)

    def _said(self, column: str, value_format: str, is_signed: bool) -> Number | None:
        value = self.row[column]
        if value is None:
            return None
        return number(value, value_format, self._source(column), is_signed=is_signed)

    def _source(self, expression: str) -> Source:
        names = ("metric", "period_grain", "period_start", "slice", "slice_value")
        return Source(DRIVERS, expression, {name: self.row[name] for name in names})

    def said_size(self) -> Number | None:
        """Return how many observations its value is of."""
        return self._said("sample_size", COUNT, is_signed=False)

    def said_move(self) -> Sentence:
        """Return its own value before and now in brackets; nothing where one is not known."""
        was, now = self.said("previous_value"), self.said("value")
        return (" (", was, " to ", now, ")") if was and now else ()

    def said_rest(self) -> Number | None:
        """Return the part of all others together, in the metric's unit, with its sign."""
        total, own = self.row["total_change"], self.row["effect"]
        if total is None or own is None:
            return None
        rest = "total_change - effect"
        return number(total - own, self.value_format, self._source(rest), is_signed=True)

    @property
    def is_clear(self) -> bool:
        """Whether its own value moved clearly: an interval without 0, of enough observations."""
        if min(self.row["sample_size"] or 0, self.row["previous_sample_size"] or 0) < FEW:
            return False
        lower, upper = self.row["change_lower"], self.row["change_upper"]
        return bool((lower is not None and lower > 0) or (upper is not None and upper < 0))

    @property
    def effect(self) -> float:
        """Its part of the change, rate and mix together."""
        return self.row["effect"]


@dataclass(frozen=True)
class Split:
    """The split of a metric's change over one slice.

    Attributes:
        slice: name of the slice.
        name: what its values are of the metric, in words.
        drivers: by the size of their part, the largest first.
        has_mix: whether the values have denominators of their own, so that shares can shift.
    """

    slice: str
    name: str
    drivers: Sequence[Driver]

    @property
    def has_mix(self) -> bool:
        """Whether the values have denominators of their own."""
        return self.drivers[0].row["split_kind"] == "own_denominator"

    @property
    def shown(self) -> Sequence[Driver]:
        """The largest parts."""
        return self.drivers[:SHOWN]

    @property
    def leader(self) -> Driver | None:
        """The part that carries more than half of the change and moved clearly by itself."""
        first = self.drivers[0]
        total = first.row["total_change"]
        return first if total and first.effect / total > 0.5 and first.is_clear else None


@dataclass(frozen=True)
class Drivers:
    """All splits of a change.

    Attributes:
        whole: the whole population's row, which tells volume from rate; None: there is none.
        splits: those first whose largest part moved clearly, then by its size.
    """

    whole: Driver | None
    splits: Sequence[Split]

    @property
    def best(self) -> Split | None:
        """The split with the clear part that carries most of the change."""
        first = self.splits[0] if self.splits else None
        return first if first and first.leader else None


def drivers_of(facts: Facts, one: Reading) -> Drivers:
    """Return how a reading's change splits; nothing where the mart has no split of it."""
    rows = [
        Driver(row, one.value_format)
        for row in facts.table("drivers")
        if row["metric"] == one.metric and row["period_start"] == one.period_start
    ]
    names = {part.slice: part.slice_name for part in facts.slices.get(one.metric, ())}
    whole = next((driver for driver in rows if driver.row["slice"] == OVERALL), None)
    parts = [driver for driver in rows if driver.row["slice"] != OVERALL]
    splits = [
        Split(name, words(names.get(name, name)), sorted(group, key=_rank))
        for name, group in groupby(parts, key=lambda driver: driver.row["slice"])
    ]
    splits.sort(key=lambda one: (not one.leader, -abs(one.drivers[0].effect)))
    return Drivers(whole, splits)


def _rank(driver: Driver) -> int:
    return driver.row["driver_rank"]


def leader_sentence(found: Drivers) -> Sentence:
    """Return which slice value stands out, in short; nothing where none does."""
    split = found.best
    if split is None:
        return ()
    leader = split.drivers[0]
    head = f"Most of the change is that of the {split.name} "
    return (head, leader.name, *leader.said_move(), ".")


def driver_sentence(found: Drivers) -> Sentence:
    """Return which slice value carries most of a change; only one that moved clearly by itself."""
    if not found.splits:
        return ()
    split = found.best
    if split is None:
        names = _listed([one.name for one in found.splits])
        return (
            f"No single {names} stands out: none has most of the change and moved clearly itself.",
        )
    leader = split.drivers[0]
    effect, rest = spelled(leader.said_part("effect")), leader.said_rest()
    if effect is None or rest is None:
        return ()
    said = ("By ", split.name, ", ", leader.name, " stands out", *leader.said_move())
    parts = (": its part of the change is ", effect, ", that of all others together ", rest, ".")
    return (*said, *parts)


def rate_sentence(found: Drivers) -> Sentence:
    """Return how the part that stands out splits into rate and share; nothing without shares."""
    split = found.best
    if split is None or not split.has_mix:
        return ()
    rate, mix = (split.drivers[0].said_part(name) for name in ("rate_effect", "mix_effect"))
    if rate is None or mix is None:
        return ()
    return ("Of that part, ", rate, " comes from its own rate, ", mix, " from its share of all.")


def volume_sentence(found: Drivers) -> Sentence:
    """Return how a change of the numerator splits into volume and rate; nothing without one."""
    if found.whole is None:
        return ()
    columns = ("count_change", "volume_effect", "count_rate_effect")
    total, volume, rate = (found.whole.said_count(column) for column in columns)
    if total is None or volume is None or rate is None:
        return ()
    return (
        "The count behind it (its numerator): ",
        total,
        ", of it ",
        volume,
        " by volume and ",
        rate,
        " by the rate.",
    )


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"
