"""Writes a sample of the raw tables as Parquet, with the DuckDB SQL in the folder `sql`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta
from importlib.resources import as_file, files
from pathlib import Path
from string import Template

import duckdb

from trustmetrics.sample.review import review
from trustmetrics.sample.sizes import PERIOD_DAYS, PERIOD_END, PERIOD_START, counts, history_start
from trustmetrics.sample.tables import TABLES, Table
from trustmetrics.workshop import tables_in_place

SETUP = ("macros", "mixes", "arrivals", "experiments", "incidents", "case_signals", "case_routes")
NOT_DELIVERED = ("known_at", "open_known_at")
PLAN, SPILL = "plan.duckdb", "spill"
PLANS = {PLAN, f"{PLAN}.wal", SPILL}
MEMORY_LIMIT = "2500MB"
# A fact has further versions (see delivery.sql), so that facts make this many rows.
VERSIONS_PER_FACT = 1.0112


def generate(
    out: Path,
    seed: int,
    size: int,
    on_table: Callable[[str, int], None] | None = None,
    threads: int | None = None,
) -> dict[str, int]:
    """Write `<table>.parquet` for 27 of the 28 raw tables into `out`; `not_measured` has no rows.

    `size` is the number of raw rows over all tables, including corrections and the like: within two
    percent from 10,000 rows on, up to a sixth more below that. Tables with a row per day
    (active_accounts, activity_daily, dataset_loads, prevalence_strata) get 24 percent of it, in
    whole months back from the end, until they cover the period of 15 months (about 76,000 rows);
    beyond that they do not grow, though the numbers in them do. prevalence_labels gets 16 percent
    until it has 1,200 rows a week (about 490,000 rows), moderator_shifts 3.5 percent until somebody
    is on shift day and night (about 63,000 rows). surfaces, surface_monitors, tool_services and
    experiments are fixed; incidents, postmortem_actions, tool_outages, calibration_ratings and
    stakeholder_surveys grow little. All else grows with the number of cases, and detections take up
    the remainder.

    With the pinned DuckDB, the same seed and size give the same rows in the same order, however
    many threads it uses. Files are written to a temporary folder inside `out` and renamed when all
    are done: an interrupted run leaves what was there before.

    Args:
        out: folder for the files; created if needed.
        seed: a different seed gives different data.
        size: rows in all, at least 1,000.
        on_table: called with a table's name and its number of rows once it is written.
        threads: threads for DuckDB; None: its own choice.

    Returns:
        Rows per table.

    Raises:
        ValueError: if size is below 1,000.
        UserError: if `out` cannot be written to, or the disk is full.
    """
    numbers = counts(size)
    rows: dict[str, int] = {}
    names = {table.name for table in TABLES}
    with (
        tables_in_place(out, ".sample-", names, PLANS) as workshop,
        _connect(workshop, threads) as connection,
    ):
        _set_up(connection, seed, size, numbers)
        for table in TABLES:
            if table.name == "detections":
                room = (size - sum(rows.values())) / VERSIONS_PER_FACT
                _set_variable(connection, "n_detections", max(1, round(room)))
            rows[table.name] = _write(connection, table, workshop)
            if on_table is not None:
                on_table(table.name, rows[table.name])
    return rows


def _connect(workshop: Path, threads: int | None) -> duckdb.DuckDBPyConnection:
    """Open a database in the workshop, which may spill there."""
    connection = duckdb.connect(workshop / PLAN)
    connection.execute(f"set memory_limit = '{MEMORY_LIMIT}'")
    connection.execute("set temp_directory = ?", [str(workshop / SPILL)])
    connection.execute("set timezone = 'UTC'")
    if threads is not None:
        connection.execute(f"set threads = {threads:d}")
    return connection


def _set_up(
    connection: duckdb.DuckDBPyConnection, seed: int, size: int, numbers: dict[str, int]
) -> None:
    """Create the macros, the variables and the plan of all cases."""
    variables = {
        **numbers,
        "seed": seed,
        "n_days": PERIOD_DAYS,
        "history_start": history_start(size),
        "start_ms": _epoch_ms(datetime.combine(PERIOD_START, time())),
        "end_ms": _epoch_ms(datetime.combine(PERIOD_END, time())),
        "last_ingestion": datetime.combine(PERIOD_END, time(12)) + timedelta(days=1),
    }
    for name, value in variables.items():
        _set_variable(connection, name, value)
    folder = files("trustmetrics.sample").joinpath("sql", "setup")
    with as_file(folder.joinpath("policy_mix.csv")) as mix:
        _set_variable(connection, "policy_mix_file", str(mix))
        for name in SETUP:
            connection.execute(folder.joinpath(f"{name}.sql").read_text(encoding="utf-8"))
        review(connection, size)
        connection.execute(folder.joinpath("case_lives.sql").read_text(encoding="utf-8"))


def _write(connection: duckdb.DuckDBPyConnection, table: Table, workshop: Path) -> int:
    """Write one table into the workshop and return its number of rows."""
    folder = files("trustmetrics.sample").joinpath("sql")
    facts = folder.joinpath("tables", f"{table.name}.sql").read_text(encoding="utf-8")
    described = connection.execute(f"describe {facts}").fetchall()
    columns = [name for name, *_ in described if name not in NOT_DELIVERED]
    statement = Template(folder.joinpath("delivery.sql").read_text(encoding="utf-8")).substitute(
        table=table.name,
        facts=facts,
        key=", ".join(table.key),
        columns=",\n            ".join(_versioned(table, column) for column in columns),
        is_kept=table.is_kept,
        is_reference=str(table.is_reference).lower(),
        opened_at="open_known_at" if table.opens else "null::timestamp",
        file=str(workshop / f"{table.name}.parquet").replace("'", "''"),
    )
    return connection.execute(statement).fetchall()[0][0]


def _versioned(table: Table, column: str) -> str:
    """Write a column as SQL: what each version of a row makes of it."""
    branches = []
    if column in table.correction:
        branches.append(f"version in ('correction', 'conflict') then {table.correction[column]}")
    if column in table.opens:
        branches.append("version = 'open' then null")
    if column not in table.key:
        branches.append("version = 'tombstone' then null")
    for place, (broken, value) in enumerate(table.breaches):
        if broken == column:
            turn = f"lot // 10000 % {len(table.breaches)} = {place}"
            branches.append(f"version = 'breach' and {turn} then {value}")
    if not branches:
        return column
    return f"case when {' when '.join(branches)} else {column} end as {column}"


def _set_variable(connection: duckdb.DuckDBPyConnection, name: str, value: object) -> None:
    parameter = "cast(? as bigint)" if isinstance(value, int) else "?"
    connection.execute(f"set variable {name} = {parameter}", [value])


def _epoch_ms(moment: datetime) -> int:
    return round((moment - datetime(1970, 1, 1)) / timedelta(milliseconds=1))
