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
    with duckdb.connect(str(draft)) as connection:
        path = str(database).replace("'", "''")
        connection.execute(f"attach '{path}' as built (read_only)")
        connection.execute(f"create schema {SCHEMA}")
        names = connection.execute(
            "select table_name from information_schema.tables "
            "where table_catalog = 'built' and table_schema = ? order by table_name",
            [SCHEMA],
        ).fetchall()
        for (name,) in names:
            connection.execute(f'create table {SCHEMA}."{name}" as from built.{SCHEMA}."{name}"')
        connection.execute("detach built")
    return len(names)
