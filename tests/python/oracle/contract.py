"""The raw contract, read from the sources' YAML, and the breaches that a raw row has."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from .periods import period_start

ROOT = Path(__file__).resolve().parents[3]
Row = Mapping[str, Any]
Raw = dict[str, list[dict[str, Any]]]
Breach = tuple[str, str]

FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2099, 12, 31)
PATTERNS = {
    "integer": re.compile(r"-?[0-9]{1,18}"),
    "double": re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?"),
    "boolean": re.compile(r"true|false", re.IGNORECASE),
    "date": re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}"),
    "timestamp": re.compile(
        r"[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?"
    ),
}


@dataclass(frozen=True)
class CsvText:
    """The text of one cell of a CSV file, not yet read as its column's type."""

    text: str


@dataclass(frozen=True)
class Column:
    """One column of a raw table, as the contract declares it."""

    name: str
    type: str
    nullable: bool = False
    enum: tuple[str, ...] | None = None
    min: float | None = None
    max: float | None = None
    exclusive_min: bool = False
    ref: str | None = None


@dataclass(frozen=True)
class Table:
    """One raw table, as the contract declares it."""

    name: str
    key: tuple[str, ...]
    event: str
    open_until: tuple[str, ...]
    ordered: tuple[str, ...]
    columns: tuple[Column, ...]


def _column(declared: Mapping[str, Any]) -> Column:
    """One entry of the sources' `columns`."""
    meta = declared.get("config", {}).get("meta", {})
    enum = meta.get("enum")
    return Column(
        declared["name"],
        declared["data_type"],
        bool(meta.get("nullable", False)),
        tuple(enum) if enum else None,
        meta.get("min"),
        meta.get("max"),
        bool(meta.get("exclusive_min", False)),
        meta.get("ref"),
    )


@cache
def load() -> dict[str, Table]:
    """Every raw table that the project declares, by name."""
    tables: dict[str, Table] = {}
    for path in sorted((ROOT / "models" / "staging").glob("*.yml")):
        for source in yaml.safe_load(path.read_text(encoding="utf-8")).get("sources") or []:
            for declared in source["tables"]:
                meta = declared["config"]["meta"]
                tables[declared["name"]] = Table(
                    declared["name"],
                    tuple(meta["key"]),
                    meta["event"],
                    tuple(meta.get("open_until", ())),
                    tuple(meta.get("ordered", ())),
                    tuple(_column(column) for column in declared["columns"]),
                )
    return tables


def _parse_text(kind: str, text: str) -> Any:
    """The value of a CSV cell that is not empty; ValueError where it breaks the cell's syntax."""
    if kind == "string":
        return text
    if not PATTERNS[kind].fullmatch(text):
        raise ValueError(text)
    if kind == "integer":
        return int(text)
    if kind == "double":
        return float(text)
    if kind == "boolean":
        return text.lower() == "true"
    return date.fromisoformat(text) if kind == "date" else _timestamp(text)


def _timestamp(text: str) -> datetime:
    """A timestamp of up to six decimals that exists in the calendar."""
    whole, _, decimals = text.replace("T", " ").partition(".")
    moment = datetime.strptime(whole, "%Y-%m-%d %H:%M:%S")
    return moment + timedelta(microseconds=int(decimals.ljust(6, "0")))


def read_cell(column: Column, cell: Any) -> tuple[Any, bool]:
    """The cell's value, and whether it could be read; an empty CSV cell is NULL."""
    if not isinstance(cell, CsvText):
        return cell, True
    if cell.text == "":
        return None, True
    try:
        return _parse_text(column.type, cell.text), True
    except ValueError:
        return None, False


def read_row(table: Table, row: Row) -> dict[str, Any]:
    """All values of a raw row, NULL where a cell is absent or cannot be read."""
    return {column.name: read_cell(column, row.get(column.name))[0] for column in table.columns}


def _value_reason(table: Table, column: Column, value: Any) -> str | None:
    """What is wrong with one value that was read, looked at by itself."""
    if value is None:
        return None if column.nullable else "null_value"
    if column.type == "double" and not math.isfinite(value):
        return "not_finite"
    if column.type in ("date", "timestamp"):
        day = value.date() if isinstance(value, datetime) else value
        return None if FIRST_DAY <= day <= LAST_DAY else "out_of_calendar"
    if column.enum is not None and value not in column.enum:
        return "not_in_enum"
    below = column.min is not None and (
        value < column.min or (column.exclusive_min and value == column.min)
    )
    if below or (column.max is not None and value > column.max):
        return "out_of_bounds"
    if column.name in ("surface", "region") and value == "all" and table.name != "active_accounts":
        return "reserved_value"
    return None


def _misaligned(table: Table, values: Row) -> bool:
    """A period of active_accounts not at its first day; a prevalence week not on a Monday."""
    day = values.get("period_start_date")
    if day is None:
        return False
    if table.name in ("prevalence_strata", "prevalence_labels"):
        return day.weekday() != 0
    grain = values.get("period_grain")
    known = table.name == "active_accounts" and grain in ("day", "week", "month", "quarter")
    return known and period_start(str(grain), day) != day


def _out_of_order(table: Table, values: Row) -> list[str]:
    """The later column of each ordered pair that runs backwards, both being present."""
    return [
        later
        for earlier, later in zip(table.ordered, table.ordered[1:], strict=False)
        if values[earlier] is not None
        and values[later] is not None
        and values[later] < values[earlier]
    ]


def breaches(table: Table, row: Row) -> list[Breach]:
    """Every (column, reason) that makes the raw row invalid.

    A row that says is_deleted answers for its key and its ingested_at alone.
    """
    values = read_row(table, row)
    tombstone = values["is_deleted"] is True
    needed = {*table.key, "ingested_at"} if tombstone else {c.name for c in table.columns}
    found: list[Breach] = []
    for column in table.columns:
        if column.name not in needed:
            continue
        value, readable = read_cell(column, row.get(column.name))
        reason = _value_reason(table, column, value) if readable else "not_parsable"
        if reason is not None:
            found.append((column.name, reason))
    # A date beyond the calendar has no period that it could be the first day of.
    outside = ("period_start_date", "out_of_calendar") in found
    if "period_start_date" in needed and not outside and _misaligned(table, values):
        found.append(("period_start_date", "misaligned_period"))
    if not tombstone:
        found += [(later, "out_of_order") for later in _out_of_order(table, values)]
    return found


def rejected(raw: Mapping[str, Sequence[Row]]) -> list[tuple[str, str, str]]:
    """One (table_name, column_name, reason) per breach of the whole input."""
    return [
        (name, column, reason)
        for name, table in load().items()
        for row in raw.get(name, [])
        for column, reason in breaches(table, row)
    ]
