"""The logs of 2014, mapped and built: the marts and the adapter's page against the logs."""

import re
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from tests.python.ingest.test_mediawiki import read_csv
from trustmetrics.ingest import mediawiki
from trustmetrics.project import project_root

pytestmark = [pytest.mark.dbt, pytest.mark.slow]

LOGS = project_root().parent / "shared" / "data" / "enwiki"
HITS, BLOCKS = LOGS / "abuse_filter_hits_2014.parquet", LOGS / "block_log_2014.parquet"
PAGE = project_root() / "docs" / "sources" / "mediawiki.md"


@pytest.fixture(scope="module")
def raw(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the mapped tables."""
    if not LOGS.is_dir():
        pytest.skip("the logs of 2014 are not here (../shared/data/enwiki)")
    folder = tmp_path_factory.mktemp("enwiki") / "raw"
    mediawiki.ingest([HITS], [BLOCKS], folder)
    return folder


@pytest.fixture(scope="module")
def built(raw: Path) -> duckdb.DuckDBPyConnection:
    """The built database, attached as built."""
    database = raw.parent / "enwiki.duckdb"
    subprocess.run(
        [sys.executable, "-m", "trustmetrics", "build", "--raw", str(raw),
         "--database", str(database)],
        check=True,
    )  # fmt: skip
    connection = duckdb.connect()
    connection.execute(f"attach '{database}' as built (read_only)")
    return connection


@pytest.fixture(scope="module")
def page(raw: Path) -> list[list[tuple]]:
    """What the page's queries give, by quarter (None: all), then by people, by bot, by both."""
    files = {"'raw/": f"'{raw}/", "'hits.parquet'": f"'{HITS}'", "'blocks.parquet'": f"'{BLOCKS}'"}
    found = []
    with duckdb.connect() as connection:
        for query in re.findall(r"```sql\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL):
            for name, path in files.items():
                query = query.replace(name, path)
            result = connection.sql(query)
            if result:
                found.append(result.order("quarter nulls last, 2").fetchall())
    return found


def share(numerator: int, value: float, lower: float, upper: float) -> str:
    return f"{100 * value:.1f} % ({100 * lower:.1f}-{100 * upper:.1f})"


def page_has(row: list[str]) -> bool:
    return f"\n| {' | '.join(row)} |\n" in PAGE.read_text(encoding="utf-8")


def test_the_page_says_how_many_blocks_a_hit_preceded(page: list[list[tuple]]) -> None:
    preceded = page[0]
    for number in range(4):
        _, (_, by, blocks, *people), (_, both, everything, *all_) = preceded[
            3 * number : 3 * number + 3
        ]
        assert (by, both) == ("standard", None)
        row = [f"Q{number + 1}", f"{everything:,}", share(*all_[:4])]
        row += [f"{blocks:,}", share(*people[:4])]
        assert page_has(row), row
    bot, human, everything = ([*row[2:5], *row[7:]] for row in preceded[12:])
    names = ["blocks", "preceded by a hit within 48 hours", "share"]
    names += ["median seconds from first hit to block, where there is one", "reversed"]
    names += ["reversals per 1,000 blocks"]
    forms = ["{:,}", "{:,}", "{:.4f}", "{:,.0f}", "{:,}", "{:.2f}"]
    for name, form, *cells in zip(names, forms, everything, human, bot, strict=True):
        assert page_has([name, *map(form.format, cells)]), name


def test_recurrence_is_what_the_logs_say(
    built: duckdb.DuckDBPyConnection, page: list[list[tuple]]
) -> None:
    """In the quarters whose accounts were all followed, the build's curve is a plain share."""
    direct = [row for row in page[1] if row[1] is None]
    counted = built.execute(
        "select cast(period_start as timestamp), denominator, numerator, value "
        "from built.marts.kpi_values where metric = 'recurrence_rate_30d' "
        "and metric_version = 2 and period_grain = 'quarter' and slice = 'overall' "
        "and period_start < date '2014-10-01' order by period_start"
    ).fetchall()
    assert counted == [
        (quarter, accounts, offended, pytest.approx(value, rel=1e-12))
        for quarter, _, accounts, offended, value, *_ in direct
    ]
    for number, (_, _, accounts, offended, *all_) in enumerate(direct, 1):
        by_people = next(row for row in page[1] if row[0] == direct[number - 1][0] and not row[1])
        row = [f"Q{number}", f"{accounts:,}", f"{offended:,}", share(offended, *all_)]
        row += [f"{by_people[2]:,}", share(*by_people[3:])]
        assert page_has(row), row


def test_the_page_says_what_the_build_gives(built: duckdb.DuckDBPyConnection) -> None:
    found = built.execute(
        "select denominator, value, ci_lower, ci_upper from built.marts.kpi_values "
        "where metric = 'recurrence_rate_30d' and metric_version <= 2 and slice = 'overall' "
        "and period_grain = 'quarter' order by period_start, metric_version"
    ).fetchall()
    cells = [
        [f"{accounts:,.0f}", "{:.2f} % ({:.2f}-{:.2f})".format(*(100 * one for one in interval))]
        for accounts, *interval in found
    ]
    for number in range(4):
        name = f"Q{number + 1}" + " (not mature)" * (number == 3)
        row = [name, *cells[2 * number], *cells[2 * number + 1]]
        assert page_has(row), row


def test_what_the_logs_cannot_say_is_in_no_metric(built: duckdb.DuckDBPyConnection) -> None:
    measured = built.execute("select distinct metric from built.marts.kpi_values order by 1")
    assert measured.fetchall() == [(f"recurrence_rate_{days}d",) for days in (30, 7, 90)]
    reasons = built.execute("select metric, reason from built.intermediate.int_unmeasured_metrics")
    declared = {
        row["metric"]: row["reason"] for row in read_csv(mediawiki.ADAPTER / "not_measured.csv")
    }
    assert declared.items() <= dict(reasons.fetchall()).items()


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
