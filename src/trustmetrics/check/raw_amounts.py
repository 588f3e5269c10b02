"""Measures of a raw table that are amounts: rows, means, hours, rejected rows."""

from collections.abc import Iterator, Sequence
from typing import Any

from trustmetrics.check.limits import amount_band, share_band
from trustmetrics.check.measures import (
    Measure,
    amount,
    amounts_listed,
    at_most,
    percent,
    quoted,
    within,
)
from trustmetrics.check.raw_table import ARRIVAL, EMPTY, TableMeasures

NO_BREACH = {"column_name": None, "reason": None, "frequent_values": []}
NO_BREACH |= {"all_hits": 0, "recent_hits": 0, "trailing_hits": 0}


class AmountMeasures(TableMeasures):
    """The amounts of one raw table."""

    def all(
        self, rejected: Sequence[dict[str, Any]], earlier_rows: dict[str, float]
    ) -> Iterator[Measure]:
        """Yield them.

        Args:
            rejected: the rows of sql/rejected.sql, of all tables.
            earlier_rows: rows that the tables had when they were last checked, by name with schema.
        """
        yield self._volume()
        yield self._rows_kept(earlier_rows.get(f"raw.{self.table.name}"))
        yield self._freshness()
        own = [breach for breach in rejected if breach["table_name"] == self.table.name]
        for breach in own or [NO_BREACH]:
            yield self._rejected(breach)
        yield from self._means()

    def _volume(self) -> Measure:
        if reason := self.too_little_history():
            return self.measure("volume", unjudged=reason)
        recent, *trailing = map(float, self.weeks.counts[: self.weeks.history + 1])
        return self._amount("volume", None, recent, trailing)

    def _means(self) -> Iterator[Measure]:
        counters = [
            column
            for column in self.table.columns
            if column.data_type == "integer" and column.maximum is None
        ]
        rows = self.windowed("means", counters)
        for name in (column.name for column in counters):
            weeks = [row for row in rows if row["column_name"] == name][: self.weeks.history + 1]
            counts = [week["row_count"] for week in weeks] or [0]
            if reason := self.too_few(counts[0], sum(counts[1:])):
                yield self.measure("mean", name, unjudged=reason)
                continue
            means = [week["mean"] for week in weeks[1:] if week["mean"] is not None]
            yield self._amount("mean", name, weeks[0]["mean"], means)

    def _amount(
        self, check: str, column: str | None, recent: float, history: list[float]
    ) -> Measure:
        is_count = check == "volume"
        band = amount_band(history, **self.settings.limits(check), is_count=is_count)
        unit, listed = " rows" if is_count else "", amounts_listed(history)
        unsteady = f"too few or too unsteady: {listed}{unit} in the trailing weeks"
        return self.measure(
            check,
            column,
            **within(recent, band, amount, f"trailing weeks: {listed}"),
            observed=f"{amount(recent)}{unit} in the week",
            unjudged=unsteady if band[0] <= 0 else None,
        )

    def _rows_kept(self, earlier: float | None) -> Measure:
        """The contract has rows appended and never taken away; a file may be missing altogether."""
        rows = self.weeks.all_rows
        if not earlier:
            reason = "no earlier check to compare with" if rows else EMPTY
            return self.measure("rows_kept", observed_value=rows, unjudged=reason)
        lower = (1 - self.settings.limits("rows_kept")["fall"]) * earlier
        return self.measure(
            "rows_kept",
            observed_value=rows,
            lower_limit=lower,
            observed=f"{rows:,} rows in all",
            expected=f"at least {amount(lower)} (at the last check: {amount(earlier)})",
        )

    def _freshness(self) -> Measure:
        if not self.weeks.all_rows:
            return self.measure("freshness", unjudged=EMPTY)
        limits = self.settings.limits("freshness")
        (found,) = self.profiler.rows("freshness", table=self.table.name)
        days = found["arrival_days"]
        reason = None
        if campaign := self.settings.campaigns.get(self.table.name):
            reason = f"it comes in campaigns: {campaign}"
        elif days < limits["least_arrival_days"]:
            reason = f"no rhythm to hold it to: rows came on {days} days of the trailing weeks"
        hours, pause = found["hours_since"], found["second_pause_days"] or 0
        upper = limits["pauses"] * pause * 24 + limits["grace_hours"]
        return self.measure(
            "freshness",
            ARRIVAL,
            observed_value=hours,
            upper_limit=upper,
            observed=f"{amount(hours)} hours since {found['newest_at']:%Y-%m-%d %H:%M}",
            expected=f"at most {amount(upper)} hours (second longest pause: {pause} days)",
            unjudged=reason,
        )

    def _rejected(self, breach: dict[str, Any]) -> Measure:
        """Where a table came in one load, all its rows are the week, and nothing came before."""
        weeks, column, why = self.weeks, breach["column_name"], breach["reason"]
        at_once = not weeks.by_arrival or weeks.history == 0
        rows = weeks.all_rows if at_once else weeks.counts[0]
        hits = breach["all_hits"] if at_once else breach["recent_hits"]
        trailing = 0 if at_once else sum(weeks.counts[1:])
        least = self.settings.numbers["least_rows"]
        if rows < least:
            few = f"too few rows: {rows} came; {least} needed"
            return self.measure("rejected_share", column, unjudged=few if weeks.all_rows else EMPTY)
        _, upper = share_band(
            breach["trailing_hits"], trailing, rows, **self.settings.limits("rejected_share")
        )
        values = quoted(breach["frequent_values"]) if hits else ""
        return self.measure(
            "rejected_share",
            column,
            slice=f"reason = {why}" if why else None,
            **at_most(hits / rows, upper, percent),
            observed=f"{percent(hits / rows)} ({hits:,} of {rows:,} rows"
            + (f", {why})" if why else ")")
            + (f", among them {values}" if values else ""),
        )
