"""Finds the raw file that DuckDB cannot read, where its own message does not name it."""

from __future__ import annotations

from pathlib import Path

import duckdb

from trustmetrics.engine_errors import plain, sentence

ENDING = ".parquet"
AGAIN = "Write the file again, or correct that column"


def unreadable_file(raw: Path) -> str | None:
    """Return a line about the first Parquet file that cannot be read; None where each can.

    Every file is read whole, and of one that cannot be, column by column: it is done only once
    something has gone wrong.

    Args:
        raw: the raw folder.
    """
    with duckdb.connect() as connection:
        for path in sorted(raw.rglob("*")):
            if path.suffix.lower() == ENDING and path.is_file():
                told = _complaint(connection, path, "*")
                if told is not None:
                    return sentence(told) or _told(connection, path, told)
    return None


def _told(connection: duckdb.DuckDBPyConnection, path: Path, told: str) -> str:
    for column in _columns(connection, path):
        quoted = '"' + column.replace('"', '""') + '"'
        if (of_column := _complaint(connection, path, quoted)) is not None:
            return (
                f"the file '{path}' has values in its column '{column}' that cannot be read "
                f"({plain(of_column)}). {AGAIN}"
            )
    return f"the file '{path}' is damaged ({plain(told)}). Write it again"


def _columns(connection: duckdb.DuckDBPyConnection, path: Path) -> list[str]:
    try:
        described = connection.execute(f"describe from {_reader(path)}").fetchall()
    except duckdb.Error:
        return []
    return [name for name, *_ in described]


def _complaint(connection: duckdb.DuckDBPyConnection, path: Path, columns: str) -> str | None:
    """Read columns to the end; what DuckDB says where it cannot."""
    try:
        connection.execute(
            f"select max(hash(cells)) from (select {columns} from {_reader(path)}) as cells"
        ).fetchall()
    except duckdb.Error as error:
        return str(error)
    return None


def _reader(path: Path) -> str:
    literal = str(path).replace("'", "''")
    return f"read_parquet(['{literal}'], hive_partitioning = false)"
