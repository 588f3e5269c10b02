"""Judges a folder of raw files by the build's own rules: the macros that open it and check it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from trustmetrics.check.declared import read_contract
from trustmetrics.dbt_errors import essence
from trustmetrics.errors import UserError
from trustmetrics.macro_host import MacroHost
from trustmetrics.raw_entries import check_raw_folder
from trustmetrics.rejections import Rejected, rejected_by_table

COUNTS = """
select
    count(*) as raw_row_count,
    count(breaches) as rejected_row_count,
    count(*) filter (where breaches is null and not coalesce(is_deleted, false)) as row_count
from base_{table}
"""
DECLARED = """
select
    metric,
    max_by(reason, ingested_at) as reason
from base_not_measured
where breaches is null
group by metric
having not max_by(coalesce(is_deleted, false), ingested_at)
order by metric
"""


@dataclass(frozen=True)
class TableFound:
    """A raw table of the folder.

    Attributes:
        table: its name.
        files: how many files it consists of; 0 where it is missing.
        rows: its rows.
        rejected: those that break the contract.
        valid: those that do not, and delete nothing: without one, the table counts as missing.
    """

    table: str
    files: int
    rows: int = 0
    rejected: int = 0
    valid: int = 0


@dataclass(frozen=True)
class Findings:
    """What a folder of raw files comes to.

    Attributes:
        tables: every table of the contract whose files could be read.
        faults: what is wrong with files, a line each; then a build cannot run.
        unread: the files and folders that belong to no table.
        rejected: the rows that break the contract, by table.
        missing: a line for each table without a row, with the metrics that it takes away.
        measured: the metrics that this input gives, by name.
        not_measured: the tables that each of the other metrics lacks; `not_measured` alone, the
            table that declares it, where it lacks none.
    """

    tables: Sequence[TableFound]
    faults: Sequence[str]
    unread: Sequence[str]
    rejected: Sequence[Rejected] = ()
    missing: Sequence[str] = ()
    measured: Sequence[str] = ()
    not_measured: dict[str, list[str]] = field(default_factory=dict)


def look_at(
    folder: Path, project: Path, on_table: Callable[[str, int], None] = lambda *_: None
) -> Findings:
    """Read every raw table of a folder and hold it against the contract.

    Args:
        folder: what a build would be given as its raw folder.
        project: the folder that holds dbt_project.yml.
        on_table: called as each table is done, with its name and number of rows.

    Raises:
        UserError: there is no such folder, or a file in it cannot be read.
    """
    if not folder.is_dir():
        raise UserError(
            f"the folder '{folder}' does not exist. Name the one that holds the raw tables"
        )
    if faults := check_raw_folder(folder, {table.name for table in read_contract(project)}):
        return Findings((), faults, ())
    with duckdb.connect() as connection:
        connection.execute("set timezone = 'UTC'")
        host = MacroHost(project, connection)
        try:
            return _look(host, str(folder.resolve()), project, on_table)
        except duckdb.Error as error:
            raise UserError(essence([f"{error}"], folder)) from error


def _look(
    host: MacroHost, folder: str, project: Path, on_table: Callable[[str, int], None]
) -> Findings:
    raw = host.call("duckdb_raw_folder", folder)
    faults = [host.call("raw_fault_text", fault) for fault in raw["faults"]]
    run = host.connection.execute
    for schema in ("raw", "marts", "restricted"):
        run(f"create schema {schema}")
    tables: list[TableFound] = []
    for table, view in raw["views"].items():
        run(f"create view raw.{table} as {view}")
        files = len(raw["files"][table])
        if files:
            _check(host, table)
            tables.append(TableFound(table, files, *run(COUNTS.format(table=table)).fetchone()))
            on_table(table, tables[-1].rows)
        else:
            tables.append(TableFound(table, files))
    if faults:
        return Findings(tables, faults, raw["unread"])
    without = [(one.table, one.rows, one.rejected, 0) for one in tables if not one.valid]
    names = {one[0] for one in without}
    lacks = {
        metric: [table for table in facts["requires"] if table in names]
        for metric, facts in host.call("metric_facts").items()
    }
    declared = run(DECLARED).fetchall() if "not_measured" not in names else []
    for metric, _ in declared:
        if metric in lacks:
            lacks[metric] = lacks[metric] or ["not_measured"]
    return Findings(
        tables,
        faults,
        raw["unread"],
        _rejected(host, tables, project),
        host.call("missing_table_lines", without) + host.call("declared_lines", declared),
        sorted(name for name, missing in lacks.items() if not missing),
        {name: missing for name, missing in sorted(lacks.items()) if missing},
    )


def _check(host: MacroHost, table: str) -> None:
    """Make a table's base: its rows, each with the rules that it breaks."""
    host.connection.execute(f"create view base_{table} as {host.call('contract_base', table)}")


def _rejected(host: MacroHost, tables: Sequence[TableFound], project: Path) -> list[Rejected]:
    """What a build would find in the two tables that it makes of this."""
    if not any(one.rejected for one in tables):
        return []
    run = host.connection.execute
    run(
        "create table marts.data_quality "
        "(table_name varchar, raw_row_count bigint, rejected_row_count bigint)"
    )
    for one in tables:
        run("insert into marts.data_quality values (?, ?, ?)", [one.table, one.rows, one.rejected])
        if not one.files:
            _check(host, one.table)
    run("create table restricted.rejected_rows as " + host.call("rejected_rows"))
    return rejected_by_table(host.connection, read_contract(project))
