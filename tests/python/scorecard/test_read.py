"""What is read of a database: the newest version, what is not measured, and what cannot be read."""

from __future__ import annotations

import csv
import io
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from tests.python.helpers import ROOT, Run, query
from trustmetrics.scorecard.read import read_scorecard

GRAINS = ("day", "week", "month", "quarter")


@pytest.fixture
def changed(built: Path, tmp_path: Path) -> Iterator[tuple[Path, duckdb.DuckDBPyConnection]]:
    """A copy of a built database, of the same name so that its views hold, to be changed."""
    database = Path(shutil.copyfile(built, tmp_path / built.name))
    with duckdb.connect(str(database)) as connection:
        yield database, connection


def said(run: Run, database: Path, *more: str) -> dict[str, Any]:
    """What the command says as JSON."""
    told = run("scorecard", "--database", database, "--format", "json", *more)
    assert (told.exit_code, told.err) == (0, ""), told
    return json.loads(told.out)


def test_only_the_newest_version_unless_all_are_asked_for(run: Run, built: Path) -> None:
    newest = dict(query(built, "select metric, max(version) from seeds.metric_versions group by 1"))
    stands = query(built, "select distinct metric, metric_version from marts.kpi_scorecard")
    older = {metric for metric, version in stands if version < newest[metric]}
    assert older
    shown = said(run, built)
    assert {
        one["metric"]: one["metric_version"] for one in shown["lines"]
    }.items() <= newest.items()
    assert set(shown["older"]) == older
    for name in older:
        assert sum(one["metric"] == name for one in shown["lines"]) == 1
    versions = [
        (one["metric"], one["metric_version"])
        for part in ("lines", "segments")
        for one in said(run, built, "--all-versions", "--grain", "quarter")[part]
        if one["slice"] == "overall"
    ]
    assert len(versions) == len(set(versions))
    assert {metric for metric, version in versions if version < newest[metric]} == older


def test_each_metric_has_one_line_of_its_latest_mature_period(run: Run, built: Path) -> None:
    rows = query(
        built,
        "select metric, metric_version, max(period_start) from marts.kpi_values where is_mature "
        "and period_grain = 'month' and slice = 'overall' group by all",
    )
    lines = said(run, built)["lines"]
    found = [
        (one["metric"], one["metric_version"], one["period_start"])
        for one in lines
        if one["is_mature"]
    ]
    assert len(found) > 20
    assert set(found) <= {(name, version, str(start)) for name, version, start in rows}
    assert len({name for name, *_ in found}) == len(found)


def test_a_metric_without_a_mature_period_stands_by_its_complete_one(
    run: Run, changed: tuple[Path, duckdb.DuckDBPyConnection]
) -> None:
    database, connection = changed
    connection.execute(
        "delete from marts.kpi_scorecard where metric = 'report_rate' and basis = 'mature'"
    )
    connection.close()
    (line,) = [one for one in said(run, database)["lines"] if one["metric"] == "report_rate"]
    assert line["period_start"] == line["newest_start"]


def test_families_are_in_the_order_of_the_register(run: Run, built: Path) -> None:
    families = list(dict.fromkeys(one["family"] for one in said(run, built)["lines"]))
    settings = yaml.safe_load((ROOT / "metrics/_settings.yml").read_text("utf-8"))
    order = settings["families"]
    assert families == [one for one in order if one in families]
    assert len(families) > 5


def test_what_is_not_measured_has_no_line_but_a_reason(
    run: Run, changed: tuple[Path, duckdb.DuckDBPyConnection]
) -> None:
    database, connection = changed
    connection.execute(
        "update marts.kpi_scorecard set status = 'not measured', reason = 'kept elsewhere' "
        "where metric = 'report_rate'"
    )
    connection.close()
    shown = said(run, database)
    assert "report_rate" not in [one["metric"] for one in shown["lines"]]
    assert [(one["metric"], one["reason"]) for one in shown["not_measured"]] == [
        ("report_rate", "kept elsewhere")
    ]
    assert (
        "  report_rate: kept elsewhere" in run("scorecard", "--database", database).out.splitlines()
    )


@pytest.mark.parametrize("grain", GRAINS)
def test_every_grain_has_a_page_that_fits(run: Run, built: Path, grain: str) -> None:
    told = run("scorecard", "--database", built, "--grain", grain, "--all-versions")
    assert (told.exit_code, told.err) == (0, "")
    assert max(map(len, told.out.splitlines())) <= 110
    assert "What needs attention first" in told.out


def test_csv_and_markdown_come_from_the_command(run: Run, built: Path) -> None:
    told = run("scorecard", "--database", built, "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(told.out)))
    shown = said(run, built)
    assert len(rows) == sum(len(shown[part]) for part in ("lines", "segments", "not_measured"))
    assert float(rows[0]["value"]) == shown["lines"][0]["value"]
    assert (
        "# Scorecard by month" in run("scorecard", "--database", built, "--format", "markdown").out
    )


def test_worst_slices_are_the_clearest_and_as_many_as_asked_for(
    run: Run, changed: tuple[Path, duckdb.DuckDBPyConnection]
) -> None:
    database, connection = changed
    connection.execute("drop view marts.kpi_slice_deviations")
    connection.execute(
        """
        create table marts.kpi_slice_deviations as
        select
            'rework_rate' as metric, 1 as metric_version, 'month' as period_grain,
            if(number = 9, 'overall', 'queue') as slice, 'q' || number as slice_value,
            date '2026-05-01' as period_start, 0.5::double as value, 0.1::double as usual_value,
            if(number = 0, null, number / 2) as deviation, 100 as sample_size,
            12 as earlier_periods
        from range(10) as numbers (number)
        """
    )
    connection.close()
    shown = said(run, database)
    # 4.5 is overall, and 2 is not beyond 2.
    assert [(one["slice_value"], one["deviation"]) for one in shown["worst"]] == [
        ("q8", 4.0),
        ("q7", 3.5),
        ("q6", 3.0),
        ("q5", 2.5),
    ]
    assert shown["slice_count"] == 8
    assert [one["slice_value"] for one in said(run, database, "--worst", "1")["worst"]] == ["q8"]


def test_what_cannot_be_read_is_one_line(run: Run, tmp_path: Path) -> None:
    told = run("scorecard", "--database", tmp_path / "none.duckdb")
    assert told.exit_code == 2
    assert "there is no database" in told.complaint
    text = tmp_path / "text.duckdb"
    text.write_text("no database")
    told = run("scorecard", "--database", text)
    assert told.exit_code == 2
    assert "is not a DuckDB file" in told.complaint
    empty = tmp_path / "empty.duckdb"
    duckdb.connect(str(empty)).close()
    told = run("scorecard", "--database", empty)
    assert told.exit_code == 2
    assert "Build it again" in told.complaint


def test_the_trend_is_that_of_the_mature_values(built: Path) -> None:
    shown = read_scorecard(built, "month", all_versions=False, worst=0)
    (line,) = [one for one in shown.lines if one.metric == "backlog_open_cases"]
    rows = query(
        built,
        "select value from marts.kpi_values where metric = 'backlog_open_cases' and is_mature "
        "and period_grain = 'month' and slice = 'overall' order by period_start desc limit 12",
    )
    assert list(line.history) == [value for (value,) in rows][::-1]
    assert len(line.history) == 12
