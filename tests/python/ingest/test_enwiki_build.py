"""The logs of 2014, mapped and built: the marts against direct counts over the mapped tables."""

import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from trustmetrics.ingest import mediawiki
from trustmetrics.project import project_root

pytestmark = [pytest.mark.dbt, pytest.mark.slow]

LOGS = project_root().parent / "shared" / "data" / "enwiki"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> duckdb.DuckDBPyConnection:
    """The built database, with the mapped tables as views mapped_<table>."""
    if not LOGS.is_dir():
        pytest.skip("the logs of 2014 are not here (../shared/data/enwiki)")
    folder = tmp_path_factory.mktemp("enwiki")
    mediawiki.ingest(
        LOGS / "abuse_filter_hits_2014.parquet", LOGS / "block_log_2014.parquet", folder / "raw"
    )
    database = folder / "enwiki.duckdb"
    subprocess.run(
        [sys.executable, "-m", "trustmetrics", "build", "--raw", str(folder / "raw"),
         "--database", str(database)],
        check=True,
    )  # fmt: skip
    connection = duckdb.connect()
    connection.execute(f"attach '{database}' as built (read_only)")
    for path in Path(folder / "raw").glob("*.parquet"):
        connection.execute(f"create view mapped_{path.stem} as from '{path}'")
    return connection


def test_the_share_of_blocks_that_a_hit_preceded(built: duckdb.DuckDBPyConnection) -> None:
    counted = built.execute(
        "select sum(numerator), sum(denominator) from built.marts.kpi_values "
        "where metric = 'proactive_detection_share' and period_grain = 'quarter' "
        "and slice = 'overall'"
    ).fetchone()
    direct = built.execute(
        """
        with undone as (
            select d.case_id
            from mapped_appeals as a
            inner join mapped_decisions as d using (decision_id)
        )
        select
            count(*) filter (where case_id in (select case_id from mapped_detections)),
            count(*)
        from mapped_cases
        where case_id not in (select case_id from undone)
        """
    ).fetchone()
    assert counted == direct
    # What the logs themselves hold: 58,835 blocks after a hit, 225 of them undone; 279,627 blocks,
    # 1,302 of them undone.
    assert direct == (58_835 - 225, 279_627 - 1_302)


def test_bad_expiries_are_rejected_and_nothing_else(built: duckdb.DuckDBPyConnection) -> None:
    rejected = built.execute(
        "select table_name, column_name, reason, count(*) from built.restricted.rejected_rows "
        "group by all order by all"
    ).fetchall()
    assert rejected == [
        ("enforcement_actions", "ended_at", "out_of_calendar", 8),
        ("enforcement_actions", "ended_at", "out_of_order", 6),
    ]


def test_orphans_are_counted(built: duckdb.DuckDBPyConnection) -> None:
    orphans = built.execute(
        "select table_name, column_name, orphan_count from built.marts.orphans "
        "where referenced_table in ('cases', 'decisions') and orphan_count > 0 order by all"
    ).fetchall()
    # 376 + 2 reblocks without an open case, 262 unblocks without one.
    assert orphans == [
        ("appeals", "decision_id", 262),
        ("decisions", "case_id", 378),
        ("enforcement_actions", "case_id", 378),
    ]
