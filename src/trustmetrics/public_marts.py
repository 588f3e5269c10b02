"""A second file with the public marts alone, for those who may not see ids."""

from __future__ import annotations

from pathlib import Path

import duckdb

SCHEMA = "marts"


def write_public_marts(database: Path, draft: Path) -> int:
    """Copy the relations of the schema marts, as tables, into a new file that holds nothing else.

    A new file, because one from which the rest was deleted would still hold its bytes.

    Args:
        database: the built database, which nobody else has open.
        draft: the file to make.

    Returns:
        the number of tables.
    """
    # By names of their own: a file named marts.duckdb would be the catalog marts beside the schema.
    with duckdb.connect() as connection:
        for name, path, mode in (("built", database, "read_only"), ("handed_out", draft, "")):
            text = str(path).replace("'", "''")
            connection.execute(f"attach '{text}' as {name} {f'({mode})' if mode else ''}")
        connection.execute(f"create schema handed_out.{SCHEMA}")
        names = public_names(connection, "built")
        for name in names:
            connection.execute(
                f'create table handed_out.{SCHEMA}."{name}" as from built.{SCHEMA}."{name}"'
            )
    return len(names)


def public_names(connection: duckdb.DuckDBPyConnection, catalog: str | None = None) -> list[str]:
    """Return the relations that may be handed out, in their order: those of the schema marts.

    Args:
        connection: to the built database.
        catalog: its name where it is attached; None: the connection's own.
    """
    found = connection.execute(
        "select table_name from information_schema.tables "
        "where table_catalog = coalesce(?, current_database()) and table_schema = ? "
        "order by table_name",
        [catalog, SCHEMA],
    ).fetchall()
    return [name for (name,) in found]
