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
        names = connection.execute(
            "select table_name from information_schema.tables "
            "where table_catalog = 'built' and table_schema = ? order by table_name",
            [SCHEMA],
        ).fetchall()
        for (name,) in names:
            connection.execute(
                f'create table handed_out.{SCHEMA}."{name}" as from built.{SCHEMA}."{name}"'
            )
    return len(names)
