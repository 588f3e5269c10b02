"""A source of one's own tables: files, a DuckDB or SQLite file, or a Postgres database."""

from pathlib import Path
from typing import Protocol

import duckdb

from trustmetrics.errors import UserError

SQLITE_HEADER = b"SQLite format 3\x00"
DUCKDB_MARK = b"DUCK"


class Source(Protocol):
    """Where tables come from.

    Attributes:
        tables: their names; `schema.table` outside the source's default schema.
        unread: what was found and is not read, a sentence each.
    """

    tables: list[str]
    unread: list[str]

    def load(
        self, connection: duckdb.DuckDBPyConnection, table: str, limit: int | None
    ) -> int | None:
        """Make a table or view of that name in a DuckDB database.

        Args:
            connection: the database.
            table: one of `tables`.
            limit: rows to load at most; None: all.

        Returns:
            the rows that were copied; None where it is read in place.

        Raises:
            UserError: it cannot be read; the message says what to correct.
        """

    def close(self) -> None:
        """Let go of the source."""


def open_source(text: str) -> Source:
    """Find out what kind of source an address is, and list its tables.

    Args:
        text: a folder, a file, or a Postgres address (postgresql://...).

    Raises:
        UserError: there is no such source, or it has no table.
    """
    source = _open(text)
    if not source.tables:
        found = f" ({source.unread[0]})" if source.unread else ""
        raise UserError(
            f"the source '{shown(text)}' has no table{found}. Name a folder of CSV, Parquet or "
            "JSON files, a DuckDB or SQLite file, or postgresql://USER@HOST/DATABASE"
        )
    return source


def shown(text: str) -> str:
    """A source's address without its password."""
    scheme, mark, rest = text.partition("://")
    if not mark or "@" not in rest:
        return text
    login, _, place = rest.rpartition("@")
    return f"{scheme}://{login.partition(':')[0]}@{place}"


def _open(text: str) -> Source:
    if text.startswith(("postgresql://", "postgres://")):
        from trustmetrics.mapping.postgres import PostgresSource

        return PostgresSource(text)
    if not text.strip():
        raise UserError(
            "--from is empty. Name a folder of files, a DuckDB or SQLite file, or "
            "postgresql://USER@HOST/DATABASE"
        )
    path = Path(text)
    if not path.exists():
        raise UserError(
            f"the source '{text}' does not exist. Name a folder of files, a DuckDB or SQLite file, "
            "or postgresql://USER@HOST/DATABASE"
        )
    from trustmetrics.mapping.databases import DuckdbSource, SqliteSource
    from trustmetrics.mapping.files import FileSource

    if path.is_file():
        with path.open("rb") as file:
            head = file.read(16)
        if head == SQLITE_HEADER:
            return SqliteSource(path)
        if head[8:12] == DUCKDB_MARK:
            return DuckdbSource(path)
    return FileSource(path)
