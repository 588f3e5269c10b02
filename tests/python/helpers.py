"""What the tests of the door, the contract and the command share."""

from __future__ import annotations

import atexit
import csv
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner, dbtRunnerResult
from dbt_common.events.functions import msg_to_dict

from tests.python import check_build
from trustmetrics.dbt_process import DbtOutcome, _follow

ROOT = check_build.ROOT
DATABASE = check_build.DATABASE.name
DBT_FILES = tempfile.mkdtemp(prefix="trustmetrics-tests-")
atexit.register(shutil.rmtree, DBT_FILES, ignore_errors=True)
STAGED = ("staging", "rejected_rows", "conflicting_versions", "data_quality", "orphans")
LOADED = {"ingested_at": "2026-01-10 00:00:00", "is_deleted": ""}

# A valid row of each raw table that the tests use, as CSV cells, the columns in contract order.
VALID: dict[str, dict[str, str]] = {
    "account_identifiers": {
        "account_id": "acc",
        "identifier_type": "device",
        "identifier_hash": "h",
        "first_seen_at": "2026-01-01 10:00:00",
        "last_seen_at": "2026-01-02 10:00:00",
    },
    "accounts": {
        "account_id": "acc",
        "created_at": "2026-01-01 10:00:00",
        "account_type": "consumer",
        "region": "EU",
    },
    "active_accounts": {
        "period_grain": "day",
        "period_start_date": "2026-01-06",
        "surface": "feed",
        "region": "EU",
        "active_accounts": "100",
    },
    "activity_daily": {
        "activity_date": "2026-01-06",
        "surface": "feed",
        "region": "EU",
        "content_views": "1",
        "messages_sent": "2",
        "transactions": "3",
        "new_accounts": "4",
        "links_shared": "5",
        "payment_disputes": "6",
    },
    "appeals": {
        "appeal_id": "ap",
        "decision_id": "d",
        "filed_at": "2026-01-02 10:00:00",
        "resolved_at": "2026-01-03 10:00:00",
        "outcome": "upheld",
        "channel": "internal",
        "appellant_type": "reporter",
    },
    "cases": {
        "case_id": "c",
        "opened_at": "2026-01-02 10:00:00",
        "occurred_at": "2026-01-01 10:00:00",
        "queue": "standard",
        "severity": "high",
        "policy_code": "SPAM",
        "surface": "feed",
        "region": "EU",
        "subject_account_id": "acc",
        "content_id": "con",
    },
    "dataset_loads": {
        "dataset": "set",
        "partition_date": "2026-01-01",
        "expected_at": "2026-01-02 06:00:00",
        "completed_at": "2026-01-02 05:00:00",
        "rows_loaded": "10",
        "rows_rejected": "0",
    },
    "detections": {
        "detection_id": "det",
        "detected_at": "2026-01-02 09:00:00",
        "detector_id": "classifier",
        "detector_version": "1",
        "content_id": "con",
        "subject_account_id": "acc",
        "surface": "feed",
        "region": "EU",
        "policy_code": "SPAM",
        "score": "0.5",
        "threshold": "0.5",
        "review_probability": "0.5",
        "case_id": "c",
    },
    "experiments": {
        "experiment_id": "e",
        "name": "a test",
        "started_on": "2026-01-01",
        "ended_on": "2026-01-05",
        "expected_treatment_share": "0.5",
        "friction_guardrail": "-0.02",
    },
    "incidents": {
        "incident_id": "i",
        "severity": "sev1",
        "policy_code": "SPAM",
        "surface": "feed",
        "declared_at": "2026-01-02 10:00:00",
        "contained_at": "2026-01-02 11:00:00",
        "resolved_at": "2026-01-02 12:00:00",
    },
    "not_measured": {
        "metric": "report_rate",
        "declared_on": "2026-01-02",
        "reason": "reports are kept elsewhere",
    },
    "prevalence_labels": {
        "sample_id": "s",
        "period_start_date": "2026-01-05",
        "surface": "feed",
        "stratum": "low",
        "content_id": "con",
        "label": "benign",
        "policy_code": "",
        "labelled_at": "2026-01-08 10:00:00",
    },
    "prevalence_strata": {
        "period_start_date": "2026-01-05",
        "surface": "feed",
        "stratum": "low",
        "population_views": "1000",
    },
    "stakeholder_surveys": {
        "response_id": "r",
        "submitted_at": "2026-01-02 10:00:00",
        "stakeholder_group": "legal",
        "score": "3",
    },
    "reports": {
        "report_id": "r",
        "reported_at": "2026-01-01 10:00:00",
        "reporter_type": "user",
        "reporter_id": "",
        "content_id": "item",
        "subject_account_id": "acc",
        "surface": "feed",
        "region": "EU",
        "policy_code": "SPAM-1",
        "case_id": "",
    },
    "surfaces": {
        "surface": "feed",
        "risk_tier": "high",
        "launched_on": "2026-01-01",
        "retired_on": "",
    },
    "tool_outages": {
        "outage_id": "o",
        "service": "review tool",
        "started_at": "2026-01-02 10:00:00",
        "ended_at": "2026-01-02 11:00:00",
        "planned": "false",
    },
    "tool_services": {
        "service": "review tool",
        "critical": "true",
        "in_service_from": "2026-01-01",
    },
}


def valid(table: str, **changes: str) -> dict[str, str]:
    """A valid row of the table, in CSV cells, with some cells changed."""
    row = VALID[table] | LOADED
    assert changes.keys() <= row.keys(), f"{table} has no such column: {changes}"
    return row | changes


def write_csv(path: Path, rows: Sequence[Mapping[str, str]], end: str = "\n") -> None:
    """Write rows of equal columns as a raw table, its header first."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, list(rows[0]), lineterminator=end)
        writer.writeheader()
        writer.writerows(rows)


def write_parquet(path: Path, rows: Sequence[Mapping[str, str]], **types: str) -> None:
    """Write rows as a raw table; types: the SQL expression of a column over its cell `{}`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    usual = {"is_deleted": "{}::boolean"} | {
        name: "{}::timestamp" if name.endswith("_at") else "{}::date"
        for name in rows[0]
        if name.endswith(("_at", "_on", "_date"))
    }
    columns = ", ".join(
        (usual | types).get(name, "{}").format(f"nullif(\"{name}\", '')") + f' as "{name}"'
        for name in rows[0]
    )
    marks = ", ".join("?" for _ in rows[0])
    with duckdb.connect() as connection:
        connection.execute("set timezone = 'UTC'")
        names = ", ".join(f'"{name}" varchar' for name in rows[0])
        connection.execute(f"create table cells ({names})")
        connection.executemany(
            f"insert into cells values ({marks})", [list(row.values()) for row in rows]
        )
        target = str(path).replace("'", "''")
        connection.execute(f"copy (select {columns} from cells) to '{target}' (format parquet)")


def query(database: Path, sql: str) -> list[tuple[Any, ...]]:
    """The rows of a query on a database file."""
    with duckdb.connect(str(database), read_only=True) as connection:
        connection.execute("set timezone = 'UTC'")
        return connection.execute(sql).fetchall()


PROGRESS = re.compile(r"building: .*|\w+: \d+ of \d+|[^:]+: [\d,]+ rows")


@dataclass(frozen=True)
class Said:
    """How the command ended and what it said."""

    exit_code: int
    out: str
    err: str

    @property
    def complaints(self) -> list[str]:
        """The lines of standard error that are not progress."""
        return [line for line in self.err.splitlines() if line and not PROGRESS.fullmatch(line)]

    @property
    def complaint(self) -> str:
        """The one line of an error, without the command's name; fails where there are more."""
        lines = self.complaints
        assert len(lines) == 1 and lines[0].startswith("trustmetrics: "), self
        return lines[0].removeprefix("trustmetrics: ")


Run = Callable[..., Said]


def clean_environment(**changes: str) -> dict[str, str]:
    """This process's environment with none of the project's variables but those given.

    dbt's own files go to a folder of the tests, for another build may be using the usual one.
    """
    kept = {name: text for name, text in os.environ.items() if not name.startswith("TRUSTMETRICS_")}
    return kept | {"DBT_TARGET_PATH": DBT_FILES} | changes


def command(
    *arguments: str | Path, cwd: Path = ROOT, root: Path = ROOT, **environment: str
) -> Said:
    """Run the command as a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "trustmetrics", *map(str, arguments)],
        cwd=cwd,
        env=clean_environment(PYTHONPATH=str(root / "src")) | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return Said(done.returncode, done.stdout, done.stderr)


class DbtHere:
    """dbt in this process, on a manifest parsed once: what run_dbt does, without the start-up.

    The parsed relations hold the catalog's name, so every database here is called DATABASE.
    """

    def __init__(self, target: Path) -> None:
        """target: a folder for dbt's own files."""
        self._options = ["--log-level", "none", "--log-level-file", "none", "--no-use-colors"]
        self._options += ["--project-dir", str(ROOT), "--profiles-dir", str(ROOT)]
        self._options += ["--target-path", str(target), "--no-write-json"]
        # With the environment of the check build, dbt parses again only what was changed since.
        known = check_build.TARGET / "partial_parse.msgpack"
        if known.exists():
            shutil.copyfile(known, target / known.name)
        with environment(check_build.environment()):
            parsed = dbtRunner().invoke(["parse", *self._options])
        assert parsed.success, parsed.exception
        self.manifest = parsed.result

    def run_dbt(
        self,
        arguments: Sequence[str],
        project: Path,
        changes: Mapping[str, str],
        on_node: Callable[[int, int, str], None],
    ) -> DbtOutcome:
        """Stand in for trustmetrics.dbt_process.run_dbt."""
        assert project == ROOT
        assert Path(changes["TRUSTMETRICS_DATABASE"]).name == DATABASE
        outcome = DbtOutcome(exit_code=0)

        def follow(message: Any) -> None:
            event = msg_to_dict(message)
            if event["info"]["level"] != "debug":
                _follow(event, outcome, on_node)

        result = self.invoke(arguments, changes, follow)
        outcome.exit_code = 2 if result.exception else int(not result.success)
        return outcome

    def invoke(
        self,
        arguments: Sequence[str],
        changes: Mapping[str, str],
        *callbacks: Callable[[Any], None],
    ) -> dbtRunnerResult:
        """Run dbt with the project's variables changed; callbacks get its events."""
        runner = dbtRunner(manifest=self.manifest, callbacks=list(callbacks))
        with environment(changes):
            result = runner.invoke([*arguments, *self._options])
        DuckDBConnectionManager.close_all_connections()
        return result

    def stage(self, raw: Path, as_of: str = "") -> tuple[Path, list[str]]:
        """Build staging and the tables of what was rejected; the database and what was said."""
        database = raw.parent / DATABASE
        outcome = self.run_dbt(
            ["run", "--select", *STAGED],
            ROOT,
            {
                "TRUSTMETRICS_RAW": str(raw),
                "TRUSTMETRICS_DATABASE": str(database),
                "TRUSTMETRICS_AS_OF": as_of,
            },
            lambda *_: None,
        )
        assert outcome.exit_code == 0, outcome.errors
        return database, outcome.messages


@contextmanager
def environment(changes: Mapping[str, str]) -> Iterator[None]:
    """Set these variables, and none else of the project's, for as long as the block runs."""
    before = dict(os.environ)
    changed = clean_environment(**changes)
    os.environ.clear()
    os.environ.update(changed)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
