"""Measures of a raw table that are amounts: rows, means, hours, rows rejected."""

from collections.abc import Iterator
from typing import Any

from trustmetrics.check.limits import amount_band, share_band
from trustmetrics.check.measures import Measure, amount, amounts_listed, percent, quoted, within
from trustmetrics.check.weeks import EMPTY, TableMeasures


class AmountMeasures(TableMeasures):
    """The amounts of one raw table."""

    def all(
        self, rejected: list[dict[str, Any]], earlier_rows: dict[str, float]
    ) -> Iterator[Measure]:
        """Yield them.

        Args:
            rejected: the rows of sql/rejected.sql, of all tables.
            earlier_rows: rows that the tables had when they were last checked, by name with schema.
        """
        yield self._volume()
        yield self._rows_kept(earlier_rows.get(f"raw.{self.table.name}"))
        yield self._freshness()
        yield from self._rejected(
            [breach for breach in rejected if breach["table_name"] == self.table.name]
        )
        yield from self._means()

    def _volume(self) -> Measure:
        if reason := self.too_little_history():
            return self.measure("volume", unjudged=reason)
        return self._amount(
            "volume",
            None,
            float(self.weeks.counts[0]),
            [float(count) for count in self.weeks.counts[1 : self.weeks.history + 1]],
        )

    def _means(self) -> Iterator[Measure]:
        counters = [
            column
            for column in self.table.columns
            if column.data_type == "integer" and column.maximum is None
        ]
        rows = self.windowed("means", counters)
        for column in counters:
            weeks = [row for row in rows if row["column_name"] == column.name]
            trailing = weeks[1 : self.weeks.history + 1]
            recent = weeks[0]["row_count"]
            reason = self.too_few(recent, sum(row["row_count"] for row in trailing))
            means = [row["mean"] for row in trailing if row["mean"] is not None]
            if reason:
                yield self.measure("mean", column=column.name, unjudged=reason)
            else:
                yield self._amount("mean", column.name, weeks[0]["mean"], means)

    def _amount(
        self, check: str, column: str | None, recent: float, history: list[float]
    ) -> Measure:
        lower, upper = amount_band(history, **self.limits(check), is_count=check == "volume")
        unit, listed = (" rows" if check == "volume" else ""), amounts_listed(history)
        unsteady = f"too few or too unsteady: {listed}{unit} in the trailing weeks"
        return self.measure(
            check,
            column=column,
            value=recent,
            lower=lower,
            upper=upper,
            observed=f"{amount(recent)}{unit} in the week",
            expected=f"{within(lower, upper, amount)} (trailing weeks: {listed})",
            unjudged=unsteady if lower <= 0 else None,
        )

    def _rows_kept(self, earlier: float | None) -> Measure:
        """The contract has rows appended and never taken away; a file may be missing altogether."""
        if not earlier:
            reason = EMPTY if self.weeks.all_rows == 0 else "no earlier check to compare with"
            return self.measure("rows_kept", value=self.weeks.all_rows, unjudged=reason)
        lower = (1 - self.limits("rows_kept")["fall"]) * earlier
        return self.measure(
            "rows_kept",
            value=self.weeks.all_rows,
            lower=lower,
            observed=f"{self.weeks.all_rows:,} rows in all",
            expected=f"at least {amount(lower)} (at the last check: {amount(earlier)})",
        )

    def _freshness(self) -> Measure:
        limits = self.limits("freshness")
        found = self.profiler.rows("freshness", table=self.table.name)[0]
        if found["newest_at"] is None:
            return self.measure("freshness", unjudged=EMPTY)
        days = found["arrival_days"]
        reason = None
        if self.table.name in self.settings.campaigns:
            reason = f"it comes in campaigns: {self.settings.campaigns[self.table.name]}"
        elif days < limits["least_arrival_days"]:
            reason = f"no rhythm to hold it to: rows came on {days} days of the trailing weeks"
        hours, pause = found["hours_since"], found["second_pause_days"] or 0
        upper = limits["pauses"] * pause * 24 + limits["grace_hours"]
        return self.measure(
            "freshness",
            column="ingested_at",
            value=hours,
            upper=upper,
            observed=f"{amount(hours)} hours since {found['newest_at']:%Y-%m-%d %H:%M}",
            expected=f"at most {amount(upper)} hours (second longest pause: {pause} days)",
            unjudged=reason,
        )

    def _rejected(self, breaches: list[dict[str, Any]]) -> Iterator[Measure]:
        """Of a table that came in one load, all rows are the week, and nothing was before."""
        at_once = self.weeks.counted_by != "ingested_at" or self.weeks.history == 0
        recent = self.weeks.all_rows if at_once else self.weeks.counts[0]
        trailing = 0 if at_once else sum(self.weeks.counts[1:])
        nothing = {"column_name": None, "reason": "", "frequent_values": []}
        nothing |= {"all_hits": 0, "recent_hits": 0, "trailing_hits": 0}
        limits = self.limits("rejected_share")
        for breach in breaches or [nothing]:
            hits = breach["all_hits"] if at_once else breach["recent_hits"]
            reason = self._too_few_arrived(recent)
            if reason:
                yield self.measure("rejected_share", column=breach["column_name"], unjudged=reason)
                continue
            _, upper = share_band(breach["trailing_hits"], trailing, recent, **limits)
            values = quoted(breach["frequent_values"]) if hits else ""
            why = f", {breach['reason']}" if breach["reason"] else ""
            yield self.measure(
                "rejected_share",
                column=breach["column_name"],
                slice=f"reason = {breach['reason']}" if breach["reason"] else None,
                value=hits / recent,
                upper=upper,
                observed=f"{percent(hits / recent)} ({hits:,} of {recent:,} rows{why})"
                + (f", among them {values}" if values else ""),
                expected=f"at most {percent(upper)}",
            )

    def _too_few_arrived(self, recent: int) -> str | None:
        least = self.settings.numbers["least_rows"]
        if self.weeks.all_rows == 0:
            return EMPTY
        return None if recent >= least else f"too few rows: {recent} came; {least} needed"
