"""Measures of a raw table that are distributions: NULLs, values, scores."""

from collections.abc import Iterator, Sequence
from typing import Any

from trustmetrics.check.declared import Column
from trustmetrics.check.limits import scores_limit, share_band, shares_limit
from trustmetrics.check.measures import Measure, at_most, distance, percent, plain, quoted, within
from trustmetrics.check.raw_table import TableMeasures

ONE_LOAD = "its rows came in one load, so how full it was at the same age is not known"


class ShareMeasures(TableMeasures):
    """The distributions of one raw table."""

    def all(self) -> Iterator[Measure]:
        """Yield them."""
        columns = self.table.columns
        nullable = [c for c in columns if c.nullable and c.name != "is_deleted"]
        for name, row in self._by_column("nulls", nullable):
            yield self._nulls(name, row)
        few = [c for c in columns if c.enum or c.name in self.settings.vocabularies]
        vocabularies = [c.name for c in few if not c.enum]
        for name, row in self._by_column("value_shares", few):
            yield self._values(name, row)
            if name in vocabularies:
                yield self._new_values(name, row)
        bounded = [c for c in columns if c.minimum is not None and c.maximum is not None]
        by = self.settings.models.get(self.table.name)
        bins = self.settings.numbers["score_bins"]
        for row in self.windowed("score_shares", bounded, by=by, bins=bins):
            yield self._scores(row, by)

    def _by_column(
        self, query: str, columns: Sequence[Column]
    ) -> Iterator[tuple[str, dict[str, Any]]]:
        rows = {row["column_name"]: row for row in self.windowed(query, columns)}
        for column in columns:
            yield column.name, rows.get(column.name, {"recent_rows": 0, "trailing_rows": 0})

    def _nulls(self, column: str, row: dict[str, Any]) -> Measure:
        recent, trailing = row["recent_rows"], row["trailing_rows"]
        reason = self.too_few(recent, trailing)
        if not reason and not self.weeks.by_arrival:
            reason = ONE_LOAD
        if reason:
            return self.measure("null_share", column, unjudged=reason)
        hits = row["recent_hits"]
        limits = self.settings.limits("null_share")
        band = share_band(row["trailing_hits"], trailing, recent, **limits)
        usual = f"trailing weeks: {percent(row['trailing_hits'] / trailing)}"
        return self.measure(
            "null_share",
            column,
            **within(hits / recent, band, percent, usual),
            observed=f"{percent(hits / recent)} NULL ({hits:,} of {recent:,} rows)",
        )

    def _values(self, column: str, row: dict[str, Any]) -> Measure:
        recent, trailing = row["recent_rows"], row["trailing_rows"]
        if reason := self.too_few(recent, trailing):
            return self.measure("value_shares", column, unjudged=reason)
        limits = self.settings.limits("value_shares")
        upper = shares_limit(trailing, recent, row["spread"], **limits)
        return self.measure(
            "value_shares",
            column,
            **at_most(row["distance"], upper, distance),
            observed=f"distance {distance(row['distance'])}{_moves(row['moves'])}",
        )

    def _new_values(self, column: str, row: dict[str, Any]) -> Measure:
        if reason := self.too_few(row["recent_rows"], row["trailing_rows"]):
            return self.measure("new_values", column, unjudged=reason)
        known = tuple(row["trailing_values"])
        return self.measure(
            "new_values",
            column,
            seen_values=tuple(row["recent_values"]),
            known_values=known,
            expected=f"none beside the {len(known)} values of the trailing weeks",
        )

    def _scores(self, row: dict[str, Any], by: str | None) -> Measure:
        recent, trailing = row["recent_rows"], row["trailing_rows"]
        # A model with few rows is not named, for its id may be anything.
        is_named = row["slice"] is not None and trailing >= self.settings.numbers["nameable_rows"]
        part = f"{by} = {plain(row['slice'])}" if is_named else None
        if reason := self.too_few(recent, trailing):
            return self.measure("score_shares", row["column_name"], slice=part, unjudged=reason)
        upper = scores_limit(trailing, recent, **self.settings.limits("score_shares"))
        return self.measure(
            "score_shares",
            row["column_name"],
            slice=part,
            **at_most(row["distance"], upper, distance),
            observed=f"distance {distance(row['distance'])}, mean {row['recent_mean']:.3f} "
            f"(trailing weeks: {row['trailing_mean']:.3f})",
        )


def _moves(moves: Sequence[dict[str, Any]]) -> str:
    told = [
        f"{quoted([move['name']])} {percent(move['trailing_share'])} → "
        f"{percent(move['recent_share'])}"
        for move in moves
    ]
    return f": {', '.join(told)}" if told else ""
