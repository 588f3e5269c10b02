"""The checks: what they leave behind and say, and that they need no network."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from tests.python.check.small_database import (
    AS_OF,
    LAST_WEEK,
    REJECTED,
    checked,
    checked_database,
    doctor,
    even_report,
    small_database,
)
from tests.python.helpers import ROOT, Run, clean_environment, query
from trustmetrics.check.declared import read_settings
from trustmetrics.check.history import COLUMNS, history_file, put_back
from trustmetrics.check.measures import Measure
from trustmetrics.check.metric_pages import metric_pages
from trustmetrics.check.page import write_page
from trustmetrics.errors import UserError
from trustmetrics.gate.state import register_of
from trustmetrics.register.load import parse_register


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """A database in which nothing is wrong."""
    return small_database(tmp_path / "t.duckdb")


HOSTILE = ("<script>x</script>", "${HOME}", "$PARAMETER", "it's", '"', "\x1b[31mred", "x" * 90)


def test_hostile_values(database: Path, run: Run) -> None:
    with duckdb.connect(str(database)) as connection:
        connection.execute(
            f"update raw.detections set surface = ?[1 + substr(detection_id, 2)::int % 7], "
            f"detector_id = surface where {LAST_WEEK}",
            [HOSTILE],
        )
        connection.execute(f"update raw.detections set detector_id = surface where {LAST_WEEK}")
    said = run("check", "--database", database)
    assert said.exit_code == 1
    line = next(line for line in said.out.splitlines() if "surface: new_values" in line)
    for value in HOSTILE:
        shown = value.replace("\x1b", "�")
        assert f"'{shown if len(shown) <= 40 else shown[:39] + '…'}'" in line
    assert "\x1b" not in said.out
    page = (database.parent / "data_checks.html").read_text()
    assert "&lt;script&gt;" in page
    assert "<script" not in page
    assert "\x1b" not in page


def test_no_identifier_is_kept(database: Path) -> None:
    # Ten rows each: more than one in a hundred, and yet too few to be named.
    account = "'a' || substr(detection_id, 2)::int % 42"
    checked(
        database,
        f"update raw.detections set surface = {account}, region = {account}, "
        f"policy_code = subject_account_id, detector_id = {account} where {LAST_WEEK};"
        + REJECTED.replace("<value>", "'secret' || i"),
    )
    kept = query(database, "select data_checks::varchar from marts.data_checks")
    page = (database.parent / "report/data_checks.html").read_text()
    everything = page + "".join(text for (text,) in kept)
    assert "raw.detections" in everything
    assert re.findall(r"\b(?:a|d|j|k|secret)[0-9]+\b", everything) == []


def test_results_are_kept_across_a_rebuild(tmp_path: Path) -> None:
    first = even_report()
    database = checked_database(tmp_path / "t.duckdb")
    second = checked(database)
    assert (first.run_count, second.run_count) == (1, 2)
    small_database(database)
    put_back(database, history_file(database))
    per_run = "select run_at, count(*) from marts.data_checks group by run_at order by run_at"
    each = len(first.results)
    assert query(database, per_run) == [(first.run_at, each), (second.run_at, each)]
    third = checked(database)
    assert third.run_count == 3
    assert query(database, per_run)[2] == (third.run_at, each)


def test_a_database_that_was_never_checked_has_an_empty_table(database: Path) -> None:
    put_back(database, history_file(database))
    assert query(database, "select count(*) from marts.data_checks") == [(0,)]


def test_the_table_is_as_documented(database: Path) -> None:
    report = checked(database, f"update raw.detections set content_id = null where {LAST_WEEK}")
    kept = query(database, "select * from marts.data_checks where not success")
    (result,) = report.of(False)
    assert kept == [
        (
            report.run_at, AS_OF, "raw", "raw.detections", "content_id", None, "null_share", False,
            1.0, result.lower_limit, result.upper_limit, result.observed, result.expected,
            result.sentence,
        )
    ]  # fmt: skip
    guide = (ROOT / "docs/guides/check_data.md").read_text()
    documented = re.findall(r"^\| (\w+) \| (timestamp|varchar|boolean|double) \|", guide, re.M)
    assert dict(documented) == COLUMNS
    for name in read_settings().checks:
        assert f"`{name}`" in guide


def test_the_page_needs_no_network(database: Path) -> None:
    page = checked(database, f"update raw.detections set score = 0 where {LAST_WEEK}").page
    text = page.read_text()
    assert "raw.detections.score" in text
    assert re.findall(r"https?:|//[a-z]|\bsrc=|<link|@import|url\(", text) == []


A_GAP = "delete from marts.kpi_values where period_start >= date '2026-06-15'"
# Looks like one of the register's, and is not.
STRANGER = """
    insert into marts.kpi_values by name
    select * replace ('no_such_metric' as metric) from marts.kpi_values;
"""


def test_a_metric_is_explained_and_linked_to_its_page(database: Path) -> None:
    page = checked(database, STRANGER + A_GAP).page
    text = page.read_text()
    links = set(re.findall(r'href="([^"]+)"', text))
    (link,) = links
    assert (page.parent / link).samefile(ROOT / "docs/metrics/detection_precision.md")
    assert text.count(f'href="{link}"') == 4  # failed once, not judged or held three times
    (said,) = query(database, "select count(*) from marts.data_checks where not success")
    assert said == (2,)
    description = register_of(ROOT).entries["detection_precision"].data["description"]
    assert f'">Detection precision</a>: {description}</dd>' in text
    assert "work only where" in text


def test_a_page_that_is_sent_away_links_to_the_web(tmp_path: Path) -> None:
    project = tmp_path / "project"
    for folder in ("metrics", "docs/metrics"):
        shutil.copytree(ROOT / folder, project / folder)
    with (project / "metrics/_settings.yml").open("a") as settings:
        settings.write("page_url: https://git.example.org/blob/main/docs/metrics/{metric}.md\n")
    (project / "docs/metrics/rework_rate.md").unlink()
    pages = metric_pages(project, tmp_path)
    address = "https://git.example.org/blob/main/docs/metrics/report_rate.md"
    assert pages.by_metric["report_rate"].href == address
    assert "rework_rate" not in pages.by_metric
    results = [Measure("marts", "marts.kpi_values", "metric_gap", metric="report_rate")]
    page = write_page(tmp_path, AS_OF, AS_OF, results, read_settings(), pages)
    text = page.read_text()
    assert f'href="{address}"' in text
    assert "work only where" not in text


def test_an_address_without_a_place_for_the_metric_is_named() -> None:
    for address in ("https://git.example.org/docs/", "docs/metrics/{metric}.md"):
        with pytest.raises(UserError, match=r"_settings\.yml: page_url"):
            parse_register({"_settings.yml": f"page_url: {address}"})


WITHOUT_NETWORK = """
import sys
tried = []
def hook(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto"):
        tried.append((event, arguments[1:]))
        raise OSError("no network in this test")
sys.addaudithook(hook)
from trustmetrics.check.command import check
try:
    check(sys.argv[1:], standalone_mode=False)
finally:
    import atexit
    atexit.register(lambda: print("network:", tried))
"""


@pytest.mark.slow
def test_no_network_call_is_made(database: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_NETWORK, "--database", str(database)],
        env=clean_environment(HOME=str(tmp_path / "home")),
        capture_output=True,
        text=True,
        check=True,
    )
    assert "0 failed" in done.stdout
    assert done.stdout.splitlines()[-1] == "network: []"
    assert not (tmp_path / "home").exists()


def test_the_command(database: Path, tmp_path: Path, run: Run) -> None:
    said = run("check", "--database", database, "--out", tmp_path / "made/here")
    assert said.exit_code == 0
    assert f"report: {tmp_path / 'made/here/data_checks.html'}" in said.out
    doctor(database, f"update raw.detections set content_id = null where {LAST_WEEK}")
    said = run("check", "--database", database)
    assert said.exit_code == 1
    assert said.out.startswith("raw.detections.content_id: null_share failed: saw 100.0 % NULL")


def test_the_worst_stands_first(database: Path, run: Run) -> None:
    # 29 % below its limit, and some three times its limit.
    doctor(
        database,
        f"delete from raw.decisions where {LAST_WEEK} and substr(decision_id, 2)::int % 2 = 0;"
        f"update raw.detections set content_id = null where {LAST_WEEK}",
    )
    said = run("check", "--database", database)
    page = (database.parent / "data_checks.html").read_text()
    for text in (said.out, page):
        assert text.index("raw.detections.content_id") < text.index("raw.decisions")


def test_what_cannot_run_is_one_line_and_exit_2(database: Path, tmp_path: Path, run: Run) -> None:
    none, text = tmp_path / "none.duckdb", tmp_path / "text.duckdb"
    text.write_text("no database" * 500)
    other = tmp_path / "other.duckdb"
    duckdb.connect(str(other)).close()
    blind, gone, part = (
        small_database(tmp_path / f"{name}.duckdb") for name in ("blind", "gone", "part")
    )
    parquet = tmp_path / "cases.parquet"
    doctor(blind, "update staging.as_of set as_of = null")
    doctor(part, "drop table marts.orphans")
    doctor(
        gone,
        f"copy raw.cases to '{parquet}'; drop table raw.cases;"
        f"create view raw.cases as from read_parquet('{parquet}')",
    )
    parquet.unlink()
    complaints = {
        none: "there is no database '{}'. Build it first: trustmetrics build --raw DIR",
        text: "'{}' is not a DuckDB file. Build it first",
        other: "'{}' was not built by trustmetrics. Build it first",
        blind: "no raw row is valid, so there is nothing to check. Read restricted.rejected_rows",
        gone: "the raw files of 'cases' can no longer be read as they were when the database",
        part: "the database lacks what the query 'faults' reads",
    }
    for path, complaint in complaints.items():
        said = run("check", "--database", path)
        assert (said.exit_code, said.out) == (2, ""), said
        lines = [line for line in said.err.splitlines() if not line.startswith("checking: ")]
        assert len(lines) == 1
        assert lines[0].startswith("trustmetrics: " + complaint.format(path))
    broken = small_database(tmp_path / "broken.duckdb")
    history_file(broken).write_text("no history" * 100)
    said = run("check", "--database", broken)
    assert said.exit_code == 2
    assert f"the history of the checks '{history_file(broken)}' cannot be read" in said.err
    with pytest.raises(UserError, match="cannot be read"):
        put_back(broken, history_file(broken))
    said = run("check", "--database", database, "--out", text)
    assert (said.exit_code, said.complaint) == (2, f"--out '{text}' is a file. Name a folder")


def test_a_database_in_use(database: Path, run: Run) -> None:
    holder = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print(1, flush=True); input()",
            str(database),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    try:
        assert holder.stdout and holder.stdout.readline()
        said = run("check", "--database", database)
    finally:
        holder.communicate(b"\n")
    assert said.exit_code == 2
    assert said.complaint == (
        f"the database '{database}' is in use by another process (PID {holder.pid}). "
        "Close it there first"
    )
