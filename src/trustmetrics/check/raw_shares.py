"""Measures of a raw table that are distributions: NULLs, values, scores."""

from collections.abc import Iterator
from typing import Any

from trustmetrics.check.contract import Column
from trustmetrics.check.limits import scores_limit, share_band, shares_limit
from trustmetrics.check.measures import Measure, percent, plain, quoted, within
from trustmetrics.check.weeks import TableMeasures

ONE_LOAD = "its rows came in one load, so how full it was at the same age is not known"


class ShareMeasures(TableMeasures):
    """The distributions of one raw table."""

    def all(self) -> Iterator[Measure]:
        """Yield them."""
        yield from self._nulls()
        yield from self._values()
        yield from self._scores()

    def _nulls(self) -> Iterator[Measure]:
        columns = [
            column
            for column in self.table.columns
            if column.nullable and column.name != "is_deleted"
        ]
        limits = self.limits("null_share")
        for row in self.windowed("nulls", columns):
            recent, trailing = row["recent_rows"], row["trailing_rows"]
            reason = self.too_few(recent, trailing)
            if not reason and self.weeks.counted_by != "ingested_at":
                reason = ONE_LOAD
            found = {"column": row["column_name"], "unjudged": reason}
            if not reason:
                hits = row["recent_hits"]
                share = hits / recent
                lower, upper = share_band(row["trailing_hits"], trailing, recent, **limits)
                usual = percent(row["trailing_hits"] / trailing)
                found |= {
                    "value": share,
                    "lower": lower,
                    "upper": upper,
                    "observed": f"{percent(share)} NULL ({hits:,} of {recent:,} rows)",
                    "expected": f"{within(lower, upper, percent)} (trailing weeks: {usual})",
                }
            yield self.measure("null_share", **found)

    def _values(self) -> Iterator[Measure]:
        columns = [
            column
            for column in self.table.columns
            if column.enum or column.name in self.settings.vocabularies
        ]
        open_ended = {column.name for column in columns if not column.enum}
        limits = self.limits("value_shares")
        found = self.windowed("value_shares", columns)
        by_column = {row["column_name"]: row for row in found}
        for column in columns:
            row = by_column.get(column.name, {"recent_rows": 0, "trailing_rows": 0})
            recent, trailing = row["recent_rows"], row["trailing_rows"]
            reason = self.too_few(recent, trailing)
            if reason:
                yield self.measure("value_shares", column=column.name, unjudged=reason)
            else:
                upper = shares_limit(trailing, recent, row["spread"], **limits)
                yield self.measure(
                    "value_shares",
                    column=column.name,
                    value=row["distance"],
                    upper=upper,
                    observed=f"distance {row['distance']:.2f}{_moves(row['moves'])}",
                    expected=f"at most {upper:.2f}",
                )
            if column.name in open_ended:
                yield self._new_values(column, row, reason)

    def _new_values(self, column: Column, row: dict[str, Any], reason: str | None) -> Measure:
        if reason:
            return self.measure("new_values", column=column.name, unjudged=reason)
        return self.measure(
            "new_values",
            column=column.name,
            seen_values=tuple(row["recent_values"]),
            known_values=tuple(row["trailing_values"]),
            expected=f"none beside the {len(row['trailing_values'])} values of the trailing weeks",
        )

    def _scores(self) -> Iterator[Measure]:
        columns = [
            column
            for column in self.table.columns
            if column.minimum is not None and column.maximum is not None
        ]
        by = self.settings.models.get(self.table.name)
        limits = self.limits("score_shares")
        bins = self.settings.numbers["score_bins"]
        for row in self.windowed("score_shares", columns, by=by, bins=bins):
            recent, trailing = row["recent_rows"], row["trailing_rows"]
            reason = self.too_few(recent, trailing)
            # A model with few rows is not named, for its id may be anything.
            is_named = (
                row["slice"] is not None and trailing >= self.settings.numbers["nameable_rows"]
            )
            found = {"column": row["column_name"], "unjudged": reason}
            if is_named:
                found["slice"] = f"{by} = {plain(row['slice'])}"
            if not reason:
                upper = scores_limit(trailing, recent, **limits)
                found |= {
                    "value": row["distance"],
                    "upper": upper,
                    "observed": f"distance {row['distance']:.2f}, mean {row['recent_mean']:.3f} "
                    f"(trailing weeks: {row['trailing_mean']:.3f})",
                    "expected": f"at most {upper:.2f}",
                }
            yield self.measure("score_shares", **found)


def _moves(moves: list[dict[str, Any]]) -> str:
    told = [
        f"{quoted([move['name']])} {percent(move['trailing_share'])} → "
        f"{percent(move['recent_share'])}"
        for move in moves
    ]
    return f": {', '.join(told)}" if told else ""
