"""Pieces of DuckDB SQL."""

import re
from functools import cache

import duckdb

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def literal(value: object) -> str:
    """A value as SQL text in quotes."""
    return "'" + str(value).replace("'", "''") + "'"


def quoted(name: str) -> str:
    """An identifier in double quotes."""
    return '"' + name.replace('"', '""') + '"'


def identifier(name: str) -> str:
    """An identifier, in double quotes only where DuckDB needs them."""
    return name if _PLAIN.fullmatch(name) and name.lower() not in _reserved() else quoted(name)


def relation(table: str) -> str:
    """A table of a source, `table` or `schema.table`, as SQL names it."""
    return ".".join(identifier(part) for part in table.split("."))


@cache
def _reserved() -> frozenset[str]:
    with duckdb.connect() as connection:
        rows = connection.execute(
            "select keyword_name from duckdb_keywords() where keyword_category <> 'unreserved'"
        ).fetchall()
    return frozenset(name for (name,) in rows)
