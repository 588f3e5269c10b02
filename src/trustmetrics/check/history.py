"""Keeps the results: a Parquet file beside the database, and the table marts.data_checks in it.

A build makes a new database file, so the history stands in a file of its own. Each run adds its
rows to that file and makes the table anew from it.
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import duckdb

from trustmetrics.check.database import opened
from trustmetrics.check.measures import Result
from trustmetrics.errors import UserError

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


def keep(database: Path, run_at: datetime, as_of: datetime, results: Sequence[Result]) -> int:
    """Add a run's results to the history and to the database; return how many runs it holds.

    Args:
        database: the DuckDB file.
        run_at: when the checks ran, UTC.
        as_of: the instant that the database was built to look from, UTC.
        results: the results, in their order.

    Raises:
        UserError: the database is in use.
    """
    names = ", ".join(f"{name} {kind}" for name, kind in COLUMNS.items())
    marks = ", ".join("?" for _ in COLUMNS)
    with opened(database, read_only=False) as connection:
        connection.begin()
        connection.execute(f"create or replace temporary table this_run ({names})")
        connection.executemany(
            f"insert into this_run values ({marks})",
            [_row(run_at, as_of, result) for result in results],
        )
        _add_earlier(connection, history_file(database))
        connection.execute("create schema if not exists marts")
        connection.execute("create or replace table marts.data_checks as from all_runs")
        connection.commit()
        _write(connection, history_file(database))
        runs = connection.execute("select count(distinct run_at) from all_runs").fetchone()
    return runs[0] if runs else 0


def last_rows(database: Path, as_of: datetime) -> dict[str, float]:
    """Return how many rows the raw tables had at the last check, by name with schema.

    Args:
        database: the DuckDB file.
        as_of: checks that looked from a later instant do not count: they saw more.

    Raises:
        UserError: the history cannot be read.
    """
    file = history_file(database)
    if not file.is_file():
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
    with _readable(history), opened(database, read_only=False) as connection:
        names = ", ".join(f"{name} {kind}" for name, kind in COLUMNS.items())
        connection.execute(f"create or replace table marts.data_checks ({names})")
        if history.is_file():
            connection.execute(
                f"insert into marts.data_checks by name from read_parquet({_quoted(history)})"
            )


@contextmanager
def _readable(file: Path) -> Iterator[None]:
    try:
        yield
    except (duckdb.InvalidInputException, duckdb.BinderException) as error:
        raise UserError(
            f"the history of the checks '{file}' cannot be read. Put back a copy of it, or delete "
            "it to begin a new one"
        ) from error


def _row(run_at: datetime, as_of: datetime, result: Result) -> tuple[object, ...]:
    measure = result.measure
    return (
        run_at,
        as_of,
        measure.checkpoint,
        measure.table,
        measure.column,
        measure.slice,
        measure.check,
        result.held,
        measure.value,
        measure.lower,
        measure.upper,
        result.observed or None,
        measure.expected or None,
        result.sentence,
    )


def _add_earlier(connection: duckdb.DuckDBPyConnection, file: Path) -> None:
    earlier = f"union all by name from read_parquet({_quoted(file)})" if file.is_file() else ""
    connection.execute(
        f"create or replace temporary table all_runs as from this_run {earlier} order by run_at"
    )


def _write(connection: duckdb.DuckDBPyConnection, file: Path) -> None:
    """Write the history beside its place first: a run that is cut short leaves the old one."""
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        connection.execute(f"copy all_runs to {_quoted(draft)} (format parquet)")
        draft.replace(file)
    finally:
        draft.unlink(missing_ok=True)


def _quoted(file: Path) -> str:
    text = str(file).replace("'", "''")
    return f"'{text}'"
