"""The measures of the marts: each metric against its earlier periods, references, conflicts."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from trustmetrics.check.database import Profiler
from trustmetrics.check.declared import Settings
from trustmetrics.check.limits import amount_band, share_band
from trustmetrics.check.measures import (
    Measure,
    amount,
    amounts_listed,
    at_most,
    percent,
    plain,
    within,
)

TRAILING_SPAN = 3  # spans of trailing weeks to read, so that a late metric still has its history


def mart_measures(profiler: Profiler, settings: Settings) -> Iterator[Measure]:
    """Yield the measures of the marts.

    Args:
        profiler: runs the queries.
        settings: the limits.
    """
    rows = profiler.rows("metrics", periods=TRAILING_SPAN * settings.numbers["trailing_weeks"])
    for (metric, version), found in groupby(rows, lambda r: (r["metric"], r["metric_version"])):
        yield from _Metric(settings, metric, version, list(found)).measures()
    for row in profiler.rows("faults"):
        yield _fault(settings, row)


class _Metric:
    """The measures of one metric: its periods, latest first."""

    def __init__(
        self, settings: Settings, metric: str, version: int, periods: list[dict[str, Any]]
    ) -> None:
        self._settings = settings
        self._metric = metric
        self._part = f"metric = {plain(metric)} version {version}"
        self._periods = periods
        self._gap = next((n for n, row in enumerate(periods) if row["row_count"]), len(periods))
        self._mature = next((n for n, row in enumerate(periods) if row["is_mature"]), None)

    def measures(self) -> Iterator[Measure]:
        yield self._end()
        yield self._amount("metric_rows", "row_count", "metric", self._gap)
        yield self._amount("metric_subjects", "sample_size", "sample_size", self._mature)
        yield self._nulls()

    def _measure(self, check: str, column: str, **found: Any) -> Measure:
        place = ("marts", "marts.kpi_values", check, column, self._part)
        return Measure(*place, metric=self._metric, **found)

    def _history(self, newest: int | None) -> list[dict[str, Any]]:
        """The periods before one, as many as a habit takes, from the metric's first row on."""
        if newest is None:
            return []
        earlier = self._periods[newest + 1 :][: self._settings.numbers["trailing_weeks"]]
        oldest = max((n for n, row in enumerate(earlier) if row["row_count"]), default=-1)
        return earlier[: oldest + 1]

    def _too_little(self, history: list[dict[str, Any]]) -> str | None:
        least = self._settings.numbers["least_weeks"]
        if len(history) >= least:
            return None
        return f"too little history: {len(history)} of {least} earlier periods"

    def _end(self) -> Measure:
        history = self._history(self._gap)
        reason = self._too_little(history)
        if not reason and not all(row["row_count"] for row in history):
            reason = "it does not have a row in every period"
        if reason:
            return self._measure("metric_gap", "period_start", unjudged=reason)
        most = self._settings.limits("metric_gap")["most"]
        newest = self._periods[self._gap]
        return self._measure(
            "metric_gap",
            "period_start",
            **at_most(self._gap, most, amount),
            observed=f"{self._gap} {newest['period_grain']}s without a row since that of "
            f"{newest['period_start']}",
        )

    def _amount(self, check: str, figure: str, column: str, newest: int | None) -> Measure:
        history = self._history(newest)
        reason = self._too_little(history)
        if newest is None or reason:
            return self._measure(check, column, unjudged=reason)
        counts = [float(row[figure]) for row in history]
        listed = amounts_listed(counts)
        band = amount_band(counts, **self._settings.limits(check), is_count=True)
        unsteady = f"too few or too unsteady: {listed} in the earlier periods"
        row = self._periods[newest]
        return self._measure(
            check,
            column,
            **within(float(row[figure]), band, amount, f"earlier: {listed}"),
            observed=f"{amount(row[figure])} in the {row['period_grain']} of {row['period_start']}",
            unjudged=unsteady if band[0] <= 0 else None,
        )

    def _nulls(self) -> Measure:
        history = self._history(self._mature)
        reason = self._too_little(history)
        if self._mature is None or reason:
            return self._measure("metric_nulls", "value", unjudged=reason)
        newest = self._periods[self._mature]
        rows = sum(row["row_count"] for row in history)
        hits = sum(row["null_count"] for row in history)
        share = newest["null_count"] / newest["row_count"]
        limits = self._settings.limits("metric_nulls")
        band = share_band(hits, rows, newest["row_count"], **limits)
        return self._measure(
            "metric_nulls",
            "value",
            **within(share, band, percent, f"earlier: {percent(hits / rows)}"),
            observed=f"{percent(share)} NULL in the {newest['period_grain']} of "
            f"{newest['period_start']}",
        )


def _fault(settings: Settings, row: dict[str, Any]) -> Measure:
    """The share of a table's references that dangle, or of its rows that tie and differ."""
    check, hits, rows = row["expectation"], row["hits"], row["row_count"]
    place = ("marts", row["table_name"], check, row["column_name"])
    if absent := row["absent_table"]:
        return Measure(*place, unjudged=f"the table that it points to is not there: {absent}")
    if rows < settings.numbers["least_rows"]:
        return Measure(*place, unjudged=f"too few rows: {rows}")
    _, upper = share_band(0, 0, rows, **settings.limits(check))
    return Measure(
        *place,
        **at_most(hits / rows, upper, percent),
        observed=f"{percent(hits / rows)}: {hits:,} of {rows:,} {row['what']}",
    )
