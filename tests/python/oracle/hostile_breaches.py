"""Ways to break the raw contract in one cell."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from .contract import Column, CsvText, Table

NOT_PARSABLE = {
    "integer": ("1_000", "1.5", "+1", "0x10", " 1", "1 ", "1e3", "abc", "1" * 19, "--1", "NaN"),
    "double": ("nan", "inf", "-Infinity", "1_0.5", ".5", "5.", "+0.5", " 0.5", "1,5", "0.5d"),
    "boolean": ("yes", "1", "0", "t", "TRUE ", "no"),
    "date": (
        "2026-02-30",
        "2026-3-01",
        "2026/03/01",
        "01.03.2026",
        "2026-03-01 00:00:00",
        "20260301",
        "today",
        "2025-02-29",
        "infinity",
    ),
    "timestamp": (
        "2026-03-01",
        "2026-03-01 24:00:00",
        "2026-03-01 10:00:60",
        "2026-03-01 10:00:00Z",
        "2026-03-01T10:00:00+02:00",
        "2026-03-01 10:00:00.1234567",
        "2026-03-01 10:00",
        "2026-02-30 10:00:00",
        " 2026-03-01 10:00:00",
        "2026-03-01  10:00:00",
        "2026-03-01 10:00:00 UTC",
        "now",
        "infinity",
    ),
}
# Valid in CSV, though not how one would write them.
ODD_BUT_VALID = {
    "integer": ("007", "-0", "1"),
    "double": ("1e-1", "00.5", "5E-1", "1", "0.50000000000000000001"),
    "boolean": ("TRUE", "False", "fAlSe"),
}


def _null(rng: random.Random, table: Table, column: Column, row: dict[str, Any]) -> None:
    """NULL, a breach where the column is not nullable."""
    row[column.name] = None


def _text(rng: random.Random, table: Table, column: Column, row: dict[str, Any]) -> None:
    """A CSV cell that does not match its type's pattern or the calendar."""
    if column.type in NOT_PARSABLE:
        row[column.name] = CsvText(rng.choice(NOT_PARSABLE[column.type]))


def _odd(rng: random.Random, table: Table, column: Column, row: dict[str, Any]) -> None:
    """A CSV cell that looks wrong and is not, unless it falls out of the column's bounds."""
    value = row[column.name]
    if column.type in ODD_BUT_VALID:
        row[column.name] = CsvText(rng.choice(ODD_BUT_VALID[column.type]))
    elif isinstance(value, datetime):
        second = value.isoformat(timespec="seconds")
        row[column.name] = CsvText(second + rng.choice(("", ".5", ".000001", ".99999")))


def _infinite(rng: random.Random, table: Table, column: Column, row: dict[str, Any]) -> None:
    """Not a finite number."""
    if column.type == "double":
        row[column.name] = rng.choice((math.nan, math.inf, -math.inf, CsvText("1e999")))


def _stranger(rng: random.Random, table: Table, column: Column, row: dict[str, Any]) -> None:
    """A value that the enum lacks."""
    if column.enum is not None:
        known = column.enum[0]
        row[column.name] = rng.choice((known.upper(), f"{known} ", f" {known}", "none", "NULL"))


def _outside(rng: random.Random, table: Table, column: Column, row: dict[str, Any]) -> None:
    """A number just below or above its bounds."""
    step = 1 if column.type == "integer" else 1e-9
    options = []
    if column.min is not None:
        options.append(column.min if column.exclusive_min else column.min - step)
    if column.max is not None:
        options.append(column.max + step)
    if options:
        value = rng.choice(options)
        row[column.name] = float(value) if column.type == "double" else int(value)


def _out_of_calendar(rng: random.Random, table: Table, column: Column, row: dict[str, Any]) -> None:
    """The last moment before 2000 or the first after 2099; or the ones just inside.

    Not just inside where that would only stretch the counts over a century.
    """
    stretches = column.name in ("opened_at", "declared_at", "ingested_at")
    if column.type == "date":
        outside = [date(1999, 12, 31), date(2100, 1, 1), date(1900, 1, 1)]
        row[column.name] = rng.choice([*outside, date(2000, 1, 1), date(2099, 12, 31)])
    if column.type == "timestamp":
        before = datetime(1999, 12, 31, 23, 59, 59, 999999)
        outside = [before, datetime(2100, 1, 1), datetime(1969, 1, 1)]
        inside = [datetime(2000, 1, 1), datetime(2099, 12, 31, 23, 59, 59, 999999)]
        row[column.name] = rng.choice(outside if stretches else [*outside, *inside])


def _backwards(rng: random.Random, table: Table, column: Column, row: dict[str, Any]) -> None:
    """The later of two ordered columns before the earlier."""
    if len(table.ordered) == 2:
        earlier, later = table.ordered
        step = timedelta(days=1) if type(row[earlier]) is date else timedelta(microseconds=1)
        if isinstance(row[earlier], date):
            row[later] = row[earlier] - step


def _reserved(rng: random.Random, table: Table, column: Column, row: dict[str, Any]) -> None:
    """'all' where it is reserved; 'ALL', which is not."""
    for name in ("surface", "region"):
        if name in row and table.name != "active_accounts":
            row[name] = rng.choice(("all", "all", "ALL"))


def _misaligned(rng: random.Random, table: Table, column: Column, row: dict[str, Any]) -> None:
    """A period that does not start at its first day (a day's always does)."""
    if isinstance(row.get("period_start_date"), date):
        row["period_start_date"] += timedelta(days=rng.choice((1, 3)))


def _deleted(rng: random.Random, table: Table, column: Column, row: dict[str, Any]) -> None:
    """A tombstone whose other cells are nonsense."""
    row["is_deleted"] = True
    if column.name != "is_deleted":
        rng.choice((_null, _text, _stranger, _outside, _infinite))(rng, table, column, row)


SPOILERS: tuple[Callable[..., None], ...] = (
    _null,
    _text,
    _text,
    _odd,
    _infinite,
    _stranger,
    _outside,
    _out_of_calendar,
    _backwards,
    _reserved,
    _misaligned,
    _deleted,
)


def spoil(rng: random.Random, table: Table, row: dict[str, Any]) -> None:
    """Break one cell of the row; draw again where the way does not apply to the column."""
    before = dict(row)
    for _ in range(20):
        rng.choice(SPOILERS)(
            rng, table, rng.choice([one for one in table.columns if one.name in row]), row
        )
        if row != before:
            return
