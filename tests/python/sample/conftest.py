"""Samples that the tests share, and SQL over what a reader makes of them."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from tests.python.sample.contract import CONTRACT, Query, invalid_where
from trustmetrics.sample import generate


@pytest.fixture(scope="session")
def smallest(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, int]]:
    """The smallest sample there is."""
    folder = tmp_path_factory.mktemp("smallest")
    return folder, generate(folder, seed=1, size=1000)


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, int]]:
    """A sample of 20,000 rows, made by two threads."""
    folder = tmp_path_factory.mktemp("small")
    return folder, generate(folder, seed=7, size=20_000, threads=2)


@pytest.fixture(scope="session")
def large(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, int]]:
    """A sample of 100,000 rows."""
    folder = tmp_path_factory.mktemp("large")
    return folder, generate(folder, seed=7, size=100_000)


@pytest.fixture(scope="session")
def query(large: tuple[Path, dict[str, int]]) -> Query:
    """Runs SQL over the newest valid versions of the larger sample; raw rows are in raw_<table>."""
    connection = duckdb.connect()
    for name, table in CONTRACT.items():
        key = ", ".join(table["config"]["meta"]["key"])
        path = large[0] / f"{name}.parquet"
        connection.execute(f"create view raw_{name} as from '{path}'")
        connection.execute(
            f"""
            create table {name} as
            with newest as (
                from raw_{name}
                where is_deleted or not ({invalid_where(table)})
                qualify row_number() over (partition by {key} order by ingested_at desc) = 1
            )
            select * exclude (is_deleted) from newest where is_deleted is not true
            """
        )
    return lambda sql: connection.execute(sql).fetchall()
