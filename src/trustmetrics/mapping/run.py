"""Runs a map over a source and writes the raw tables: what trustmetrics ingest sql does."""

import re
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path

import duckdb

from trustmetrics.check.declared import Column, RawTable, read_contract
from trustmetrics.engine_errors import plain
from trustmetrics.errors import UserError
from trustmetrics.ingest.staged import Staged, staged, stale_tables
from trustmetrics.instant import parse_instant
from trustmetrics.mapping.decisions import SETTINGS_USED, decisions_left, sql_files
from trustmetrics.mapping.expression import SQL_TYPES
from trustmetrics.mapping.files import reading_fault
from trustmetrics.mapping.query import Query, read_query
from trustmetrics.mapping.settings import (
    EXTRACTED_AT,
    MARK,
    TIME_ZONE,
    read_settings,
)
from trustmetrics.mapping.source import Source, open_source, shown
from trustmetrics.mapping.sql import literal

LISTED = 20
ERROR_LINE = re.compile(r"^LINE (\d+):", re.MULTILINE)
INTEGERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT")
ACCEPTED = {
    "string": ("VARCHAR", "UUID", "ENUM"),
    "integer": (*INTEGERS, *(f"U{name}" for name in INTEGERS)),
    "double": (*INTEGERS, *(f"U{name}" for name in INTEGERS), "FLOAT", "DOUBLE", "DECIMAL"),
    "boolean": ("BOOLEAN",),
    "date": ("DATE",),
    "timestamp": ("TIMESTAMP",),
}


@dataclass
class Report:
    """What a run wrote: rows by table, and what a person should look at, a sentence each."""

    rows: dict[str, int] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)


def run_map(
    project: Path,
    folder: Path,
    address: str,
    out: Path,
    extracted_at: str,
    on_table: Callable[[str, int], None],
) -> Report:
    """Run every SELECT of a map and write `<table>.parquet` for each, or nothing.

    Args:
        project: the folder that holds dbt_project.yml.
        folder: the map.
        address: the source, as for open_source.
        out: folder of the raw tables.
        extracted_at: when the source was exported, UTC; empty: as in the map's settings.
        on_table: progress: called with each table and its rows.

    Raises:
        UserError: something is not decided, or wrong; the message lists all that was found.
    """
    contract = {raw.name: raw for raw in read_contract(project)}
    settings = read_settings(folder)
    if extracted_at:
        settings[EXTRACTED_AT] = str(parse_instant(extracted_at, "--extracted-at"))
    _refuse_undecided(folder, settings)
    queries = _read(folder, contract)
    _refuse(stale_tables(out, queries, contract))
    source = open_source(address)
    try:
        with (
            tempfile.TemporaryDirectory() as workshop,
            duckdb.connect(str(Path(workshop) / "source.duckdb")) as connection,
        ):
            connection.execute("set timezone = 'UTC'; set preserve_insertion_order = false")
            for name, value in settings.items():
                connection.execute(f"set variable {name} = {literal(value)}")
            _load(connection, source, queries, f"the source '{shown(address)}'", on_table)
            misfits = [
                fault
                for name, query in queries.items()
                for fault in _misfits(connection, query, contract[name])
            ]
            _refuse(misfits)
            return _write(connection, queries, contract, out, on_table)
    finally:
        source.close()


def _refuse(faults: list[str], opening: str = "nothing was written:") -> None:
    """Raise all faults at once, a line each."""
    if not faults:
        return
    more = [f"and {len(faults) - LISTED} more"] if len(faults) > LISTED else []
    lines = [*faults[:LISTED], *more]
    raise UserError("\n".join([opening, *lines] if len(lines) > 1 else lines))


def _refuse_undecided(folder: Path, settings: dict[str, str]) -> None:
    left = decisions_left(folder, frozenset(settings))
    mend = f"write what is right and delete the word {MARK}"
    if len(left) == 1:
        _refuse([f"{left[0]} is not decided: {mend}"])
    _refuse([str(one) for one in left], f"{len(left)} places are not decided. At each, {mend}:")


def _read(folder: Path, contract: dict[str, RawTable]) -> dict[str, Query]:
    queries, faults = {}, []
    for file in sql_files(folder):
        if file.stem not in contract:
            near = get_close_matches(file.stem, contract, 1)
            hint = f"Is it {near[0]}.sql?" if near else "docs/raw_contract.md lists them."
            faults.append(f"{file}: there is no raw table of that name. {hint}")
            continue
        try:
            query = queries[file.stem] = read_query(file)
        except UserError as error:
            faults.append(str(error))
            continue
        unknown = set(SETTINGS_USED.findall(query.text)) - {TIME_ZONE, EXTRACTED_AT}
        faults += [
            f"{file}:{query.line_of(name)}: there is no setting '{name}'. Write the value itself"
            for name in sorted(unknown)
        ]
    _refuse(faults)
    return queries


def _load(
    connection: duckdb.DuckDBPyConnection,
    source: Source,
    queries: dict[str, Query],
    called: str,
    on_table: Callable[[str, int], None],
) -> None:
    """Load the tables that the map reads, and no other."""
    known = {table.lower(): table for table in source.tables}
    faults = []
    wanted: dict[str, None] = {}
    for query in queries.values():
        for table in query.tables:
            if table.lower() in known:
                wanted[known[table.lower()]] = None
                continue
            near = get_close_matches(table.lower(), known, 1)
            hint = f"Is it {known[near[0]]}?" if near else f"It has: {', '.join(source.tables)}."
            line = query.line_of(table.split(".")[-1])
            faults.append(f"{query.file}:{line}: {called} has no table '{table}'. {hint}")
    _refuse(faults)
    for table in wanted:
        copied = source.load(connection, table, None)
        if copied is not None:
            on_table(f"copied {table}", copied)


def _misfits(connection: duckdb.DuckDBPyConnection, query: Query, raw: RawTable) -> list[str]:
    """What of a SELECT's columns is not as the contract wants it."""
    try:
        described = connection.execute(f"describe {query.text}").fetchall()
    except duckdb.Error as error:
        return [_sql_fault(query.file, error)]
    given = [(name, type_) for name, type_, *_ in described]
    types = dict(given)
    wanted = {column.name: column for column in raw.columns}
    faults = []
    for name in wanted.keys() - types.keys():
        if wanted[name].optional:
            continue
        kind = SQL_TYPES[wanted[name].data_type]
        faults.append((1, f"column {name} is missing. Add: cast(... as {kind}) as {name}"))
    for name, type_ in given:
        line = query.line_of(name, "as") if query.line_of(name, "as") > 1 else query.line_of(name)
        if name not in wanted:
            faults.append((line, f"{raw.name} has no column {name}. Delete it"))
        elif sum(other == name for other, _ in given) > 1:
            faults.append((line, f"column {name} is there twice. Delete one"))
        elif not _is_accepted(wanted[name], type_):
            kind = SQL_TYPES[wanted[name].data_type]
            faults.append((line, f"column {name} is {type_}. Write: cast(... as {kind})"))
    return [f"{query.file}:{line}: {fault}" for line, fault in sorted(set(faults))]


def _is_accepted(column: Column, type_: str) -> bool:
    return type_.startswith(ACCEPTED[column.data_type]) and not type_.endswith("]")


def _sql_fault(file: Path, error: duckdb.Error) -> str:
    """DuckDB's error in one line, with the line of the file where it names one."""
    if unread := reading_fault(error):
        return unread
    found = ERROR_LINE.search(str(error))
    place = f":{found[1]}" if found else ""
    return f"{file}{place}: {plain(str(error))}. Correct the query"


def _write(
    connection: duckdb.DuckDBPyConnection,
    queries: dict[str, Query],
    contract: dict[str, RawTable],
    out: Path,
    on_table: Callable[[str, int], None],
) -> Report:
    report, faults = Report(), []
    with staged(connection, out, contract) as tables:
        for name, query in queries.items():
            try:
                report.rows[name] = tables.write(name, _typed(connection, query, contract[name]))
            except duckdb.IOException:
                raise
            except duckdb.Error as error:
                faults.append(_sql_fault(query.file, error))
                continue
            faults += _judge(connection, tables, query, contract[name], report)
            on_table(name, report.rows[name])
        _refuse(faults)
    return report


def _typed(connection: duckdb.DuckDBPyConnection, query: Query, raw: RawTable) -> str:
    """The SELECT with its columns in the contract's order and types; optional ones may lack."""
    types = {
        name: type_ for name, type_, *_ in connection.execute(f"describe {query.text}").fetchall()
    }
    columns = ", ".join(
        f"timezone('UTC', {column.name}) as {column.name}"
        if types[column.name] == "TIMESTAMP WITH TIME ZONE"
        else f"cast({column.name} as {SQL_TYPES[column.data_type]}) as {column.name}"
        for column in raw.columns
        if column.name in types
    )
    return f"select {columns} from (\n{query.text}\n)"


def _judge(
    connection: duckdb.DuckDBPyConnection,
    tables: Staged,
    query: Query,
    raw: RawTable,
    report: Report,
) -> list[str]:
    """Look at what was written: return faults of the map, and add warnings to the report."""
    needed = [column.name for column in raw.columns if not column.nullable]
    empty = ", ".join(f"count(*) filter (where {name} is null)" for name in needed)
    key = ", ".join((*raw.key, "ingested_at"))
    kept, distinct, *nulls = connection.execute(
        f"select count(*), count(distinct ({key})), {empty} "
        f"from read_parquet({literal(tables.paths[raw.name])}) where is_deleted is not true"
    ).fetchone() or (0, 0)
    if not kept:
        report.warnings.append(f"{raw.name}: no row")
        return []
    if distinct < kept:
        report.warnings.append(
            f"{raw.name}: {kept:,} rows have {distinct:,} different ({key}). A join that finds "
            "more than one row doubles rows: look at it"
        )
    faults = []
    for name, missing in zip(needed, nulls, strict=True):
        if missing == kept:
            line = query.line_of(name, "as")
            faults.append(
                f"{query.file}:{line}: column {name} is NULL in every row, and may not be"
            )
        elif missing:
            report.warnings.append(
                f"{raw.name}.{name} is NULL in {missing:,} of {kept:,} rows, which a build rejects"
            )
    return faults
