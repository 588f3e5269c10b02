"""How a raw table lies in time, and what every measure of it needs."""

from dataclasses import dataclass
from typing import Any

from trustmetrics.check.contract import Column, RawTable
from trustmetrics.check.database import Profiler
from trustmetrics.check.measures import Measure
from trustmetrics.check.settings import Settings

EMPTY = "the table is empty"


@dataclass(frozen=True)
class Weeks:
    """How a table's rows are laid out in time.

    Attributes:
        counted_by: the column that puts a row into a week.
        counts: rows by week, the latest first.
        history: how many trailing weeks hold the table as a habit: those since it began.
        all_rows: rows in all, visible at as_of.
    """

    counted_by: str
    counts: list[int]
    history: int
    all_rows: int


def weeks_of(table: RawTable, rows: list[dict[str, Any]], least_weeks: int) -> Weeks:
    """Decide by which time a table's rows count: arrival, or the event where they came at once.

    Args:
        table: the raw table.
        rows: the rows of sql/weeks.sql.
        least_weeks: trailing weeks that make a history.
    """
    arrived = [int(row["arrived_rows"]) for row in rows]
    by_event = [int(row["event_rows"]) for row in rows]
    if _history(arrived) < least_weeks <= _history(by_event):
        counted_by, counts = table.event, by_event
    else:
        counted_by, counts = "ingested_at", arrived
    return Weeks(counted_by, counts, _history(counts), int(rows[0]["all_rows"]))


def _history(counts: list[int]) -> int:
    """Trailing weeks since the table began; the week in which it began is not a whole one."""
    oldest = max((week for week, count in enumerate(counts) if count), default=0)
    return oldest if oldest == len(counts) - 1 else max(oldest - 1, 0)


class TableMeasures:
    """What the measures of one raw table share."""

    def __init__(
        self, profiler: Profiler, settings: Settings, table: RawTable, weeks: Weeks
    ) -> None:
        """profiler: runs the queries; settings: the limits; weeks: how the table lies in time."""
        self.profiler = profiler
        self.settings = settings
        self.table = table
        self.weeks = weeks

    def measure(self, check: str, **found: Any) -> Measure:
        """Make a measure of this table."""
        return Measure(checkpoint="raw", table=f"raw.{self.table.name}", check=check, **found)

    def limits(self, check: str) -> dict[str, float]:
        """Return a check's limits."""
        return self.settings.checks[check].limits

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
        if reason := self.too_little_history():
            return reason
        if min(recent, trailing) < least:
            return f"too few rows: {recent} in the week, {trailing} before it; {least} needed"
        return None

    def windowed(self, query: str, columns: list[Column], **more: Any) -> list[dict[str, Any]]:
        """Return the rows of a query over the weeks; none where there is no column to look at."""
        if not columns:
            return []
        return self.profiler.rows(
            query,
            table=self.table.name,
            counted_by=self.weeks.counted_by,
            columns=columns,
            **more,
        )
