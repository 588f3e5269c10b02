"""The same input gives the same bits: any number of threads, any order of rows, CSV or Parquet.

The SQL is what dbt compiles, run on DuckDB without dbt's start, which costs more than the SQL.
"""

from __future__ import annotations

import struct
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.faults.many_rows import AS_OF, ManyRows
from tests.python.helpers import ROOT, DbtHere, environment
from trustmetrics.macro_host import MacroHost

PUBLISHED = (
    "kpi_values",
    "kpi_latest_periods",
    "kpi_scorecard",
    "kpi_slice_deviations",
    "metric_drivers",
    "kpi_trends",
)
# Twenty builds: what each reads, by how many threads. The rest is held against the first.
BUILDS = [
    (suffix, threads)
    for suffix in ("parquet", "csv", "parquet", "parquet", "parquet")
    for threads in (1, 2, 4, 8)
]
Rows = Counter[tuple[Any, ...]]


@dataclass(frozen=True)
class Model:
    """A model of the project: its relation, its compiled query, whether it is a view."""

    relation: str
    query: str
    is_view: bool


class Builder:
    """Builds the published marts, and what they read, by the SQL that dbt compiles."""

    def __init__(self, folder: Path) -> None:
        """Compile the project and load its seeds; folder: for dbt's files and the seeds'."""
        dbt = DbtHere(folder)
        self._seeds = folder / "trustmetrics.duckdb"
        variables = {
            "TRUSTMETRICS_DATABASE": str(self._seeds),
            "TRUSTMETRICS_AS_OF": AS_OF.isoformat(" "),
        }
        assert dbt.invoke(["seed"], variables).success
        selected = [f"+{name}" for name in PUBLISHED]
        compiled = dbt.invoke(["compile", "--select", *selected], variables)
        assert compiled.success, compiled.exception
        self.models = [
            Model(
                f"{node.schema}.{node.alias}",
                node.compiled_code,
                node.config.materialized == "view",
            )
            for node in (result.node for result in compiled.result.results)
            if node.resource_type == "model"
        ]

    def build(self, raw: Path, threads: int) -> dict[str, Rows]:
        """The rows of each published mart, built from a folder by some threads."""
        options = {"threads": threads, "preserve_insertion_order": False}
        with duckdb.connect(config=options) as connection:
            connection.execute("set timezone = 'UTC'; set memory_limit = '3GB'")
            connection.execute("create schema staging; create schema intermediate")
            connection.execute("create schema marts; create schema seeds")
            connection.execute(f"attach '{self._seeds}' as loaded (read_only)")
            for (name,) in connection.execute(
                "select table_name from duckdb_tables() where database_name = 'loaded'"
            ).fetchall():
                connection.execute(f"create table seeds.{name} as from loaded.seeds.{name}")
            with environment({"TRUSTMETRICS_RAW": str(raw)}):
                MacroHost(ROOT, connection).call("duckdb__open_raw")
            for model in self.models:
                kind = "view" if model.is_view else "table"
                connection.execute(f"create {kind} {model.relation} as {model.query}")
            return {name: _read(connection, name) for name in PUBLISHED}


def _read(connection: duckdb.DuckDBPyConnection, name: str) -> Rows:
    """The rows of a mart, each double by its eight bytes."""
    found = connection.execute(f"select * from marts.{name}")
    return Counter(
        tuple(struct.pack("<d", cell) if isinstance(cell, float) else cell for cell in row)
        for row in found.fetchall()
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("same_bits")


@pytest.fixture(scope="module")
def builder(folder: Path) -> Builder:
    (folder / "target").mkdir()
    return Builder(folder / "target")


@pytest.fixture(scope="module")
def rows(folder: Path) -> Iterator[ManyRows]:
    with closing(ManyRows(folder / "hostile")) as made:
        yield made


@pytest.fixture(scope="module")
def first(folder: Path, builder: Builder, rows: ManyRows) -> dict[str, Rows]:
    """The first build: one thread, Parquet."""
    suffix, threads = BUILDS[0]
    rows.write(folder / "first", suffix, 0)
    return builder.build(folder / "first", threads)


def test_what_is_compared_has_every_metric(first: dict[str, Rows]) -> None:
    """An empty mart would be the same however it is built."""
    versions = {row[:2] for row in first["kpi_values"]}
    facts = MacroHost(ROOT, duckdb.connect()).call("metric_facts")
    expected = {(name, v) for name, fact in facts.items() for v in fact["versions"]}
    assert versions == expected
    assert all(first.values())


@pytest.mark.parametrize(
    ("order", "suffix", "threads"),
    [(order, suffix, threads) for order, (suffix, threads) in enumerate(BUILDS) if order],
    ids=lambda value: str(value),
)
def test_the_bits_are_the_same(
    order: int,
    suffix: str,
    threads: int,
    folder: Path,
    builder: Builder,
    rows: ManyRows,
    first: dict[str, Rows],
) -> None:
    raw = folder / f"raw_{order}"
    rows.write(raw, suffix, order)
    built = builder.build(raw, threads)
    different = {name: first[name] - built[name] for name in PUBLISHED}
    by_metric = {name: dict(Counter(row[0] for row in rows)) for name, rows in different.items()}
    assert not any(by_metric.values()), by_metric
    assert built == first
