"""How a raw table lies in time, and what every measure of it needs."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from trustmetrics.check.database import Profiler
from trustmetrics.check.declared import Column, RawTable, Settings
from trustmetrics.check.measures import Measure

EMPTY = "the table is empty"
ARRIVAL = "ingested_at"


@dataclass(frozen=True)
class Weeks:
    """How a table's rows lie in time.

    Attributes:
        counted_by: the column that puts a row into a week.
        counts: rows by week, the latest first.
        history: the number of trailing weeks since the table began.
        all_rows: rows in all, visible at as_of.
    """

    counted_by: str
    counts: list[int]
    history: int
    all_rows: int

    @property
    def by_arrival(self) -> bool:
        """Whether a row counts in the week in which it came."""
        return self.counted_by == ARRIVAL


def weeks_of(table: RawTable, rows: Sequence[dict[str, Any]], least_weeks: int) -> Weeks:
    """Decide by which time a table's rows count: arrival, or the event where all came at once.

    Args:
        table: the raw table.
        rows: the rows of sql/weeks.sql.
        least_weeks: how many trailing weeks make a history.
    """
    arrived = [int(row["arrived_rows"]) for row in rows]
    by_event = [int(row["event_rows"]) for row in rows]
    came_at_once = _history(arrived) < least_weeks <= _history(by_event)
    counted_by, counts = (table.event, by_event) if came_at_once else (ARRIVAL, arrived)
    return Weeks(counted_by, counts, _history(counts), int(rows[0]["all_rows"]))


def _history(counts: list[int]) -> int:
    """Trailing weeks since the table began; the week in which it began is not a whole one."""
    oldest = max((week for week, count in enumerate(counts) if count), default=0)
    return oldest if oldest == len(counts) - 1 else max(oldest - 1, 0)


@dataclass(frozen=True)
class TableMeasures:
    """What the measures of one raw table share.

    Attributes:
        profiler: runs the queries.
        settings: the limits.
        table: the raw table.
        weeks: how it lies in time.
    """

    profiler: Profiler
    settings: Settings
    table: RawTable
    weeks: Weeks

    def measure(self, check: str, column: str | None = None, **found: Any) -> Measure:
        """Make a measure of this table."""
        return Measure("raw", f"raw.{self.table.name}", check, column, **found)

    def too_little_history(self) -> str | None:
        """Return why nothing can be compared with the trailing weeks; None: it can."""
        if self.weeks.all_rows == 0:
            return EMPTY
        least = self.settings.numbers["least_weeks"]
        if self.weeks.history < least:
            return f"too little history: {self.weeks.history} of {least} trailing weeks"
        return None

    def too_few(self, recent: int, trailing: int) -> str | None:
        """Return why shares cannot be compared; None: they can.

        Args:
            recent: rows of the latest week.
            trailing: rows of the trailing weeks.
        """
        least = self.settings.numbers["least_rows"]
        if (reason := self.too_little_history()) or min(recent, trailing) >= least:
            return reason
        return f"too few rows: {recent} in the week, {trailing} before it; {least} needed"

    def windowed(self, query: str, columns: Sequence[Column], **more: Any) -> list[dict[str, Any]]:
        """Return the rows of a query over the weeks; none where there is nothing to look at."""
        if not columns or not self.weeks.all_rows:
            return []
        counted_by = self.weeks.counted_by
        return self.profiler.rows(
            query, table=self.table.name, counted_by=counted_by, columns=columns, **more
        )
