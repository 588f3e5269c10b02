"""What carried a change: its split over the values of a slice, as metric_drivers has it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from trustmetrics.insight.read import OVERALL, Facts, Reading
from trustmetrics.insight.said import Name, Number, Sentence, Source, number
from trustmetrics.register.units import COUNT, PERCENT

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
        names = ("metric", "period_grain", "period_start", "slice", "slice_value")
        source = Source(DRIVERS, column, {name: self.row[name] for name in names})
        return number(value, value_format, source, is_signed=is_signed)

    @property
    def is_clear(self) -> bool:
        """Whether its own value moved clearly: the interval of that change leaves out none."""
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
        drivers: by the size of their part, the largest first.
        has_mix: whether the values have denominators of their own, so that shares can shift.
    """

    slice: str
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
        """The largest part that goes with the change, where its own value moved clearly."""
        first = self.drivers[0]
        goes_with = first.effect * (first.row["total_change"] or 0) > 0
        return first if goes_with and first.is_clear else None


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
    whole = next((driver for driver in rows if driver.row["slice"] == OVERALL), None)
    parts = [driver for driver in rows if driver.row["slice"] != OVERALL]
    splits = [
        Split(name, sorted(group, key=lambda driver: driver.row["driver_rank"]))
        for name, group in groupby(parts, key=lambda driver: driver.row["slice"])
    ]
    splits.sort(key=lambda one: (not one.leader, -abs(one.drivers[0].effect)))
    return Drivers(whole, splits)


def driver_sentence(found: Drivers) -> Sentence:
    """Return which slice value carries most of a change; only one that moved clearly by itself."""
    if not found.splits:
        return ()
    split = found.best
    if split is None:
        names = _listed([words(one.slice) for one in found.splits])
        return (
            f"No single {names} stands out: none of the largest parts moved clearly by itself.",
        )
    leader = split.drivers[0]
    effect, total = leader.said_part("effect"), leader.said_part("total_change")
    if effect is None or total is None:
        return ()
    said: Sentence = (
        "By ",
        words(split.slice),
        ", ",
        leader.name,
        " carries ",
        effect,
        " of ",
        total,
    )
    rate, mix = leader.said_part("rate_effect"), leader.said_part("mix_effect")
    if split.has_mix and rate and mix:
        return (*said, ": ", rate, " by its own rate, ", mix, " by its share of the total.")
    return (*said, ".")


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


def words(slice_name: str) -> str:
    """Return the name of a slice in words."""
    return slice_name.removesuffix("_id").replace("_", " ")


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"
