"""Builds the database beside the last good one and moves it into place at the end."""

import os
import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from trustmetrics.archives import check_archives
from trustmetrics.check.declared import RawTable, read_contract
from trustmetrics.check.history import history_file, put_back
from trustmetrics.dbt_errors import essence, failed_tests
from trustmetrics.dbt_process import DbtOutcome, run_dbt
from trustmetrics.errors import UserError
from trustmetrics.gate.state import register_of
from trustmetrics.project import project_root
from trustmetrics.register.generated import stale_files
from trustmetrics.rejections import Rejected, rejected_by_table
from trustmetrics.vocabulary import assembled_seeds, unmapped_lines

# What every database has, so that a build can say what became of the raw rows.
ALWAYS = ("+data_quality", "+rejected_rows", "+conflicting_versions")
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

    Raises:
        UserError: it could not run; the message says what to correct.
        ChecksFailedError: a data test failed.
    """
    project = project_root()
    _check_paths(raw, database)
    _check_register(project)
    workshop = Path(tempfile.mkdtemp(prefix=f".{database.name}.build-", dir=database.parent))
    try:
        # The stem names the catalog inside the file: the same one there and here.
        draft = workshop / database.name
        seeds = _own_seeds(project, vocabulary, workshop)
        if select and database.is_file():
            shutil.copyfile(database, draft)
        outcome = run_dbt(
            [
                "build",
                *("--exclude-resource-type", "unit_test"),
                *("--exclude", "tag:development"),
                *("--target-path", str(workshop.resolve() / "target")),
                *_selection(select, is_new=not database.is_file()),
            ],
            project,
            {
                "TRUSTMETRICS_TARGET": "duckdb",
                "TRUSTMETRICS_RAW": str(raw.resolve()),
                "TRUSTMETRICS_DATABASE": str(draft.resolve()),
                "TRUSTMETRICS_AS_OF": as_of.isoformat(" ") if as_of else "",
                **seeds,
            },
            on_node,
        )
        _raise_failure(outcome, str(draft.resolve().parent))
        report = _report(draft, outcome, read_contract(project))
        put_back(draft, history_file(database))
        draft.replace(database)
        return report
    finally:
        shutil.rmtree(workshop, ignore_errors=True)


def is_ahead_of_clock(as_of: datetime) -> bool:
    """Whether an instant, UTC without an offset, is in the future."""
    return as_of > datetime.now(UTC).replace(tzinfo=None)


def _check_paths(raw: Path, database: Path) -> None:
    if not raw.is_dir():
        raise UserError(
            f"the raw folder '{raw}' does not exist. Name the folder that holds the raw tables, "
            "or make sample data: trustmetrics sample --out DIR"
        )
    if damaged := check_archives(raw):
        raise UserError("\n".join(damaged))
    if not database.parent.is_dir():
        raise UserError(f"the folder '{database.parent}' does not exist. Create it first")
    if database.is_dir():
        raise UserError(f"--database '{database}' is a folder. Name a file in it")


def _check_register(project: Path) -> None:
    """A number must be what the register says, and dbt reads what is made from it."""
    stale = stale_files(project, register_of(project), docs=False)
    if stale:
        raise UserError(
            f"metrics/ was changed, and {stale[0]} was not made from it again. "
            "Run: trustmetrics metric sync"
        )


def _own_seeds(project: Path, vocabulary: Path | None, workshop: Path) -> dict[str, str]:
    """The environment variable that leads dbt to vocabularies of one's own."""
    if vocabulary is None:
        return {}
    register = register_of(project)
    return {
        "TRUSTMETRICS_SEEDS": str(
            assembled_seeds(project, register, vocabulary, workshop.resolve() / "seeds")
        )
    }


def _selection(select: list[str], is_new: bool) -> list[str]:
    """dbt's options for a selection; in a new database with what it reads, and only those tests
    that read nothing else."""
    if not select:
        return []
    if not is_new:
        return ["--select", *select]
    whole = [f"+{one.removeprefix('+')}" for one in select]
    return ["--select", *whole, *ALWAYS, "--indirect-selection", "buildable"]


def _raise_failure(outcome: DbtOutcome, workshop: str) -> None:
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
    raise UserError(essence(outcome.errors).replace(workshop + os.sep, ""))


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
