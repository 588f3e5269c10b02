"""What all investigations share: errors in one line, and the file of --out, whole or not at all."""

from __future__ import annotations

import stat
from datetime import date, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from tests.python.analyses.made import Made, weeks_before
from tests.python.helpers import Run
from trustmetrics.investigate import output, words

WEEK = date(2026, 3, 2)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ten weeks of reports, one account with two violations, one flag."""
    path = tmp_path_factory.mktemp("command") / "made.duckdb"
    with Made(path, datetime(2026, 3, 11)) as filled:
        for week in (*weeks_before(WEEK, 10), WEEK):
            filled.reports(week, 20, items=19)
        filled.run(
            "insert into staging.stg_detections values ('d', '2026-03-01', 'det', 'v', 'feed', 1)"
        )
        filled.run("update intermediate.int_cases set subject_account_id = 'acc'")
    return path


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (
            ["spike", "--week", "2025-01-01"],
            "the week of 2024-12-30 cannot be compared: weeks from 2026-01-26 to 2026-03-09 can, "
            "for the reports begin in the week of 2025-12-22, 4 whole weeks must lie before, and "
            "the data are as of 2026-03-11 00:00",
        ),
        (
            ["spike", "--surface", "o'clock"],
            "no report is on a surface 'o'clock'. Those with reports are: feed",
        ),
        (
            ["threshold", "--detector", "dte"],
            "no flag is by a detector 'dte'. Those with flags are: det",
        ),
        (
            ["threshold", "--since", "2026-03-05"],
            "there are no flags from 2026-03-05 to 2026-03-11. "
            "Name another time: --since, --before",
        ),
        (
            ["disagreement", "--before", "2020-01-01"],
            "there is no quality review, resolved appeal or calibration session before 2020-01-01. "
            "Name another time: --since, --before",
        ),
        (
            ["offenders", "--out", "x.xlsx"],
            "--out must end in one of .csv, .parquet, .json, which says the format: 'x.xlsx'",
        ),
        (
            ["offenders", "--out", "nowhere/x.csv"],
            "the folder 'nowhere' does not exist. Create it first",
        ),
    ],
)
def test_what_the_user_can_correct(
    made: Path, run: Run, arguments: list[str], complaint: str
) -> None:
    said = run("investigate", *arguments, "--database", made)
    assert (said.exit_code, said.complaint) == (2, complaint)
    assert not said.out


def test_no_database(tmp_path: Path, run: Run) -> None:
    said = run("investigate", "spike", "--database", tmp_path / "none.duckdb")
    assert said.exit_code == 2
    assert "there is no database" in said.complaint
    other = tmp_path / "other.duckdb"
    other.write_text("no database", encoding="utf-8")
    said = run("investigate", "spike", "--database", other)
    assert said.exit_code == 2
    assert said.complaint.startswith(f"'{other}' is not a DuckDB file. Build it first")


def test_a_database_that_lacks_what_is_asked(tmp_path: Path, run: Run) -> None:
    path = tmp_path / "part.duckdb"
    with Made(path, datetime(2026, 3, 11)) as filled:
        filled.reports(WEEK, 3)
        filled.run("drop table staging.stg_account_identifiers")
    said = run("investigate", "offenders", "--database", path)
    assert said.exit_code == 2
    assert said.complaint.startswith("the database lacks stg_account_identifiers")
    with duckdb.connect(str(path)) as connection:
        connection.execute("alter table intermediate.int_cases drop column harm_type")
        connection.execute(
            "create table staging.stg_account_identifiers "
            "(account_id text, identifier_type text, identifier_hash text)"
        )
    said = run("investigate", "offenders", "--database", path)
    assert said.exit_code == 2
    assert said.complaint.startswith(f"'{path}' is not a whole database of this version")


def test_raw_files_that_are_gone(tmp_path: Path, run: Run) -> None:
    path, raw = tmp_path / "made.duckdb", tmp_path / "raw.csv"
    with Made(path, datetime(2026, 3, 11)) as filled:
        raw.write_text("account_id,identifier_type,identifier_hash\na,device,h\n", encoding="utf-8")
        filled.run("drop table staging.stg_account_identifiers")
        filled.run(f"create view staging.stg_account_identifiers as from read_csv('{raw}')")
    raw.unlink()
    said = run("investigate", "offenders", "--database", path)
    assert said.exit_code == 2
    assert said.complaint.startswith(f"a raw file that '{path}' reads is not where it was")


@pytest.mark.parametrize("ending", [".csv", ".parquet", ".json", ".CSV"])
def test_out_is_the_whole_table(made: Path, run: Run, tmp_path: Path, ending: str) -> None:
    out = tmp_path / f"it's{ending}"
    out.write_text("an older one", encoding="utf-8")
    said = run("investigate", "offenders", "--database", made, "--out", out)
    assert said.exit_code == 0, said
    assert f"wrote 1 rows to {out}" in said.out
    reader = {".csv": "read_csv", ".json": "read_json", ".parquet": "read_parquet"}[ending.lower()]
    with duckdb.connect() as connection:
        found = connection.execute(
            f"select account_id, confirmed_violations from {reader}(?)", [str(out)]
        ).fetchall()
    assert found == [("acc", 209)]
    assert stat.S_IMODE(out.stat().st_mode) == 0o600, "a restricted table is its owner's"
    assert list(tmp_path.iterdir()) == [out]


def test_out_is_left_as_it_was_where_writing_fails(
    made: Path, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "x.csv"
    out.write_text("an older one", encoding="utf-8")
    monkeypatch.setitem(output.FORMATS, ".csv", "format csv, delimiter 'too long'")
    assert run("investigate", "offenders", "--database", made, "--out", out).exit_code == 2
    assert out.read_text(encoding="utf-8") == "an older one"
    assert list(tmp_path.iterdir()) == [out]


def test_the_database_is_only_read(made: Path, run: Run) -> None:
    before = made.read_bytes()
    for name in ("spike", "offenders", "threshold"):
        assert run("investigate", name, "--database", made).exit_code == 0
    assert made.read_bytes() == before
    assert [path.name for path in made.parent.iterdir()] == [made.name]


def test_numbers_as_people_read_them() -> None:
    assert [words.count(value) for value in (205, 135.75, 2.75, 12_345.6, 0, None)] == [
        "205", "136", "2.8", "12,346", "0", ""
    ]  # fmt: skip
    assert [words.share(value) for value in (0.512, 1, -0.001, None)] == [
        "51 %",
        "100 %",
        "0 %",
        "",
    ]
    assert [words.change(value) for value in (0.51, -0.2, 0.001, 46.8, None)] == [
        "+51 %", "-20 %", "0 %", "x48", ""
    ]  # fmt: skip
    assert words.change_between(-0.1, 0.811) == "-10 to +81 %"
    assert words.change_between(0.07, 59) == "+7 % to x60"
    assert words.change_between(0.07, None) == "+7 % or more"
    assert [words.difference(value) for value in (69.25, -2.21, 0, 1.88)] == [
        "+69", "-2.2", "0", "+1.9"
    ]  # fmt: skip
    times = (5, 119, 2700, 3 * 3600, timedelta(days=3).total_seconds())
    assert [words.hours(seconds) for seconds in times] == [
        "5 s", "119 s", "45 min", "3.0 h", "3 days"
    ]  # fmt: skip
    assert words.listed(["a", "b", "c"]) == "a, b and c"
    assert (words.plural(1, "case"), words.plural(1_000, "case")) == ("1 case", "1,000 cases")
