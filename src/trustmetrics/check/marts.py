"""The measures of the marts: metrics period against earlier periods, references, conflicts."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from trustmetrics.check.database import Profiler
from trustmetrics.check.limits import amount_band, share_band
from trustmetrics.check.measures import Measure, amount, amounts_listed, percent, plain, within
from trustmetrics.check.settings import Settings

NO_MATURE = "no mature period"
TRAILING_SPAN = 3  # spans of trailing weeks to read, so that a late metric still has its history


def mart_measures(profiler: Profiler, settings: Settings) -> Iterator[Measure]:
    """Yield the measures of the marts.

    Args:
        profiler: runs the queries.
        settings: the limits.
    """
    periods = TRAILING_SPAN * settings.numbers["trailing_weeks"]
    profiler.values["periods"] = periods
    rows = profiler.rows("metrics")
    for (metric, version), found in groupby(rows, lambda r: (r["metric"], r["metric_version"])):
        yield from _Metric(settings, f"{plain(metric)} version {version}", list(found)).measures()
    yield from _references(profiler, settings)
    yield from _conflicts(profiler, settings)


class _Metric:
    """The measures of one metric: its periods, latest first."""

    def __init__(self, settings: Settings, name: str, periods: list[dict[str, Any]]) -> None:
        self._settings = settings
        self._name = name
        self._periods = periods
        self._gap = next((n for n, row in enumerate(periods) if row["row_count"]), len(periods))
        self._trailing = settings.numbers["trailing_weeks"]

    def measures(self) -> Iterator[Measure]:
        yield self._end()
        yield self._amount("metric_rows", "row_count", "metric", self._gap)
        mature = next((n for n, row in enumerate(self._periods) if row["is_mature"]), None)
        yield self._amount("metric_subjects", "sample_size", "sample_size", mature)
        yield self._nulls(mature)

    def _measure(self, check: str, column: str | None, **found: Any) -> Measure:
        return Measure(
            "marts", "marts.kpi_values", check, column, f"metric = {self._name}", **found
        )

    def _history(self, newest: int | None) -> list[dict[str, Any]]:
        """The periods before one, as many as a habit takes, from the metric's first row on."""
        if newest is None:
            return []
        earlier = self._periods[newest + 1 : newest + 1 + self._trailing]
        oldest = max((n for n, row in enumerate(earlier) if row["row_count"]), default=-1)
        return earlier[: oldest + 1]

    def _too_little(self, history: list[dict[str, Any]]) -> str | None:
        least = self._settings.numbers["least_weeks"]
        if len(history) < least:
            return f"too little history: {len(history)} of {least} earlier periods"
        return None

    def _end(self) -> Measure:
        history = self._history(self._gap)
        reason = self._too_little(history)
        if not reason and not all(row["row_count"] for row in history):
            reason = "it does not have a row in every period"
        most = self._settings.checks["metric_gap"].limits["most"]
        found: dict[str, Any] = {"unjudged": reason}
        if not reason:
            newest = self._periods[self._gap]
            found |= {
                "value": self._gap,
                "upper": most,
                "observed": f"{self._gap} {newest['period_grain']}s without a row since that of "
                f"{newest['period_start']}",
                "expected": f"at most {amount(most)}",
            }
        return self._measure("metric_gap", "period_start", **found)

    def _amount(self, check: str, figure: str, column: str, newest: int | None) -> Measure:
        history = self._history(newest)
        reason = self._too_little(history)
        if newest is None or reason:
            return self._measure(check, column, unjudged=reason or NO_MATURE)
        counts = [float(row[figure]) for row in history]
        limits = self._settings.checks[check].limits
        lower, upper = amount_band(counts, **limits, is_count=True)
        if lower <= 0:
            reason = f"too few or too unsteady: {amounts_listed(counts)} in the earlier periods"
        row = self._periods[newest]
        return self._measure(
            check,
            column,
            value=float(row[figure]),
            lower=lower,
            upper=upper,
            observed=f"{amount(row[figure])} in the {row['period_grain']} of {row['period_start']}",
            expected=f"{within(lower, upper, amount)} (earlier: {amounts_listed(counts)})",
            unjudged=reason,
        )

    def _nulls(self, mature: int | None) -> Measure:
        history = self._history(mature)
        reason = self._too_little(history)
        if mature is None or reason:
            return self._measure("metric_nulls", "value", unjudged=reason or NO_MATURE)
        newest = self._periods[mature]
        rows = sum(row["row_count"] for row in history)
        limits = self._settings.checks["metric_nulls"].limits
        hits = sum(row["null_count"] for row in history)
        lower, upper = share_band(hits, rows, newest["row_count"], **limits)
        share = newest["null_count"] / newest["row_count"]
        return self._measure(
            "metric_nulls",
            "value",
            value=share,
            lower=lower,
            upper=upper,
            observed=f"{percent(share)} NULL in the {newest['period_grain']} of "
            f"{newest['period_start']}",
            expected=f"{within(lower, upper, percent)} (earlier: {percent(hits / rows)})",
        )


def _references(profiler: Profiler, settings: Settings) -> Iterator[Measure]:
    for row in profiler.rows("references"):
        yield _share(
            settings,
            "orphan_share",
            "staging.stg_" + row["table_name"],
            row["column_name"],
            row["orphan_count"],
            row["stated_count"],
            f"references point to nothing in {row['referenced_table']}",
        )


def _conflicts(profiler: Profiler, settings: Settings) -> Iterator[Measure]:
    for row in profiler.rows("conflicts"):
        yield _share(
            settings,
            "conflict_share",
            "raw." + row["table_name"],
            None,
            row["conflict_count"],
            row["raw_row_count"],
            "rows tie with another one and differ",
        )


def _share(
    settings: Settings, check: str, table: str, column: str | None, hits: int, rows: int, what: str
) -> Measure:
    if rows < settings.numbers["least_rows"]:
        return Measure("marts", table, check, column, unjudged=f"too few rows: {rows}")
    _, upper = share_band(0, 0, rows, **settings.checks[check].limits)
    return Measure(
        "marts",
        table,
        check,
        column,
        value=hits / rows,
        upper=upper,
        observed=f"{percent(hits / rows)}: {hits:,} of {rows:,} {what}",
        expected=f"at most {percent(upper)}",
    )
