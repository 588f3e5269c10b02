"""A Postgres database as a source, read with psycopg2: DuckDB's extension needs the network."""

import re
import tempfile
from pathlib import Path

import duckdb

from trustmetrics.errors import UserError
from trustmetrics.extras import require
from trustmetrics.mapping.databases import listed, read_part
from trustmetrics.mapping.source import shown
from trustmetrics.mapping.sql import quoted

TABLES = """
select n.nspname, c.relname
from pg_catalog.pg_class as c
inner join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
where
    c.relkind in ('r', 'p', 'v', 'm', 'f')
    and not c.relispartition
    and n.nspname not in ('pg_catalog', 'information_schema')
    and n.nspname not like 'pg\\_%'
    and has_table_privilege(c.oid, 'select')
order by n.nspname, c.relname
"""
COLUMNS = """
select a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod)
from pg_catalog.pg_attribute as a
inner join pg_catalog.pg_class as c on c.oid = a.attrelid
inner join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
where n.nspname = %s and c.relname = %s and a.attnum > 0 and not a.attisdropped
order by a.attnum
"""
# What is not here is copied as text, so that nothing is lost: numeric without a precision, for one.
TYPES = {
    "smallint": "BIGINT",
    "integer": "BIGINT",
    "bigint": "BIGINT",
    "real": "DOUBLE",
    "double precision": "DOUBLE",
    "boolean": "BOOLEAN",
    "date": "DATE",
}
NUMERIC = re.compile(r"numeric\((\d+),(\d+)\)")
WIDEST_DECIMAL = 38


class PostgresSource:
    """The tables and views of a Postgres database, in one snapshot of it."""

    def __init__(self, address: str) -> None:
        """Connect and list the tables.

        Raises:
            UserError: psycopg2 is missing, or there is no connection.
        """
        require("postgres")
        import psycopg2

        self._error = psycopg2.Error
        self._shown = shown(address)
        try:
            self._database = psycopg2.connect(address, options="-c timezone=UTC -c datestyle=ISO")
            self._database.set_session(isolation_level="REPEATABLE READ", readonly=True)
            with self._database.cursor() as cursor:
                cursor.execute(TABLES)
                rows = cursor.fetchall()
        except psycopg2.Error as error:
            raise self._fault(error) from error
        self.tables, self.unread = listed(rows, "public")

    def load(self, connection: duckdb.DuckDBPyConnection, table: str, limit: int | None) -> int:
        """Copy the rows with COPY."""
        schema, name = table.split(".", 1) if "." in table else ("public", table)
        bound = "" if limit is None else f" limit {limit}"
        try:
            with self._database.cursor() as cursor, tempfile.TemporaryDirectory() as folder:
                cursor.execute(COLUMNS, (schema, name))
                columns = {column: _type(kind) for column, kind in cursor.fetchall()}
                # A cast to text takes the padding off char(n).
                selected = ", ".join(
                    f"{quoted(column)}::text" if kind == "VARCHAR" else quoted(column)
                    for column, kind in columns.items()
                )
                part = Path(folder) / "rows.csv"
                with part.open("wb") as file:
                    cursor.copy_expert(
                        f"copy (select {selected} from {quoted(schema)}.{quoted(name)}{bound}) "
                        "to stdout (format csv, encoding 'UTF8')",
                        file,
                    )
                return read_part(connection, table, columns, part)
        except self._error as error:
            raise self._fault(error) from error

    def close(self) -> None:
        """Close the connection."""
        self._database.close()

    def _fault(self, error: Exception) -> UserError:
        reason = " ".join(str(error).split())
        return UserError(
            f"'{self._shown}' cannot be read ({reason}). Correct the address or the rights: "
            "postgresql://USER:PASSWORD@HOST:PORT/DATABASE"
        )


def _type(kind: str) -> str:
    """DuckDB's type for one of Postgres's."""
    numeric = NUMERIC.fullmatch(kind)
    if numeric and int(numeric[1]) <= WIDEST_DECIMAL:
        return f"DECIMAL({numeric[1]}, {numeric[2]})"
    if kind.startswith("timestamp"):
        return "TIMESTAMPTZ" if kind.endswith("with time zone") else "TIMESTAMP"
    return TYPES.get(kind, "VARCHAR")
