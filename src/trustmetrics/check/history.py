"""Keeps the results: a Parquet file beside the database, and the table marts.data_checks in it.

A build makes a new database file, so the history has a file of its own. Each run adds its rows to
that file and makes the table anew from it.
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import duckdb

from trustmetrics.built import opened
from trustmetrics.check.measures import Measure
from trustmetrics.drafts import drafted
from trustmetrics.errors import UserError
from trustmetrics.mapping.sql import literal

COLUMNS = {
    "run_at": "timestamp",
    "as_of": "timestamp",
    "checkpoint": "varchar",
    "table_name": "varchar",
    "column_name": "varchar",
    "slice": "varchar",
    "expectation": "varchar",
    "success": "boolean",
    "observed_value": "double",
    "lower_limit": "double",
    "upper_limit": "double",
    "observed": "varchar",
    "expected": "varchar",
    "sentence": "varchar",
}


def history_file(database: Path) -> Path:
    """Return the file that holds the results of all runs over a database."""
    return database.with_name(f"{database.name}.checks.parquet")


def keep(database: Path, run_at: datetime, as_of: datetime, results: Sequence[Measure]) -> int:
    """Add a run's results to the history and to the database; return how many runs it holds.

    Args:
        database: the DuckDB file.
        run_at: when the checks ran, UTC.
        as_of: the instant that the database was built to look from, UTC.
        results: the judged measures, in their order.

    Raises:
        UserError: the database is in use, or the history cannot be read.
    """
    rows = [{"run_at": run_at, "as_of": as_of, "sentence": r.sentence} | vars(r) for r in results]
    # One list per column: one statement in place of some five hundred.
    lists = {name: [row[name] for row in rows] for name in COLUMNS}
    unnested = ", ".join(f"unnest(cast(${name} as {kind}[]))" for name, kind in COLUMNS.items())
    file = history_file(database)
    # A run that is cut short leaves the old history.
    with drafted(file) as draft, opened(database, read_only=False) as connection:
        connection.begin()
        _make_table(connection, file)
        connection.execute(f"insert into marts.data_checks select {unnested}", lists)
        connection.execute(f"copy marts.data_checks to {literal(draft)} (format parquet)")
        connection.commit()
        counted = connection.sql("select count(distinct run_at) from marts.data_checks")
        ((runs,),) = counted.fetchall()
    return runs


def last_rows(database: Path, as_of: datetime) -> dict[str, float]:
    """Return how many rows the raw tables had at the last check, by name with schema.

    Args:
        database: the DuckDB file.
        as_of: checks that looked from a later instant do not count: they saw more.

    Raises:
        UserError: the history cannot be read.
    """
    file = history_file(database)
    if not _exists(file):
        return {}
    with _readable(file), duckdb.connect() as connection:
        return dict(
            connection.execute(
                "select table_name, arg_max(observed_value, run_at) from read_parquet(?) "
                "where expectation = 'rows_kept' and as_of <= ? group by table_name",
                [str(file), as_of],
            ).fetchall()
        )


def put_back(database: Path, history: Path) -> None:
    """Make the table marts.data_checks in a database that was just built, from the history.

    Args:
        database: the DuckDB file, which nobody else has open.
        history: what history_file gives for the place that the database will have.

    Raises:
        UserError: the history cannot be read.
    """
    with opened(database, read_only=False) as connection:
        _make_table(connection, history)


def _make_table(connection: duckdb.DuckDBPyConnection, history: Path) -> None:
    columns = ", ".join(f"{name} {kind}" for name, kind in COLUMNS.items())
    connection.execute("create schema if not exists marts")
    connection.execute(f"create or replace table marts.data_checks ({columns})")
    if _exists(history):
        with _readable(history):
            earlier = f"from read_parquet({literal(history)}) order by run_at"
            connection.execute(f"insert into marts.data_checks by name {earlier}")


@contextmanager
def _readable(file: Path) -> Iterator[None]:
    try:
        yield
    except duckdb.Error as error:
        raise UserError(_unreadable(file)) from error


def _exists(file: Path) -> bool:
    """Whether there is a history.

    Raises:
        UserError: something else has its name.
    """
    if file.is_file():
        return True
    if os.path.lexists(file):
        raise UserError(_unreadable(file))
    return False


def _unreadable(file: Path) -> str:
    return (
        f"the history of the checks '{file}' cannot be read. Restore it from a copy, or delete "
        "it to begin a new one"
    )
