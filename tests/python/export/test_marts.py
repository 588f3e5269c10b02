"""export marts: what is written, that it is all or nothing, and what --k leaves."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import duckdb
import pytest

from tests.python.helpers import Run, query
from trustmetrics.export import marts
from trustmetrics.privacy.figures import NOT_PERSONAL
from trustmetrics.public_marts import write_public_marts


@pytest.fixture(scope="module")
def public(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The marts alone of the sample."""
    file = tmp_path_factory.mktemp("public") / "trust.duckdb"
    write_public_marts(built, file)
    return file


def content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


@pytest.mark.slow
def test_the_public_marts_and_nothing_else(run: Run, public: Path, tmp_path: Path) -> None:
    out = tmp_path / "marts"
    said = run("export", "marts", "--database", public, "--out", out)
    assert said.exit_code == 0, said
    tables = {
        name
        for (name,) in query(
            public, "select table_name from information_schema.tables where table_schema = 'marts'"
        )
    }
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    assert {table["name"] for table in manifest["tables"]} == tables
    assert {path.name for path in out.iterdir()} == {
        "manifest.json",
        *(f"{name}.parquet" for name in tables),
    }
    for table in manifest["tables"]:
        file = out / table["file"]
        assert hashlib.sha256(file.read_bytes()).hexdigest() == table["sha256"]
        difference = f"(from '{file}' except all from built.marts.\"{table['name']}\")"
        with duckdb.connect() as connection:
            connection.execute(f"attach '{public}' as built (read_only)")
            assert connection.execute(f"select count(*) from {difference}").fetchone() == (0,)
            rows = connection.execute(f"select count(*) from '{file}'").fetchone()
        assert rows == (table["rows"],)
        assert rows == query(public, f'select count(*) from marts."{table["name"]}"')[0]
    assert str(query(public, "select max(as_of) from marts.kpi_values")[0][0]) == manifest["as_of"]
    assert len(manifest["fingerprints"]["report_rate 1"]) == 32


def test_the_same_database_gives_the_same_bytes(
    run: Run, built: Path, public: Path, tmp_path: Path
) -> None:
    for database, name in ((public, "one"), (built, "other")):
        assert run("export", "marts", "--database", database, "--out", tmp_path / name)
    assert content(tmp_path / "one") == content(tmp_path / "other")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one", "other"]


def test_what_fails_leaves_the_last_export(
    run: Run, public: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "marts"
    assert run("export", "marts", "--database", public, "--out", out).exit_code == 0
    before = content(out)
    real = marts._copied

    def failing(connection: object, source: str, file: Path, as_of: object) -> int:
        if file.name.startswith("kpi_values"):
            raise duckdb.IOException("IO Error: no longer there")
        return real(connection, source, file, as_of)  # type: ignore[arg-type]

    monkeypatch.setattr(marts, "_copied", failing)
    said = run("export", "marts", "--database", public, "--out", out)
    assert said.exit_code == 2
    assert content(out) == before
    assert [path.name for path in tmp_path.iterdir()] == ["marts"]


def test_another_folder_is_not_replaced(run: Run, public: Path, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/notes.txt").write_text("keep", encoding="utf-8")
    (tmp_path / "file").write_text("keep", encoding="utf-8")
    for name, message in (
        ("mine", "holds something else than an export of the marts, and is not replaced"),
        ("file", "is a file. Name a folder"),
        ("none/deeper", "does not exist. Create it first"),
    ):
        said = run("export", "marts", "--database", public, "--out", tmp_path / name)
        assert said.exit_code == 2
        assert message in said.complaint
    assert (tmp_path / "mine/notes.txt").read_text(encoding="utf-8") == "keep"


def test_a_database_of_other_definitions_is_refused(run: Run, public: Path, tmp_path: Path) -> None:
    copy = tmp_path / "other.duckdb"
    shutil.copyfile(public, copy)
    with duckdb.connect(str(copy)) as connection:
        connection.execute(
            "update marts.metric_catalog set metric_version = 9 "
            "where metric = 'appeal_rate' and metric_version = 2"
        )
    said = run("export", "marts", "--database", copy, "--out", tmp_path / "marts")
    assert said.exit_code == 2
    assert (
        "other definitions than those here, which have no appeal_rate version 9" in said.complaint
    )


def test_k_withholds_small_counts_and_leaves_exact_tables_out(
    run: Run, public: Path, tmp_path: Path
) -> None:
    out = tmp_path / "marts"
    arguments = ("export", "marts", "--database", public, "--out", out, "--k", "10")
    said = run(*arguments, "--since", "2026-05-01", "--grain", "month")
    assert said.exit_code == 0, said
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    assert {table["name"] for table in manifest["tables"]} == {
        "dim_metrics",
        "dim_periods",
        "kpi_values",
        "metric_catalog",
        "metric_change_log",
    }
    assert {"kpi_trends", "kpi_scorecard", "report_rate_v1"} <= set(manifest["left_out"])
    with duckdb.connect() as connection:
        shown = f"from '{out}/kpi_values.parquet'"
        grains = connection.execute(f"select distinct period_grain {shown}").fetchall()
        assert grains == [("month",)]
        numbers = "coalesce(numerator, denominator, value, ci_lower, ci_upper, sample_size)"
        told = connection.execute(
            f"select count(*) {shown} where is_withheld and {numbers} is not null"
        ).fetchone()
        assert told == (0,)
        few = connection.execute(
            f"select distinct metric {shown} where sample_size between 1 and 9"
        ).fetchall()
        # What counts no people.
        assert {metric for (metric,) in few} <= NOT_PERSONAL.keys()
        counts = connection.execute(
            f"select count(*), count(*) filter (is_withheld) {shown}"
        ).fetchone()
    assert counts == (manifest["withheld"]["rows"], manifest["withheld"]["withheld"])
    assert 0 < counts[1] < counts[0]


def test_grains_go_with_k(run: Run, public: Path, tmp_path: Path) -> None:
    said = run("export", "marts", "--database", public, "--out", tmp_path / "x", "--grain", "day")
    assert said.exit_code == 2
    assert "--grain and --since go with --k." in said.complaint


def test_counts_with_noise(run: Run, public: Path, tmp_path: Path) -> None:
    out = tmp_path / "counts.csv"
    start, count = query(
        public,
        "select period_start, numerator from marts.kpi_values where metric = "
        "'reports_per_million_views' and slice = 'overall' and period_grain = 'quarter' "
        "order by numerator desc limit 1",
    )[0]
    arguments = ["--metric", "reports_per_million_views", "--grain", "quarter"]
    arguments += ["--period", str(start), "--slice", "overall", "--slice", "surface"]
    said = run("export", "noisy", "--database", public, *arguments, "--epsilon", "4", "--out", out)
    assert said.exit_code == 0, said
    assert "epsilon 4 in all, 2 for each list" in said.out
    with duckdb.connect() as connection:
        rows = connection.execute(
            f"select count, margin_95, epsilon from '{out}' where slice = 'overall'"
        ).fetchall()
    assert len(rows) == 1
    # exp(-2 * 30) is nothing.
    assert abs(rows[0][0] - count) < 30
    assert rows[0][1:] == (1, 2)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--metric", "made_up", "--epsilon", "1"], "there is no figure of 'made_up'"),
        (["--metric", "report_rate", "--epsilon", "0"], "epsilon '0' is not a number above 0"),
        (
            ["--metric", "time_to_resolution_p50_hours", "--epsilon", "1"],
            "does not count single things",
        ),
    ],
)
def test_noise_that_cannot_be(
    run: Run, public: Path, tmp_path: Path, arguments: list[str], message: str
) -> None:
    out = tmp_path / "counts.csv"
    period = ["--period", "2026-04-01", "--grain", "quarter", "--out", out]
    said = run("export", "noisy", "--database", public, *arguments, *period)
    assert said.exit_code == 2
    assert message in said.complaint
    assert not out.exists()
