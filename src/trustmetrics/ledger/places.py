"""Where a published number stands in a built database: a metric's model, or a row of a mart."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import duckdb

from trustmetrics.gate.results import Built
from trustmetrics.ledger.numbers import Row
from trustmetrics.mapping.sql import quoted
from trustmetrics.register.load import Register

UNMEASURED = "int_unmeasured_metrics"
MART, COLUMN, ABSENT, VALUE = "mart", "column", "absent", "value"


@dataclass(frozen=True)
class MetricPlace:
    """A value of a governed metric, as kpi_values has it where the metric is measured."""

    metric: str
    version: int
    period_grain: str
    period_start: date
    slice: str
    slice_value: str

    def model(self, register: Register) -> str | None:
        """Return the model that computes it; None: the register does not have the metric."""
        entry = register.entries.get(self.metric)
        return entry.model if entry else None


@dataclass(frozen=True)
class CellPlace:
    """A column in a row of a mart.

    Attributes:
        mart: the model.
        cells: columns that identify the row, with the text of their values.
        absent: the value that stands for no row; None: there is none.
        column: the column.
    """

    mart: str
    cells: tuple[tuple[str, str | None], ...]
    absent: float | None = None
    column: str = VALUE

    def model(self, register: Register) -> str | None:
        """Return the mart."""
        return self.mart


Place = MetricPlace | CellPlace
Values = dict[Place, float]


def place_of(row: Row, version: int | None = None) -> Place | None:
    """Return the place of a row of the ledger.

    Args:
        row: of the ledger.
        version: of the metric, instead of its own.

    Returns:
        None where the row names neither a version of a metric nor a mart.
    """
    if row["metric_version"] is not None:
        start = date.fromisoformat(row["period_start"])
        place = (row["period_grain"], start, row["slice"], row["slice_value"])
        return MetricPlace(row["metric"], version or row["metric_version"], *place)
    source = json.loads(row["source"] or "{}")
    if MART not in source:
        return None
    cells = sorted(
        (name, cell) for name, cell in source.items() if name not in (MART, COLUMN, ABSENT)
    )
    texts = tuple((name, None if cell is None else str(cell)) for name, cell in cells)
    return CellPlace(source[MART], texts, source.get(ABSENT), source.get(COLUMN, VALUE))


def values_of(built: Built, register: Register, places: Iterable[Place]) -> Values:
    """Return the values of the places that have one in a built database."""
    wanted = set(places)
    metrics = {place for place in wanted if isinstance(place, MetricPlace)}
    with duckdb.connect(str(built.database), read_only=True) as connection:
        unmeasured = _unmeasured(connection, built)
        found: Values = {}
        for metric, version in sorted({(one.metric, one.version) for one in metrics}):
            entry = register.entries.get(metric)
            relation = built.relation(entry.model, version) if entry else None
            if relation is None or metric in unmeasured:
                continue
            rows = connection.execute(
                f"select period_grain, period_start, slice, slice_value, value from {relation} "
                "where metric_version = ? and value is not null",
                [version],
            ).fetchall()
            values = {MetricPlace(metric, version, *place): value for *place, value in rows}
            found |= {place: values[place] for place in metrics & values.keys()}
        cells = {place for place in wanted if isinstance(place, CellPlace)}
        for kind in {_kind(place) for place in cells}:
            alike = [place for place in cells if _kind(place) == kind]
            found |= _cells(connection, built, alike)
    return found


def _unmeasured(connection: duckdb.DuckDBPyConnection, built: Built) -> set[str]:
    relation = built.relation(UNMEASURED, None)
    if relation is None:
        return set()
    rows = connection.execute(f"select metric from {relation}").fetchall()
    return {metric for (metric,) in rows}


def _kind(place: CellPlace) -> tuple[str, str, tuple[str, ...]]:
    """What can be looked up by one query: the mart, the column, and what identifies its rows."""
    return place.mart, place.column, tuple(name for name, _ in place.cells)


def _cells(
    connection: duckdb.DuckDBPyConnection, built: Built, places: Sequence[CellPlace]
) -> Values:
    """The values of cells of one kind; none where several rows answer to a cell's description.

    One query for all of them: a report to an authority has thousands.
    """
    mart, column, names = _kind(places[0])
    relation = built.relation(mart, None)
    if relation is None:
        return {}
    texts = [[place.cells[at][1] for place in places] for at in range(len(names))]
    wanted = ["unnest(cast(? as bigint[])) as number"]
    wanted += [f"unnest(cast(? as varchar[])) as cell_{at}" for at in range(len(names))]
    same = [
        f"cast(found.{quoted(name)} as varchar) is not distinct from wanted.cell_{at}"
        for at, name in enumerate(names)
    ]
    rows = connection.execute(
        f"with wanted as (select {', '.join(wanted)}) "
        f"select wanted.number, count(*), any_value(found.{quoted(column)}) "
        f"from wanted inner join {relation} as found on {' and '.join(same) or 'true'} "
        "group by wanted.number",
        [list(range(len(places))), *texts],
    ).fetchall()
    values = {place: place.absent for place in places}
    values |= {places[number]: value if count == 1 else None for number, count, value in rows}
    return {place: value for place, value in values.items() if value is not None}
