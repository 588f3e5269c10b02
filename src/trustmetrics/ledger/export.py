"""Writes a ledger as a Parquet file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

import duckdb

from trustmetrics.drafts import drafted
from trustmetrics.ledger.file import reading
from trustmetrics.ledger.numbers import EXPORTED
from trustmetrics.mapping.sql import literal

BATCH = 10_000


def export_ledger(ledger: Path, out: Path) -> int:
    """Write every row of a ledger to a Parquet file, whole or not at all; return their number.

    Raises:
        UserError: the ledger cannot be read.
    """
    columns = ", ".join(f"{name} {kind}" for name, kind in EXPORTED.items())
    with reading(ledger) as opened, duckdb.connect() as connection, drafted(out) as draft:
        connection.execute(f"create table rows ({columns})")
        count = insert_rows(connection, opened.rows(), EXPORTED)
        ordered = "from rows order by sequence"
        connection.execute(f"copy ({ordered}) to {literal(draft)} (format parquet)")
    return count


def insert_rows(
    connection: duckdb.DuckDBPyConnection,
    rows: Iterable[Mapping[str, Any]],
    types: Mapping[str, str],
) -> int:
    """Insert rows into the table `rows`; return their number.

    Args:
        connection: has the table.
        rows: each with a value for every column.
        types: DuckDB's type by column, in the table's order.
    """
    count, remaining = 0, iter(rows)
    values = ", ".join(f"unnest(cast(${name} as {kind}[]))" for name, kind in types.items())
    # A list per column: one statement for thousands of rows.
    while batch := list(islice(remaining, BATCH)):
        lists = {name: [row[name] for row in batch] for name in types}
        connection.execute(f"insert into rows select {values}", lists)
        count += len(batch)
    return count
