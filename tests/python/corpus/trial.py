"""Builds what an edit touches on a dataset, and says which metrics' results differ."""

from __future__ import annotations

import math
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import duckdb

from .compiled import AS_OF, Nodes

Rows = list[tuple[Any, ...]]


class DoesNotBuildError(Exception):
    """A model of the edited project fails on the data; the message names it."""


class Dataset:
    """A dataset with the project as it is built on it; edits are built and undone."""

    def __init__(self, name: str, database: Path, base: Nodes) -> None:
        """Read the raw tables and the instant as_of of a database that dbt built.

        Args:
            name: what to call it.
            database: a DuckDB file of the project's build.
            base: the project as it is.
        """
        self.name = name
        self._base = base
        self._db = duckdb.connect(config={"threads": 1})
        self._db.execute("set TimeZone = 'UTC'")
        self._db.execute(f"attach '{database}' as built (read_only)")
        for schema in ("raw", "seeds", *sorted({n.split('"')[1] for n in base} - {"seeds"})):
            self._db.execute(f'create schema if not exists "{schema}"')
        listed = "select table_name from information_schema.tables where table_catalog = 'built'"
        for (table,) in self._db.execute(f"{listed} and table_schema = 'raw'").fetchall():
            self._db.execute(f'create table raw."{table}" as select * from built.raw."{table}"')
        (as_of,) = self._db.execute("select as_of from built.staging.as_of").fetchone() or (None,)
        self._pinned = f"select cast('{as_of}' as timestamp) as as_of"
        self._build(base, base)
        self._latest = self._instant(base)
        self._rows = {name: self._read(name) for name in base if base[name].metric}
        self._differs_from(database)

    def moved(self, edited: Nodes) -> tuple[set[str], bool]:
        """The metrics of which results differ in the edited project, and whether as_of does.

        as_of is held where it is, so that a metric is not moved merely by it.

        Raises:
            DoesNotBuildError: a model fails.
        """
        self._db.execute("begin")
        try:
            touched = _touched(self._base, edited)
            for name in reversed(touched):
                self._db.execute(f"drop table if exists {name}")
            self._build(edited, touched)
            as_of_moves = AS_OF in touched and self._instant(edited) != self._latest
            marts = [name for name in touched if name in edited and edited[name].metric]
            gone = {node.metric for name, node in self._base.items() if name not in edited}
            found = {
                edited[name].metric
                for name in marts
                if name not in self._rows or not same(self._rows[name], self._read(name))
            }
            return {metric for metric in found | gone if metric}, as_of_moves
        finally:
            self._db.execute("rollback")

    def _build(self, nodes: Nodes, names: Iterable[str]) -> None:
        wanted = set(names)
        for name in (name for name in nodes if name in wanted):
            sql = self._pinned if name == AS_OF else nodes[name].sql
            try:
                self._db.execute(f"create table {name} as {sql}")
            except duckdb.Error as error:
                raise DoesNotBuildError(f"{name}: {error}") from None

    def _instant(self, nodes: Nodes) -> Any:
        """What the instant as_of hangs on: the default one, and the valid rows of each table.

        One dataset has one instant, of its latest row; but where a row's validity differs, the
        dataset of that row alone has another.
        """
        found = [self._db.execute(nodes[AS_OF].sql).fetchall()]
        for name in sorted(nodes[AS_OF].reads):
            query = f"select ingested_at from {name} where breaches is null order by all"
            found.append(self._db.execute(query).fetchall())
        return found

    def _read(self, mart: str) -> Rows:
        return self._db.execute(f"select * exclude (as_of) from {mart} order by all").fetchall()

    def _differs_from(self, database: Path) -> None:
        for name in self._rows:
            query = f"select * exclude (as_of) from built.{name} order by all"
            if not same(self._rows[name], self._db.execute(query).fetchall()):
                raise DoesNotBuildError(f"{name} differs from that of dbt's build {database}")


def same(left: Rows, right: Rows) -> bool:
    """Whether two marts, sorted, hold the same rows, their numbers to 12 significant digits."""
    if len(left) != len(right):
        return False
    return all(
        len(one) == len(other) and all(_same(a, b) for a, b in zip(one, other, strict=True))
        for one, other in zip(left, right, strict=True)
    )


def _same(left: Any, right: Any) -> bool:
    if isinstance(left, float) and isinstance(right, float):
        both_nan = math.isnan(left) and math.isnan(right)
        return both_nan or math.isclose(left, right, rel_tol=1e-12, abs_tol=1e-15)
    return left == right


def _touched(base: Nodes, edited: Nodes) -> list[str]:
    """What is new, or reads something that is, or is gone; in the order of building."""
    found = {name for name in base if name not in edited}
    for name, node in edited.items():
        if name not in base or node.sql != base[name].sql or node.reads & found:
            found.add(name)
    return [*(name for name in base if name not in edited), *(n for n in edited if n in found)]
