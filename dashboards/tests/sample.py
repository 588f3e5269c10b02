"""Makes the database that the tests of the dashboards look at, and builds the site from it.

    python dashboards/tests/sample.py data/dashboard_test

The sample, and in it what the sample has not: a metric that is not measured, a changed definition,
a run of the checks.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import duckdb

SIZE = 60_000
NOT_MEASURED = ("tooling_uptime", "The test source keeps no log of <outages> & tools.")
# Of a metric with a gap, an interval and a target, in the middle of its months.
CHANGED = ("detection_precision", "2025-12-01", "v9", "v9 from 2025-12-01 (breaking): a test.")


def make(folder: Path) -> Path:
    """Make raw tables, a database and a run of the checks in a folder; return the database."""
    raw, database = folder / "raw", folder / "trustmetrics.duckdb"
    _run("sample", "--out", str(raw), "--seed", "1", "--size", str(SIZE))
    with duckdb.connect() as connection:
        connection.execute(
            "create table declared as select cast(? as varchar) as metric, "
            "date '2025-01-01' as declared_on, cast(? as varchar) as reason, "
            "timestamp '2025-01-01' as ingested_at, false as is_deleted",
            NOT_MEASURED,
        )
        connection.execute(f"copy declared to '{raw / 'not_measured.parquet'}' (format parquet)")
    _run("build", "--raw", str(raw), "--database", str(database))
    _run("check", "--database", str(database), may_find=True)
    metric, start, label, text = CHANGED
    with duckdb.connect(str(database)) as connection:
        connection.execute(
            "update marts.kpi_trends set trend_segment = trend_segment + 1 "
            "where metric = ? and period_start >= cast(? as date)",
            [metric, start],
        )
        connection.execute(
            "update marts.kpi_trends set change_label = ?, change_text = ? "
            "where metric = ? and period_start = cast(? as date) and period_grain = 'month'",
            [label, text, metric, start],
        )
    return database


def _run(*arguments: str, may_find: bool = False) -> None:
    process = subprocess.run([sys.executable, "-m", "trustmetrics", *arguments])
    if process.returncode and not (may_find and process.returncode == 1):
        raise SystemExit(process.returncode)


if __name__ == "__main__":
    print(make(Path(sys.argv[1])))
