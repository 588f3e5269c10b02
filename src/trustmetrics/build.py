"""Builds the database beside the last good one and moves it into place at the end."""

import errno
import os
import re
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from trustmetrics.check.declared import RawTable, read_contract
from trustmetrics.check.history import history_file, put_back
from trustmetrics.database_file import copy_database, log_of, real_place
from trustmetrics.dbt_errors import essence, failed_tests
from trustmetrics.dbt_process import DbtOutcome, run_dbt
from trustmetrics.engine_errors import NO_ROOM
from trustmetrics.engine_settings import check_engine_settings
from trustmetrics.errors import UserError
from trustmetrics.gate.state import register_of
from trustmetrics.ledger.definitions import note_definitions
from trustmetrics.ledger.file import LEDGER, ledger_file
from trustmetrics.project import project_root
from trustmetrics.public_marts import write_public_marts
from trustmetrics.raw_entries import check_raw_folder
from trustmetrics.raw_state import raw_changes, raw_state
from trustmetrics.register.generated import stale_files
from trustmetrics.rejections import Rejected, rejected_by_table
from trustmetrics.replacement import (
    SEEDS,
    TARGET,
    Replacement,
    put_all_in_place,
    replacement,
)
from trustmetrics.vocabulary import assembled_seeds, unmapped_lines

# What every database has, so that a build can say what became of the raw rows.
ALWAYS = ("+data_quality", "+rejected_rows", "+conflicting_versions")
# As DuckDB names its own and the project its schemas.
SCHEMAS = {
    "main",
    "temp",
    "system",
    "raw",
    "staging",
    "intermediate",
    "marts",
    "restricted",
    "seeds",
}
READ_ONLY = re.compile(r"Read-only file system|\[Errno 30\]")
COUNTED = {"data_quality", "rejected_rows"}
KPI_VALUES = "select count(*) from information_schema.tables where table_name = 'kpi_values'"


class ChecksFailedError(Exception):
    """The build ran, but some of its data tests failed; the message names them."""


@dataclass
class BuildReport:
    """What a build came to.

    Attributes:
        as_of: the instant it looked from, UTC; None where there was no valid row.
        kpi_row_count: rows of marts.kpi_values; None where only other marts were built.
        rejected: the rows that break the contract, by table, the greatest share first; None where
            the marts that count them were not selected.
        conflict_count: valid versions that tie with another one but differ from it.
        messages: what the build had to say, such as the raw tables that are missing.
        unmapped: what the vocabularies lack, a line each.
    """

    as_of: datetime | None
    kpi_row_count: int | None
    rejected: list[Rejected] | None
    conflict_count: int
    messages: list[str]
    unmapped: list[str]


def build(
    raw: Path,
    database: Path,
    as_of: datetime | None,
    select: list[str],
    on_node: Callable[[int, int, str], None],
    vocabulary: Path | None = None,
    marts_only: Path | None = None,
) -> BuildReport:
    """Build the project's models, seeds and data tests into a DuckDB file.

    Works on a file in a temporary folder beside the database and moves it there at the end, so a
    build that fails leaves the last good one unchanged.

    Args:
        raw: folder of the raw tables.
        database: the DuckDB file to make or replace.
        as_of: the instant to look from, UTC; None: the latest ingested_at among the valid rows.
        select: dbt selectors; where there are any, only that part of a copy of the database is
            rebuilt, or of a new one, with all that it reads.
        on_node: progress, as in run_dbt.
        vocabulary: folder of vocabularies that take the place of the project's own.
        marts_only: a second file to make, with the public marts alone.

    Raises:
        UserError: it could not run; the message says what to correct.
        ChecksFailedError: a data test failed.
    """
    project = project_root()
    contract = read_contract(project)
    tables = {table.name for table in contract}
    check_engine_settings()
    _check_raw(raw)
    _check_register(project)
    _check_names(database, marts_only)
    with ExitStack() as opened:
        whole = opened.enter_context(replacement(database))
        public = opened.enter_context(replacement(marts_only)) if marts_only else None
        before = raw_state(raw, tables)
        if faults := check_raw_folder(raw, tables):
            raise UserError("\n".join(faults))
        with whole.full_disk_told():
            outcome = _run(project, raw, whole, as_of, select, on_node, vocabulary)
            if changes := raw_changes(before, raw_state(raw, tables)):
                raise UserError(changes)
            _raise_failure(outcome, whole, raw)
            report = _report(whole.draft, outcome, contract)
            put_back(whole.draft, history_file(database))
            note_definitions(whole.draft, project, is_part=bool(select) and database.is_file())
        if public:
            with public.full_disk_told():
                write_public_marts(whole.draft, public.draft)
        put_all_in_place([public, whole] if public else [whole], begin_from_old=bool(select))
        return report


def is_ahead_of_clock(as_of: datetime) -> bool:
    """Whether an instant, UTC without an offset, is in the future."""
    return as_of > datetime.now(UTC).replace(tzinfo=None)


def _run(
    project: Path,
    raw: Path,
    whole: Replacement,
    as_of: datetime | None,
    select: list[str],
    on_node: Callable[[int, int, str], None],
    vocabulary: Path | None,
) -> DbtOutcome:
    folder = whole.draft.parent.resolve()
    seeds = _own_seeds(project, vocabulary, folder / SEEDS)
    is_new = not whole.file.is_file()
    if select and not is_new:
        copy_database(whole.file, whole.draft)
    return run_dbt(
        [
            "build",
            *("--exclude-resource-type", "unit_test"),
            *("--exclude", "tag:development"),
            *("--target-path", str(folder / TARGET)),
            # Nobody reads dbt's artifacts, which go with the folder; writing them costs seconds.
            "--no-write-json",
            *_selection(select, is_new),
        ],
        project,
        {
            "TRUSTMETRICS_TARGET": "duckdb",
            "TRUSTMETRICS_RAW": str(raw.resolve()),
            "TRUSTMETRICS_DATABASE": str(whole.draft.resolve()),
            "TRUSTMETRICS_AS_OF": as_of.isoformat(" ") if as_of else "",
            LEDGER: str(_ledger(whole.file)),
            **seeds,
        },
        on_node,
    )


def _ledger(database: Path) -> Path:
    """The ledger that restatements are read beside: dbt runs in another folder."""
    named = os.environ.get(LEDGER)
    return Path(named).absolute() if named else ledger_file(database.absolute())


def _check_raw(raw: Path) -> None:
    if not raw.is_dir():
        raise UserError(
            f"the raw folder '{raw}' does not exist. Name the folder that holds the raw tables, "
            "or make sample data: trustmetrics sample --out DIR"
        )


def _check_names(database: Path, marts_only: Path | None) -> None:
    if database.stem.lower() in SCHEMAS:
        raise UserError(
            f"--database '{database}': DuckDB names the catalog after the file, and with a schema "
            f"named {database.stem.lower()} in it, names such as marts.kpi_values would have two "
            "meanings. Choose another name"
        )
    if marts_only is None:
        return
    place, whole = real_place(marts_only), real_place(database)
    if place == whole or (place.exists() and whole.exists() and place.samefile(whole)):
        raise UserError(
            f"--marts-only '{marts_only}' is the database itself. Name another file: it is for "
            "those who may not see the rest"
        )
    if place in (log_of(database), history_file(whole), history_file(database).resolve()):
        raise UserError(
            f"--marts-only '{marts_only}' is a file that belongs to the database. Name another"
        )


def _check_register(project: Path) -> None:
    """A number must be what the register says, and dbt reads what is made from it."""
    stale = stale_files(project, register_of(project), docs=False)
    if stale:
        raise UserError(
            f"metrics/ was changed, and {stale[0]} was not made from it again. "
            "Run: trustmetrics metric sync"
        )


def _own_seeds(project: Path, vocabulary: Path | None, folder: Path) -> dict[str, str]:
    """The environment variable that leads dbt to vocabularies of one's own."""
    if vocabulary is None:
        return {}
    register = register_of(project)
    return {"TRUSTMETRICS_SEEDS": str(assembled_seeds(project, register, vocabulary, folder))}


def _selection(select: list[str], is_new: bool) -> list[str]:
    """dbt's options for a selection; in a new database with what it reads, and only those tests
    that read nothing else."""
    if not select:
        return []
    if not is_new:
        return ["--select", *select]
    whole = [f"+{one.removeprefix('+')}" for one in select]
    return ["--select", *whole, *ALWAYS, "--indirect-selection", "buildable"]


def _raise_failure(outcome: DbtOutcome, whole: Replacement, raw: Path) -> None:
    if outcome.unmatched:
        raise UserError(
            f"--select '{outcome.unmatched[0].removeprefix('+')}' matches nothing in the project, "
            "so nothing was built. A metric's model has its metric's name (docs/metrics/); "
            "dbt's other selectors, such as tag: and path:, work too"
        )
    if outcome.exit_code == 0:
        return
    failures = failed_tests(outcome.errors)
    if failures:
        raise ChecksFailedError(failures)
    told = essence(outcome.errors, raw)
    if whole.disk.is_full_now() or NO_ROOM.search("\n".join(outcome.errors)):
        raise OSError(errno.ENOSPC, told)
    if READ_ONLY.search(told):
        raise UserError(
            f"the file system '{whole.disk.mount}' can no longer be written to: it is read-only. "
            "Mount it for writing again, or name another place: --database FILE"
        )
    raise UserError(told.replace(str(whole.draft.resolve().parent) + os.sep, ""))


def _report(database: Path, outcome: DbtOutcome, contract: Sequence[RawTable]) -> BuildReport:
    is_counted = COUNTED.issubset(outcome.started)
    with duckdb.connect(str(database), read_only=True) as connection:

        def one(query: str) -> Any:
            return connection.execute(query).fetchone()[0]

        return BuildReport(
            as_of=one("select as_of from staging.as_of"),
            kpi_row_count=one("select count(*) from marts.kpi_values") if one(KPI_VALUES) else None,
            rejected=rejected_by_table(connection, contract) if is_counted else None,
            conflict_count=one("select count(*) from restricted.conflicting_versions"),
            messages=outcome.messages,
            unmapped=unmapped_lines(connection),
        )
