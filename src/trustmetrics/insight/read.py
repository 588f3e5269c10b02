"""Reads what a report is made of out of the marts of a built database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb

from trustmetrics.built import opened, package_rows
from trustmetrics.errors import UserError
from trustmetrics.insight.said import Key, Number, Period, Source, count, number, relative
from trustmetrics.ledger.kpi_numbers import period_start
from trustmetrics.register.units import COUNT

TRENDS = "marts.kpi_trends"
OVERALL = "overall"
# States at the end of a period, not what happened in it.
BACKLOG = ("backlog_open_cases", "backlog_over_sla_cases", "backlog_age_p90_hours")
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Reading:
    """A value of a metric in a period: the columns of kpi_trends that a report shows.

    Values and changes are in the metric's unit; NULL is None. The bounds of the change are relative
    where the target is a relative change.
    """

    metric: str
    metric_version: int
    title: str
    family: str
    indicator: str
    direction: str
    statistic: str
    value_format: str
    period_grain: str
    period_start: date
    period_end: date
    period_label: str
    slice: str
    slice_name: str
    slice_value: str
    slice_label: str
    value: float | None
    ci_lower: float | None
    ci_upper: float | None
    sample_size: int | None
    is_complete: bool
    is_mature: bool
    previous_value: float | None
    change_on_previous: float | None
    relative_change_on_previous: float | None
    change_lower: float | None
    change_upper: float | None
    change_is_clear: bool | None
    definition_changed: bool
    target_kind: str
    comparator: str | None
    target_value: float | None
    target_text: str | None
    status: str
    trend_segment: int
    change_label: str | None
    change_text: str | None

    @property
    def key(self) -> Key:
        """What tells its row of kpi_trends from others."""
        return {
            "metric": self.metric,
            "period_grain": self.period_grain,
            "period_start": self.period_start,
            "slice": self.slice,
            "slice_value": self.slice_value,
        }

    @property
    def period(self) -> Period:
        """The name of its period."""
        return Period(self.period_label)

    @property
    def is_judged(self) -> bool:
        """Whether its change has an interval, from enough observations of one definition."""
        has_interval = self.change_lower is not None or self.change_upper is not None
        is_enough = self.status != "too few" and not self.definition_changed
        return self.change_is_clear is not None and has_interval and is_enough

    @property
    def has_moved(self) -> bool:
        """Whether the value changed clearly, and its definition did not."""
        return self.is_judged and bool(self.change_is_clear)

    @property
    def is_better(self) -> bool | None:
        """Whether a clear change is for the better; None: no way is better."""
        if self.direction not in ("up", "down") or not self.change_on_previous:
            return None
        return (self.change_on_previous > 0) == (self.direction == "up")

    def source(self, column: str) -> Source:
        """Return where a column of it stands."""
        return Source(TRENDS, column, self.key)

    def said_value(self) -> Number | None:
        """Return its value, as the ledger would record it; None: it was not reached."""
        if self.value is None:
            return None
        names = (
            *("metric", "metric_version", "slice", "slice_value", "period_grain", "period_start"),
            *("ci_lower", "ci_upper", "sample_size", "is_mature"),
        )
        published = {name: getattr(self, name) for name in names}
        return number(self.value, self.value_format, self.source("value"), published=published)

    def said(self, column: str) -> Number | None:
        """Return another value in the metric's unit; None: there is none."""
        value = getattr(self, column)
        if value is None:
            return None
        return number(value, self.value_format, self.source(column))

    def said_size(self) -> Number | None:
        """Return how many observations there are."""
        size = self.sample_size
        return None if size is None else count(size, self.source("sample_size"))

    def said_change(self, column: str = "change_on_previous") -> Number | None:
        """Return the change on the period before, or a bound of it, as its target counts it.

        Args:
            column: change_on_previous, change_lower or change_upper.
        """
        is_relative = self.target_kind == "relative_change"
        if is_relative and column == "change_on_previous":
            column = "relative_change_on_previous"
        value = getattr(self, column)
        if value is None:
            return None
        if is_relative:
            return relative(value, self.source(column))
        return number(value, self.value_format, self.source(column), is_signed=True)

    @property
    def is_exact(self) -> bool:
        """Whether the value is a full count or share of all there is: it has no interval."""
        return self.ci_lower is None and self.ci_upper is None and self.value is not None

    @property
    def is_count(self) -> bool:
        """Whether the value is a count."""
        return self.value_format == COUNT


@dataclass(frozen=True)
class Facts:
    """What a report is made of.

    Attributes:
        grain: week, month or quarter.
        start: first date of the report's period.
        end: last date of it.
        label: its name, such as 2026-W26.
        as_of: the instant that the data look from, UTC.
        is_newest: whether no later period is complete.
        readings: of the whole population, by metric, in time.
        slices: of slice values, of each metric's own period, by metric.
        metrics: the words of each metric, by its id (dim_metrics).
        own: each metric's own period: the newest one that is mature, at or before the report's.
        due: of those, the metrics whose own period is the newest that any metric of the same
            maturity has: what is news in this report.
        tables: rows of other marts, by the name of their query; None: the database lacks them.
        k: the least count that is shown; None: every one is.
    """

    grain: str
    start: date
    end: date
    label: str
    as_of: datetime
    is_newest: bool
    readings: Mapping[str, Sequence[Reading]]
    slices: Mapping[str, Sequence[Reading]]
    metrics: Mapping[str, Row]
    own: Mapping[str, Reading]
    due: Sequence[str]
    tables: Mapping[str, Sequence[Row] | None] = field(default_factory=dict)
    k: int | None = None

    def at(self, metric: str, start: date) -> Reading | None:
        """Return the reading of a period."""
        found = (one for one in self.readings.get(metric, ()) if one.period_start == start)
        return next(found, None)

    def table(self, name: str) -> Sequence[Row]:
        """Return the rows of a table, none where the database lacks it."""
        return self.tables.get(name) or ()


def read_facts(database: Path, grain: str, period: str | None, as_of: datetime | None) -> Facts:
    """Read the facts of a report.

    Args:
        database: the built DuckDB file, whole or with the public marts alone.
        grain: week, month or quarter.
        period: its name; None: the newest complete one.
        as_of: the instant that the database must look from; None: whichever.

    Raises:
        UserError: the database lacks what a report reads, looks from another instant, or has
            nothing of the period.
    """
    with opened(database) as connection:
        there = _as_of(connection)
        _check_as_of(database, there, as_of)
        newest = _newest(connection, grain, database)
        start = newest if period is None else period_start(grain, period)
        wanted = {"grain": grain, "start": start}
        found = [_reading(row) for row in read_rows(connection, "readings", wanted)]
        metrics = {row["metric"]: row for row in read_rows(connection, "metrics", {})}
        readings = _by_metric(one for one in found if one.slice == OVERALL)
        mine = [one for series in readings.values() for one in series if one.period_start == start]
        if not mine:
            raise UserError(
                f"'{database}' has no value for the {grain} {period or start} in kpi_trends, which "
                "holds the newest 53 weeks, 36 months and 16 quarters. Choose another: --period"
            )
        own = _own(readings, start)
        periods = {(one.metric, one.period_start) for one in own.values()}
        slices = _by_metric(
            one
            for one in found
            if one.slice != OVERALL and (one.metric, one.period_start) in periods
        )
        tables = _tables(connection, wanted | {"end": mine[0].period_end, "as_of": there}, own)
    return Facts(
        grain=grain,
        start=start,
        end=mine[0].period_end,
        label=mine[0].period_label,
        as_of=there,
        is_newest=start >= newest,
        readings=readings,
        slices=slices,
        metrics=metrics,
        own=own,
        due=_due(own, metrics),
        tables=tables,
    )


def _as_of(connection: duckdb.DuckDBPyConnection) -> datetime:
    found = connection.execute("select max(as_of) from marts.kpi_trends").fetchone()
    if found is None or found[0] is None:
        raise UserError("kpi_trends is empty: nothing can be reported. Build on more data")
    return found[0]


def _check_as_of(database: Path, there: datetime, asked: datetime | None) -> None:
    if asked is not None and asked != there:
        raise UserError(
            f"'{database}' looks from {there}, not from {asked}. Build it as of then, and run this "
            f"again: trustmetrics build --raw DIR --as-of '{asked}'"
        )


def _newest(connection: duckdb.DuckDBPyConnection, grain: str, database: Path) -> date:
    found = connection.execute(
        "select max(period_start) from marts.kpi_trends where period_grain = ? and is_complete "
        "and slice = 'overall'",
        [grain],
    ).fetchone()
    if found is None or found[0] is None:
        raise UserError(f"'{database}' has no complete {grain}. Build it on more data")
    return found[0]


def _reading(row: Row) -> Reading:
    return Reading(**{one.name: row[one.name] for one in fields(Reading)})


def _by_metric(found: Any) -> dict[str, list[Reading]]:
    kept: dict[str, list[Reading]] = {}
    for one in found:
        kept.setdefault(one.metric, []).append(one)
    return kept


def _own(readings: Mapping[str, Sequence[Reading]], start: date) -> dict[str, Reading]:
    own = {}
    for metric, series in readings.items():
        mature = [one for one in series if one.is_mature and one.period_start <= start]
        if mature:
            own[metric] = mature[-1]
    return own


def _due(own: Mapping[str, Reading], metrics: Mapping[str, Row]) -> list[str]:
    """A metric without a value in the newest period that its like have has no news in it."""
    newest: dict[Any, date] = {}
    for metric, one in own.items():
        days = metrics[metric]["maturity_days"]
        newest[days] = max(newest.get(days, one.period_start), one.period_start)
    return [
        metric
        for metric, one in own.items()
        if one.period_start == newest[metrics[metric]["maturity_days"]]
    ]


def _tables(
    connection: duckdb.DuckDBPyConnection, wanted: Mapping[str, Any], own: Mapping[str, Reading]
) -> dict[str, list[Row] | None]:
    """Rows of the other marts; None where the database does not have one, as a part of it may."""
    there = {
        f"{schema}.{name}"
        for schema, name in connection.execute(
            "select table_schema, table_name from information_schema.tables"
        ).fetchall()
    }
    named = {
        "drivers": "marts.metric_drivers",
        "deviations": "marts.kpi_slice_deviations",
        "definitions": "marts.metric_change_log",
        "restated": "marts.restatements",
        "raw_rows": "marts.data_quality",
        "orphans": "marts.orphans",
        "checks": "marts.data_checks",
        "incidents": "staging.stg_incidents",
        "actions": "staging.stg_postmortem_actions",
    }
    since = min((one.period_start for one in own.values()), default=wanted["start"])
    parameters = {**wanted, "since": since}
    return {
        name: read_rows(connection, name, parameters) if relation in there else None
        for name, relation in named.items()
    }


def read_rows(
    connection: duckdb.DuckDBPyConnection, name: str, parameters: Mapping[str, Any]
) -> list[Row]:
    """Return the rows of a query of this package.

    Args:
        connection: to the built database.
        name: of the file in sql/, without its ending.
        parameters: by name.
    """
    return list(package_rows(connection, "trustmetrics.insight", name, parameters))
