"""Opens a built database, reads rows of it, and says in one line what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import Any

import duckdb

from trustmetrics.database_file import check_name
from trustmetrics.disk import is_full
from trustmetrics.engine_errors import engine_sentence, in_use, is_in_use, plain
from trustmetrics.errors import UserError

BUILD_IT = "Build it first: trustmetrics build --raw DIR"
BUILD_AGAIN = "Build it again: trustmetrics build --raw DIR"
# Where the mark of the format stands.
MARK = slice(8, 12)
OTHER_VERSION = re.compile(r"version number|newer version|older version")


@contextmanager
def opened(database: Path, read_only: bool = True) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a built DuckDB file, its time zone UTC, and close it at the end.

    Raises:
        UserError: it is not there, cannot be opened or is in use, or what is read in it is not
            there or not as this version builds it.
    """
    connection = _connect(database, read_only)
    with connection:
        try:
            yield connection
        except duckdb.Error as error:
            if is_full(error):
                raise
            raise UserError(reading_fault(database, str(error))) from error


def rows(
    connection: duckdb.DuckDBPyConnection, sql: str, parameters: Any = None
) -> list[dict[str, Any]]:
    """Run a query and return its rows, each a dict of column to value."""
    cursor = connection.execute(sql, parameters)
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def package_rows(
    connection: duckdb.DuckDBPyConnection, package: str, name: str, parameters: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """Run a query that lies in the folder sql/ of a package and return its rows.

    Args:
        connection: to the built database.
        package: its name.
        name: of the file, without its ending.
        parameters: by name; those that the query does not name are left out.
    """
    sql = files(package).joinpath("sql", f"{name}.sql").read_text("utf-8")
    named = {key: value for key, value in parameters.items() if f"${key}" in sql}
    return rows(connection, sql, named)


def reading_fault(database: Path, complaint: str) -> str:
    """Return what an error means that a query on a built database ended with, on one line."""
    if complaint.startswith("IO Error"):
        return (
            f"a raw file that '{database}' reads is not where it was, or cannot be read "
            f"({plain(complaint)}). Put it back, or build again: trustmetrics build --raw DIR"
        )
    if complaint.startswith(("Catalog Error", "Binder Error")):
        return (
            f"'{database}' is not a whole database of this version of the project "
            f"({plain(complaint)}). {BUILD_AGAIN}"
        )
    return engine_sentence(
        complaint, f"If '{database}' or its raw files are damaged: {BUILD_AGAIN}"
    )


def _connect(database: Path, read_only: bool) -> duckdb.DuckDBPyConnection:
    check_name(database)
    if database.is_dir():
        raise UserError(f"the database '{database}' is a folder. Name the file in it")
    if not database.is_file():
        raise UserError(f"there is no database '{database}'. {BUILD_IT}")
    with database.open("rb") as file:
        head = file.read(MARK.stop)
    if head[MARK] != b"DUCK":
        # DuckDB itself would go and fetch an extension for a SQLite file.
        raise UserError(f"'{database}' is not a DuckDB file. {BUILD_IT}")
    try:
        connection = duckdb.connect(str(database), read_only=read_only)
        connection.execute("set timezone = 'UTC'")
    except duckdb.Error as error:
        raise UserError(_opening_fault(database, str(error))) from error
    return connection


def _opening_fault(database: Path, complaint: str) -> str:
    if is_in_use(complaint):
        return in_use(database, complaint)
    if OTHER_VERSION.search(complaint):
        return f"'{database}' was written by another version of DuckDB. {BUILD_AGAIN}"
    if ".wal" in complaint:
        return (
            f"the write-ahead log beside '{database}' does not belong to it, or is damaged "
            f"({plain(complaint)}). {BUILD_AGAIN}"
        )
    return f"'{database}' cannot be opened: it is damaged ({plain(complaint)}). {BUILD_AGAIN}"
