"""What published numbers come to now, step by step: a Parquet file beside the ledger, from which
the mart `restatements` is made."""

from __future__ import annotations

import glob
from collections.abc import Mapping, Sequence
from decimal import Context, Decimal
from pathlib import Path
from typing import Any

import duckdb

from trustmetrics.drafts import drafted
from trustmetrics.errors import UserError
from trustmetrics.ledger.export import insert_rows
from trustmetrics.ledger.file import writing
from trustmetrics.mapping.sql import literal

# Exact to the 15th decimal, so that the parts of a difference add up to it.
EXACT = "decimal(38, 15)"
PLACE = Decimal(1).scaleb(-15)
COLUMNS = {
    "report_id": "varchar",
    "report_kind": "varchar",
    "report_title": "varchar",
    "published_at": "timestamp",
    "number": "bigint",
    "metric": "varchar",
    "metric_version": "bigint",
    "slice": "varchar",
    "slice_value": "varchar",
    "period_grain": "varchar",
    "period_start": "date",
    "shown": "varchar",
    "is_restated": "boolean",
    "said_as_of": "timestamp",
    "said_value": EXACT,
    "value_then": EXACT,
    "value_with_late_data": EXACT,
    "value_with_corrections": EXACT,
    "value_with_deletions": EXACT,
    "value_with_later_events": EXACT,
    "known_value": EXACT,
    "value_then_redefined": EXACT,
    "known_version": "bigint",
    "known_as_of": "timestamp",
}


def restated_file(ledger: Path) -> Path:
    """Return the file that says what the numbers in a ledger come to now."""
    return ledger.with_name(f"{ledger.name}.restated.parquet")


def exact(value: float | None) -> Decimal | None:
    """Return a double as the decimal that it is written as, to 15 decimals."""
    return None if value is None else Decimal(repr(value)).quantize(PLACE, context=Context(38))


def keep(ledger: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    """Put the rows of a report in the place of those that are there of it.

    Raises:
        UserError: what is there cannot be read.
    """
    file = restated_file(ledger)
    # The ledger's own lock keeps another restatement from writing between reading and writing.
    with writing(ledger), duckdb.connect() as connection, drafted(file) as draft:
        read_restated(connection, ledger, "rows")
        connection.execute("delete from rows where report_id = ?", [rows[0]["report_id"]])
        insert_rows(connection, rows, COLUMNS)
        ordered = "from rows order by report_id, number"
        connection.execute(f"copy ({ordered}) to {literal(draft)} (format parquet)")


def check_restated(ledger: Path) -> None:
    """Refuse to begin where what is kept beside a ledger could not be added to in the end.

    Raises:
        UserError: it cannot be read.
    """
    with duckdb.connect() as connection:
        read_restated(connection, ledger, "rows")


def is_kept(ledger: Path) -> bool:
    """Whether any report in a ledger was restated."""
    return restated_file(ledger).is_file()


def read_restated(connection: duckdb.DuckDBPyConnection, ledger: Path, table: str) -> None:
    """Make a table of what is kept beside a ledger; an empty one where nothing is.

    Raises:
        UserError: it cannot be read.
    """
    columns = ", ".join(f"{name} {kind}" for name, kind in COLUMNS.items())
    connection.execute(f"create table {table} ({columns})")
    if not is_kept(ledger):
        return
    file = restated_file(ledger)
    try:
        # The path itself, also where it has what DuckDB takes for a wildcard.
        source = f"read_parquet({literal(glob.escape(str(file)))})"
        connection.execute(f"insert into {table} by name from {source}")
    except duckdb.Error as error:
        raise UserError(
            f"'{file}' cannot be read, or is of another version. Delete it, and restate again"
        ) from error
