"""Writes raw data as the files that a build reads, and says what is in them then."""

from __future__ import annotations

import csv
import math
import random
import struct
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb

from .contract import Column, CsvText, Raw, Table, load

INTEGER_RANGES = {
    "integer": (-(2**31), 2**31 - 1),
    "smallint": (-(2**15), 2**15 - 1),
    "utinyint": (0, 255),
    "ubigint": (0, 2**64 - 1),
}
SQL_TYPES = {
    "string": ("varchar",),
    "integer": ("bigint", "bigint", "integer", "smallint", "utinyint", "ubigint"),
    "double": ("double", "double", "float", "decimal(18, 6)"),
    "boolean": ("boolean",),
    "date": ("date",),
    "timestamp": ("timestamp", "timestamp", "timestamp_ns", "timestamptz"),
}


def cell_text(value: Any) -> str:
    """A value as a CSV cell."""
    if value is None:
        return ""
    if isinstance(value, CsvText):
        return value.text
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    return value.isoformat() if isinstance(value, date) else str(value)


def _write_csv(table: Table, rows: Sequence[dict[str, Any]], path: Path) -> list[dict[str, Any]]:
    """Write a CSV file; the rows as they are in it, all cells text."""
    names = [column.name for column in table.columns]
    texts = [{name: cell_text(row.get(name)) for name in names} for row in rows]
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, names, lineterminator="\n")
        writer.writeheader()
        writer.writerows(texts)
    return [{name: CsvText(text) for name, text in row.items()} for row in texts]


def _storable(column: Column, sql_type: str, value: Any) -> Any:
    """The value that a Parquet column of that type gives back for a value put into it."""
    if value is None or column.type != "double":
        return value
    if sql_type == "float":
        return struct.unpack("f", struct.pack("f", value))[0]
    return value


def _sql_type(rng: random.Random, column: Column, values: Sequence[Any]) -> str:
    """One of the accepted types that can hold all values of the column."""
    sql_type = rng.choice(SQL_TYPES[column.type])
    if sql_type.startswith("decimal"):
        exact = all(
            v is None or (math.isfinite(v) and float(f"{v:.6f}") == v and abs(v) < 1e11)
            for v in values
        )
        return sql_type if exact else "double"
    if sql_type in INTEGER_RANGES:
        least, most = INTEGER_RANGES[sql_type]
        return sql_type if all(v is None or least <= v <= most for v in values) else "bigint"
    return sql_type


def _write_parquet(
    rng: random.Random,
    table: Table,
    rows: Sequence[dict[str, Any]],
    path: Path,
    sql_types: dict[str, str],
) -> list[dict[str, Any]]:
    """Write a Parquet file; the rows as they are in it."""
    columns = list(table.columns)
    rng.shuffle(columns)
    with duckdb.connect() as connection:
        connection.execute("set timezone = 'UTC'")
        declared = [f'"{c.name}" {sql_types[c.name]}' for c in columns]
        connection.execute(f"create table t ({', '.join(declared)}, extra_column varchar)")
        if rows:
            marks = ", ".join("?" for _ in columns)
            connection.executemany(
                f"insert into t values ({marks}, 'ignored')",
                [[row.get(c.name) for c in columns] for row in rows],
            )
        for column in columns:
            if sql_types[column.name] == "timestamp_ns":
                connection.execute(
                    f'update t set "{column.name}" = make_timestamp_ns('
                    f'epoch_ns("{column.name}") + {rng.randrange(1000)})'
                )
        connection.execute(f"copy t to '{path}' (format parquet)")
    return [
        {c.name: _storable(c, sql_types[c.name], row.get(c.name)) for c in table.columns}
        for row in rows
    ]


def _parts(
    rng: random.Random, name: str, rows: list[dict[str, Any]], out: Path, suffix: str
) -> list[tuple[Path, list[dict[str, Any]]]]:
    """One file, or a folder of parts, and the rows that each gets."""
    if rng.random() < 0.7:
        return [(out / f"{name}.{suffix}", rows)]
    (out / name).mkdir()
    cut = rng.randint(0, len(rows))
    return [
        (out / name / f"part_{i}.{suffix}", part) for i, part in enumerate((rows[:cut], rows[cut:]))
    ]


def write(raw: Raw, out: Path, formats: str, seed: int) -> Raw:
    """Write one file or folder per table in Parquet, CSV or either; return what they hold.

    A row with a cell that only CSV can hold is left out of a Parquet table.
    """
    out.mkdir(parents=True, exist_ok=True)
    rng, written = random.Random(f"files {seed}"), {}
    for name, rows in raw.items():
        table = load()[name]
        suffix = rng.choice(("parquet", "csv")) if formats == "mixed" else formats
        if suffix == "parquet":
            rows = [r for r in rows if not any(isinstance(v, CsvText) for v in r.values())]
        sql_types = {
            c.name: _sql_type(rng, c, [row.get(c.name) for row in rows])
            for c in table.columns
            if suffix == "parquet"
        }
        written[name] = []
        for path, part in _parts(rng, name, rows, out, suffix):
            if suffix == "csv":
                written[name] += _write_csv(table, part, path)
            else:
                written[name] += _write_parquet(rng, table, part, path, sql_types)
    return written
