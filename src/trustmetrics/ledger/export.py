"""Writes a ledger as a Parquet file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

import duckdb

from trustmetrics.check.database import sql_text
from trustmetrics.drafts import drafted
from trustmetrics.ledger.file import reading
from trustmetrics.ledger.numbers import EXPORTED

BATCH = 10_000


def export_ledger(ledger: Path, out: Path) -> int:
    """Write every row of a ledger to a Parquet file, whole or not at all; return their number.

    Raises:
        UserError: the ledger cannot be read.
    """
    with reading(ledger) as opened:
        return write_parquet(opened.rows(), EXPORTED, out, "sequence")


def write_parquet(
    rows: Iterable[Mapping[str, Any]], types: Mapping[str, str], out: Path, order: str
) -> int:
    """Write rows to a Parquet file, whole or not at all; return their number.

    Args:
        rows: each with a value for every column.
        types: DuckDB's type by column.
        out: the file.
        order: the columns to sort by.
    """
    count = 0
    rows = iter(rows)
    columns = ", ".join(f"{name} {kind}" for name, kind in types.items())
    values = ", ".join(f"unnest(cast(${name} as {kind}[]))" for name, kind in types.items())
    with duckdb.connect() as connection, drafted(out) as draft:
        connection.execute(f"create table rows ({columns})")
        # A list per column: one statement for thousands of rows.
        while batch := list(islice(rows, BATCH)):
            lists = {name: [row[name] for row in batch] for name in types}
            connection.execute(f"insert into rows select {values}", lists)
            count += len(batch)
        ordered = f"from rows order by {order}"
        connection.execute(f"copy ({ordered}) to {sql_text(draft)} (format parquet)")
    return count
