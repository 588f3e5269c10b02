"""A report for outside: small counts are withheld, and what would give them away."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from trustmetrics.built import opened
from trustmetrics.insight.movements import movements
from trustmetrics.insight.pictures import drawn
from trustmetrics.insight.read import BACKLOG, Facts, Reading, read_rows
from trustmetrics.insight.sections import PRECISION
from trustmetrics.privacy.figures import Figure, Key, withheld_figures
from trustmetrics.scorecard.sparkline import previous

# What says exact counts of single cases, or of slices that are not held against each other here.
LEFT_OUT = ("deviations", "restated", "raw_rows", "orphans", "checks", "incidents", "actions")
WITHHELD = "withheld"
Place = tuple[str, str, Any]


def suppressed(database: Path, facts: Facts, k: int) -> Facts:
    """Return the facts of a report without small counts, over all of its tables together.

    A value that is withheld goes with all of its numbers, and so does each change that it is a part
    of; a split of a change goes whole where one of its parts is withheld.

    Args:
        database: the built database.
        facts: what was read of it.
        k: the least count that is shown.

    Raises:
        UserError: scipy is not installed.
    """
    shown = set(_shown(facts))
    since = min(start for _, _, start in shown)
    with opened(database) as connection:
        wanted = {"grain": facts.grain, "since": since, "start": facts.start}
        found = read_rows(connection, "figures", wanted)
    newest = {one.metric: one.metric_version for one in facts.own.values()}
    figures = [
        Figure.of(row)
        for row in found
        if (row["metric"], row["slice"], row["period_start"]) in shown
        and row["metric_version"] == newest.get(row["metric"])
    ]
    withheld = set(withheld_figures(figures, k))

    def kept(readings: Mapping[str, Sequence[Reading]]) -> dict[str, list[Reading]]:
        return {
            metric: [_without(one, withheld, facts) for one in series]
            for metric, series in readings.items()
        }

    tables = {name: None if name in LEFT_OUT else table for name, table in facts.tables.items()}
    tables["drivers"] = _drivers(facts, withheld)
    return replace(
        facts,
        readings=kept(facts.readings),
        slices=kept(facts.slices),
        own={metric: _without(one, withheld, facts) for metric, one in facts.own.items()},
        tables=tables,
        k=k,
    )


def _shown(facts: Facts) -> Iterator[Place]:
    """The metrics, slices and periods that the page shows, or compares with."""
    for metric, one in facts.own.items():
        for each in drawn(facts, one):
            yield metric, "overall", each.period_start
    for one in (*movements(facts).moved, *(facts.own[name] for name in _sliced(facts))):
        for start in (one.period_start, previous(one.period_start, facts.grain)):
            for slice_name in facts.metrics[one.metric]["slices"].split("; "):
                yield one.metric, slice_name.split(" (")[0], start
    for metric, series in facts.slices.items():
        for each in series:
            if each.target_value is not None:
                yield metric, each.slice, each.period_start


def _sliced(facts: Facts) -> list[str]:
    return [name for name in (*BACKLOG, PRECISION) if name in facts.own]


def _without(one: Reading, withheld: set[Key], facts: Facts) -> Reading:
    if _key(one, one.period_start) in withheld:
        empty = dict.fromkeys(("value", "ci_lower", "ci_upper", "sample_size"))
        return replace(_unchanged(one), **empty, status=WITHHELD)
    return (
        _unchanged(one) if _key(one, previous(one.period_start, facts.grain)) in withheld else one
    )


def _unchanged(one: Reading) -> Reading:
    """A reading that is compared with nothing: a change would tell of the value before."""
    changes = ("previous_value", "change_on_previous", "relative_change_on_previous")
    empty = dict.fromkeys((*changes, "change_lower", "change_upper", "change_is_clear"))
    return replace(one, **empty)


def _key(one: Reading, start: Any) -> Key:
    return (one.metric, one.metric_version, one.period_grain, start, one.slice, one.slice_value)


def _drivers(facts: Facts, withheld: set[Key]) -> list[Mapping[str, Any]]:
    """The splits none of whose parts is withheld in either period."""
    spoiled = set()
    for metric, version, _, start, slice_name, _ in withheld:
        own = facts.own.get(metric)
        if own is None or own.metric_version != version:
            continue
        if start in (own.period_start, previous(own.period_start, facts.grain)):
            spoiled.add((metric, slice_name))
    return [
        row
        for row in facts.table("drivers")
        if (row["metric"], row["slice"]) not in spoiled
        and (row["metric"], "overall") not in spoiled
    ]
