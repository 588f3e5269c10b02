"""The example from end to end: an export of another shape becomes raw tables, and a scorecard."""

from __future__ import annotations

import difflib
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.python.helpers import DATABASE, ROOT, DbtHere, Run, query
from tests.python.mapping.company import MAP, database, export_module, table
from trustmetrics.mapping.run import run_map

pytestmark = pytest.mark.long

BERLIN = ZoneInfo("Europe/Berlin")
KINDS = {"folder": "export", "SQLite": "export.sqlite", "DuckDB": "export.duckdb"}
Rows = dict[str, list[dict]]


@pytest.fixture(scope="module")
def exported() -> Rows:
    """The company's own rows."""
    return export_module().rows()


@pytest.fixture(scope="module")
def sources(exported: Rows, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The export in each form."""
    folder = tmp_path_factory.mktemp("company")
    for name in ("export", "export.sqlite"):
        export_module().write(exported, folder / name)
    whole = "auto_type_candidates = ['BIGINT', 'DOUBLE', 'VARCHAR']"
    database(
        folder / "export.duckdb",
        *(f"create table {path.stem} as from read_csv('{path}', delim = ';', {whole})"
          for path in (folder / "export").glob("*.csv")),
        f"create table ticket_log as from read_csv('{folder}/export/ticket_log/*', delim = ';', "
        f"{whole})",
        f"create table scanner_hits as from '{folder}/export/scanner_hits.ndjson'",
    )  # fmt: skip
    return folder


@pytest.fixture(scope="module")
def raw(sources: Path) -> Path:
    """The raw tables that the example's map makes of the folder."""
    run_map(ROOT, MAP, str(sources / "export"), sources / "raw", "", lambda *_: None)
    return sources / "raw"


def utc(text: str) -> datetime | None:
    """Berlin's wall clock as UTC by Python's own zones; the second pass of a repeated hour."""
    if not text:
        return None
    wall = datetime.strptime(text, "%d.%m.%Y %H:%M:%S").replace(tzinfo=BERLIN, fold=1)
    return wall.astimezone(UTC).replace(tzinfo=None)


def test_times_are_utc_on_the_nights_when_the_clocks_change(raw: Path) -> None:
    opened = dict(table(raw, "cases", "case_id, opened_at"))
    # 02:30 on the night that has it twice, and 23:00 before the night that lacks an hour.
    assert opened["1"] == datetime(2025, 10, 26, 1, 30)
    assert opened["2"] == datetime(2026, 3, 28, 22, 0)
    closed = [
        at
        for case, event, at in table(raw, "case_events", "case_id, event_type, occurred_at")
        if (case, event) == ("2", "closed")
    ]
    # Six hours later by the hands of the clock, five in truth.
    assert closed == [datetime(2026, 3, 29, 3, 0)]
    assert closed[0] - opened["2"] == timedelta(hours=5)


def test_every_time_is_that_of_pythons_zones(exported: Rows, raw: Path) -> None:
    for name, key, column, own, own_key, own_column in (
        ("accounts", "account_id", "created_at", "members", "member_no", "joined"),
        ("reports", "report_id", "reported_at", "complaints", "nr", "created"),
        ("appeals", "appeal_id", "resolved_at", "objections", "objection_no", "answered"),
        ("enforcement_actions", "action_id", "ended_at", "sanctions", "sanction_no", "lifted"),
    ):
        expected = {str(row[own_key]): utc(row[own_column]) for row in exported[own]}
        assert dict(table(raw, name, f"{key}, {column}")) == expected, name
    detected = dict(table(raw, "detections", "detection_id, detected_at"))
    assert detected == {
        str(row["hit_no"]): datetime(1970, 1, 1) + timedelta(milliseconds=row["detected_ms"])
        for row in exported["scanner_hits"]
    }


def test_columns_of_other_tables_are_joined(exported: Rows, raw: Path) -> None:
    country = {row["member_no"]: row["country"] for row in exported["members"]}
    seller = {row["ticket_no"]: row["seller_no"] for row in exported["tickets"]}
    ticket = {row["verdict_no"]: row["ticket_no"] for row in exported["verdicts"]}
    assert table(raw, "cases", "case_id, region, subject_account_id") == sorted(
        (str(number), country[of], str(of)) for number, of in seller.items()
    )
    assert table(raw, "enforcement_actions", "action_id, case_id, subject_account_id") == sorted(
        (str(row["sanction_no"]), str(ticket[row["verdict_no"]]),
         str(seller[ticket[row["verdict_no"]]]))
        for row in exported["sanctions"]
    )  # fmt: skip


def test_values_are_those_of_the_contract(exported: Rows, raw: Path) -> None:
    words = {"Member": "user", "Trusted partner": "trusted_flagger", "Police": "authority",
             "Staff": "internal"}  # fmt: skip
    expected = Counter(words[row["source"]] for row in exported["complaints"])
    assert Counter(one for (one,) in table(raw, "reports", "reporter_type")) == expected
    bots = Counter(bool(row["bot"]) for row in exported["sanctions"])
    assert Counter(one for (one,) in table(raw, "enforcement_actions", "automated")) == bots
    anonymous = sum(row["filed_by"] == "" for row in exported["complaints"])
    assert table(raw, "reports", "count(*) filter (where reporter_id is null)") == [(anonymous,)]
    assert anonymous > 100


@pytest.mark.parametrize("kind", ["SQLite", "DuckDB"])
def test_the_same_map_gives_the_same_tables_from_a_database(
    kind: str, sources: Path, raw: Path, tmp_path: Path
) -> None:
    run_map(ROOT, MAP, str(sources / KINDS[kind]), tmp_path / "raw", "", lambda *_: None)
    written = sorted(path.name for path in raw.iterdir())
    assert sorted(path.name for path in (tmp_path / "raw").iterdir()) == written
    assert len(written) == 9
    for name in written:
        stem = name.removesuffix(".parquet")
        assert table(tmp_path / "raw", stem) == table(raw, stem), name


def test_what_a_person_changed_is_what_init_had_marked(
    sources: Path, run: Run, tmp_path: Path
) -> None:
    """The example's map is init's, with changes only where it asked for one."""
    said = run("map", "init", "--from", sources / "export", "--out", tmp_path / "map",
               "--time-zone", "Europe/Berlin", "--extracted-at", "2026-04-30 22:00:00")  # fmt: skip
    assert said.exit_code == 0, said
    made = {path.name: path for path in (tmp_path / "map").glob("*.*") if path.suffix != ".md"}
    assert sorted(made) == sorted(path.name for path in MAP.iterdir())
    asked = 0
    for name, path in made.items():
        before = path.read_text(encoding="utf-8").splitlines()
        after = (MAP / name).read_text(encoding="utf-8").splitlines()
        changes = difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
        for tag, start, end, *_ in changes:
            if tag in ("replace", "delete"):
                assert any("DECIDE" in line for line in before[start:end]), (name, before[start])
                asked += 1
    assert asked == 10


def test_the_map_as_init_writes_it_does_not_run(sources: Path, run: Run, tmp_path: Path) -> None:
    run("map", "init", "--from", sources / "export", "--out", tmp_path / "map")
    said = run("ingest", "sql", "--map", tmp_path / "map", "--from", sources / "export",
               "--out", tmp_path / "raw")  # fmt: skip
    assert said.exit_code == 2
    assert f"{tmp_path}/map/cases.sql:" in said.err
    assert ": severity\n" in said.err
    assert f"{tmp_path}/map/settings.yml:5: time_zone\n" in said.err
    assert not (tmp_path / "raw").exists()


@pytest.mark.slow
def test_a_metric_of_it_is_what_the_rows_say(
    exported: Rows, raw: Path, dbt_here: DbtHere, tmp_path: Path
) -> None:
    built = tmp_path / DATABASE
    outcome = dbt_here.run_dbt(
        ["build", "--select", "+rework_rate_v1", "--exclude-resource-type", "test",
         "--exclude-resource-type", "unit_test"],
        ROOT,
        {"TRUSTMETRICS_RAW": str(raw), "TRUSTMETRICS_DATABASE": str(built)},
        lambda *_: None,
    )  # fmt: skip
    assert outcome.exit_code == 0, outcome.errors
    got = query(
        built,
        "select numerator, denominator from marts.rework_rate_v1 "
        "where period_grain = 'month' and period_start = date '2026-03-01' and slice = 'overall'",
    )
    assert got == [_rework(exported, datetime(2026, 3, 1), datetime(2026, 4, 1))]


def _rework(exported: Rows, start: datetime, end: datetime) -> tuple[int, int]:
    """Cases closed in a month, and those taken up again for a mistake within 30 days of it."""
    closed: dict[int, datetime] = {}
    for row in exported["ticket_log"]:
        at = utc(row["logged"])
        if row["step"] == "Closed" and start <= at < end:
            closed[row["ticket_no"]] = min(at, closed.get(row["ticket_no"], at))
    again = {
        row["ticket_no"]
        for row in exported["ticket_log"]
        if row["cause"] == "Our mistake"
        and row["ticket_no"] in closed
        and timedelta() < utc(row["logged"]) - closed[row["ticket_no"]] <= timedelta(days=30)
    }
    return len(again), len(closed)
