"""Opens a built database, and reads rows of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb

from trustmetrics.errors import UserError

BUILD_IT = "Build it first: trustmetrics build --raw DIR"


def connect(database: Path, read_only: bool = True) -> duckdb.DuckDBPyConnection:
    """Return a connection to a DuckDB file, its time zone UTC.

    Raises:
        UserError: there is no such file.
        duckdb.Error: it cannot be opened; what that means is the caller's to say.
    """
    if not database.is_file():
        raise UserError(f"there is no database '{database}'. {BUILD_IT}")
    connection = duckdb.connect(str(database), read_only=read_only)
    connection.execute("set timezone = 'UTC'")
    return connection


def rows(
    connection: duckdb.DuckDBPyConnection, sql: str, parameters: Any = None
) -> list[dict[str, Any]]:
    """Run a query and return its rows, each a dict of column to value."""
    cursor = connection.execute(sql, parameters)
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
