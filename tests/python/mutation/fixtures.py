"""dbt's unit tests without dbt: their rows in a catalog of DuckDB's, and what must come out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from tests.python.mutation.built import Row, Types, UnitTest

Rows = Counter[tuple[object, ...]]


@dataclass(frozen=True)
class Loaded:
    """A unit test ready to run: the catalog with its rows, and the rows expected of the model."""

    name: str
    catalog: str
    columns: str
    expected: Rows

    def notices(self, connection: duckdb.DuckDBPyConnection, sql: str) -> bool:
        """Whether a model's SQL gives other rows than expected, in the columns that are listed."""
        connection.execute(f"use {self.catalog}")
        query = f"select {self.columns} from ({sql}\n) as actual"
        return Counter(connection.execute(query).fetchall()) != self.expected


def load(
    connection: duckdb.DuckDBPyConnection,
    test: UnitTest,
    catalog: str,
    relation: str,
    types: dict[str, Types],
) -> Loaded:
    """Put a unit test's rows into a catalog of its own."""
    connection.execute(f"attach ':memory:' as {catalog}")
    connection.execute(f"use {catalog}")
    for given, rows in test.given.items():
        make_table(connection, given, types[given], rows)
    columns = list(test.expected[0]) if test.expected else []
    expected: Rows = Counter()
    if test.expected:
        selects = [_select(row, columns, types[relation]) for row in test.expected]
        expected.update(connection.execute(" union all ".join(selects)).fetchall())
    return Loaded(test.name, catalog, ", ".join(columns) or "*", expected)


def make_table(
    connection: duckdb.DuckDBPyConnection, relation: str, types: Types, rows: Sequence[Row]
) -> None:
    """A table of a relation's columns, with rows; what a row does not name is NULL in it."""
    connection.execute(f"create schema if not exists {relation.split('.')[0]}")
    columns = ", ".join(f'"{name}" {kind}' for name, kind in types.items())
    connection.execute(f"create table {relation} ({columns})")
    if rows:
        selects = [_select(row, list(types), types) for row in rows]
        connection.execute(f"insert into {relation} " + " union all ".join(selects))


def _select(row: Row, columns: Sequence[str], types: Types) -> str:
    cells = (f"cast({_literal(row.get(name))} as {types[name]})" for name in columns)
    return "select " + ", ".join(cells)


def _literal(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    return str(value)
