"""DuckDB and SQLite files as a source. DuckDB's own extension for SQLite needs the network."""

import sqlite3
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import duckdb

from trustmetrics.engine_errors import in_use, is_in_use, plain
from trustmetrics.errors import UserError
from trustmetrics.mapping.sql import literal, quoted, relation

ATTACHED = "source_of_map"


class DuckdbSource:
    """The tables and views of a DuckDB file, which is opened read-only."""

    def __init__(self, path: Path) -> None:
        """List the tables.

        Raises:
            UserError: the file cannot be opened.
        """
        self._path = path
        with duckdb.connect() as connection:
            self._attach(connection)
            rows = connection.execute(
                "select table_schema, table_name from information_schema.tables "
                f"where table_catalog = '{ATTACHED}' order by all"
            ).fetchall()
        self.tables, self.unread = listed(rows, "main")

    def load(self, connection: duckdb.DuckDBPyConnection, table: str, limit: int | None) -> None:
        """Make a view, or a table of the first `limit` rows."""
        self._attach(connection)
        schema, name = table.split(".", 1) if "." in table else ("main", table)
        what = "view" if limit is None else "table"
        bound = "" if limit is None else f" limit {limit}"
        make_schema(connection, table)
        connection.execute(
            f"create {what} {relation(table)} as "
            f"from {ATTACHED}.{quoted(schema)}.{quoted(name)}{bound}"
        )

    def close(self) -> None:
        """Nothing is held open."""

    def _attach(self, connection: duckdb.DuckDBPyConnection) -> None:
        try:
            connection.execute(
                f"attach if not exists {literal(self._path)} as {ATTACHED} (read_only)"
            )
        except duckdb.Error as error:
            if is_in_use(str(error)):
                raise UserError(in_use(self._path, str(error))) from error
            raise UserError(
                f"the DuckDB file '{self._path}' cannot be opened ({plain(str(error))}). Write it "
                "again with the DuckDB that wrote it, or name another"
            ) from error


class SqliteSource:
    """The tables and views of a SQLite file, copied batch by batch."""

    def __init__(self, path: Path) -> None:
        """List the tables.

        Raises:
            UserError: the file cannot be read.
        """
        self._path = path
        try:
            self._database = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
            rows = self._database.execute(
                "select name from sqlite_master where type in ('table', 'view') "
                "and name not like 'sqlite_%' order by name"
            ).fetchall()
        except sqlite3.Error as error:
            raise self._fault(error) from error
        self.tables, self.unread = listed([("main", name) for (name,) in rows], "main")

    def load(self, connection: duckdb.DuckDBPyConnection, table: str, limit: int | None) -> int:
        """Copy the rows. A column's type is that of the values in it, as SQLite keeps any."""
        rows = f"(select * from {quoted(table)}{'' if limit is None else f' limit {limit}'})"
        try:
            names = [
                name
                for _, name, *_ in self._database.execute(f"pragma table_info({quoted(table)})")
            ]
            kinds = self._database.execute(
                "select "
                + ", ".join(f"group_concat(distinct typeof({quoted(name)}))" for name in names)
                + f" from {rows}"
            ).fetchone()
            columns = dict(zip(names, map(_type, kinds), strict=True))
            cursor = self._database.execute(f"select * from {rows}")
            return copy_rows(connection, table, columns, cursor)
        except sqlite3.Error as error:
            raise self._fault(error) from error

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def _fault(self, error: sqlite3.Error) -> UserError:
        return UserError(
            f"the SQLite file '{self._path}' cannot be read ({error}). Close what has it locked, "
            "or make a copy of it with: sqlite3 FILE '.backup COPY'"
        )


def listed(rows: Iterable[tuple[str, str]], default: str) -> tuple[list[str], list[str]]:
    """The tables of a database by name, and a sentence for each whose name has a dot.

    Args:
        rows: schema and name of each.
        default: the schema that is left out of a name.
    """
    tables, unread = [], []
    for schema, name in rows:
        if "." in f"{schema}{name}":
            unread.append(
                f"'{schema}.{name}' was not read: make a view of it whose name has no dot"
            )
        else:
            tables.append(name if schema == default else f"{schema}.{name}")
    return tables, unread


def make_schema(connection: duckdb.DuckDBPyConnection, table: str) -> None:
    """Make the schema that a table's name holds, where it holds one."""
    if "." in table:
        connection.execute(f"create schema if not exists {quoted(table.split('.', 1)[0])}")


def copy_rows(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    columns: dict[str, str],
    rows: Iterable[tuple],
) -> int:
    """Make a table of rows, through a CSV file: a NULL is an empty cell, text is in quotes.

    Args:
        connection: the database to make it in.
        table: its name, maybe with a schema.
        columns: its columns and their DuckDB types.
        rows: tuples in the order of the columns.

    Returns:
        the number of rows.
    """
    with tempfile.TemporaryDirectory() as folder:
        part = Path(folder) / "rows.csv"
        with part.open("w", encoding="utf-8", newline="") as file:
            for row in rows:
                file.write(",".join(_cells(row)) + "\n")
        return read_part(connection, table, columns, part)


def read_part(
    connection: duckdb.DuckDBPyConnection, table: str, columns: dict[str, str], part: Path
) -> int:
    """Make a table of a CSV file without a header; an empty cell without quotes is NULL.

    Returns:
        the number of rows.
    """
    typed = ", ".join(f"{literal(name)}: {literal(kind)}" for name, kind in columns.items())
    make_schema(connection, table)
    made = connection.execute(
        f"create table {relation(table)} as from read_csv({literal(part)}, header = false, "
        "auto_detect = false, delim = ',', quote = '\"', escape = '\"', nullstr = '', "
        "allow_quoted_nulls = false, parallel = false, max_line_size = 67108864, "
        f"buffer_size = 134217728, columns = {{{typed}}})"
    ).fetchone()
    return made[0] if made else 0


def _cells(row: tuple) -> Iterator[str]:
    for value in row:
        if value is None:
            yield ""
        elif isinstance(value, bytes):
            yield f'"{value.hex()}"'
        else:
            text = str(value).replace('"', '""')
            yield f'"{text}"'


def _type(kinds: str | None) -> str:
    found = set((kinds or "null").split(",")) - {"null"}
    if found == {"integer"}:
        return "BIGINT"
    return "DOUBLE" if found and found <= {"integer", "real"} else "VARCHAR"
