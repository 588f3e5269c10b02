"""Numbers of a built database are published as they are, by what the database was built by."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from tests.python.helpers import ROOT, Run, query
from trustmetrics.errors import UserError
from trustmetrics.ledger.definitions import definitions_in, definitions_of, note_definitions
from trustmetrics.ledger.file import ledger_file, reading
from trustmetrics.ledger.kpi_numbers import period_start


def test_the_numbers_of_a_period_are_published_with_what_they_were_built_by(
    built: Path, run: Run, tmp_path: Path
) -> None:
    database = tmp_path / built.name
    shutil.copyfile(built, database)
    named = ("--database", database, "--grain", "month", "--period", "2026-04")
    metrics = ("--metrics", "rework_rate,appeal_rate", "--slices", "overall,surface")
    said = run("report", "publish", *named, *metrics)
    assert (said.exit_code, "published monthly-2026-04-1" in said.out) == (0, True), said
    expected = query(
        database,
        "select metric, metric_version, slice, slice_value, value, ci_lower, sample_size "
        "from marts.kpi_values where period_grain = 'month' and period_start = '2026-04-01' "
        "and slice in ('overall', 'surface') "
        "and (metric = 'rework_rate' or (metric = 'appeal_rate' and metric_version = 2))",
    )
    lock = definitions_of(ROOT)
    with reading(ledger_file(database)) as opened:
        rows = list(opened.rows())
    columns = ("metric", "metric_version", "slice", "slice_value", "value", "ci_lower")
    kept = [tuple(row[name] for name in (*columns, "sample_size")) for row in rows]
    assert len(kept) > 2 and sorted(kept) == sorted(expected)
    assert {row["commit_id"] for row in rows} == {lock.commit}
    assert {row["vocabularies"].count(":") for row in rows} == {4}
    for row in rows:
        assert row["fingerprint"] == lock.fingerprints[row["metric"], row["metric_version"]]

    said = run("report", "publish", *named, "--metrics", "no_such_metric")
    assert (said.exit_code, "there is no metric 'no_such_metric'" in said.complaint) == (2, True)
    said = run("report", "publish", *named[:4], "--period", "2019-05")
    assert (said.exit_code, "has no value of any metric" in said.complaint) == (2, True)


def test_a_part_that_was_built_by_something_else_leaves_no_commit(
    built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = tmp_path / built.name
    shutil.copyfile(built, database)
    own = definitions_of(ROOT).place
    note_definitions(database, ROOT, is_part=True)
    assert definitions_in(database, ROOT).place == own
    module = "trustmetrics.ledger.definitions.definitions_of"
    other = definitions_of(tmp_path)
    monkeypatch.setattr(module, lambda project: type(other)("b" * 40, False))
    note_definitions(database, ROOT, is_part=True)
    monkeypatch.undo()
    assert definitions_in(database, ROOT).place == (None, None)
    note_definitions(database, ROOT, is_part=False)
    assert definitions_in(database, ROOT).place == own


@pytest.mark.parametrize(
    ("grain", "name", "start"),
    [
        ("day", "2026-05-31", date(2026, 5, 31)),
        ("week", "2026-W01", date(2025, 12, 29)),
        ("week", "2026-W53", date(2026, 12, 28)),
        ("month", "2026-05", date(2026, 5, 1)),
        ("quarter", "2026-Q4", date(2026, 10, 1)),
    ],
)
def test_a_period_is_known_by_its_name(grain: str, name: str, start: date) -> None:
    assert period_start(grain, name) == start


@pytest.mark.parametrize(
    ("grain", "name"),
    [("day", "2026-02-30"), ("week", "2025-W53"), ("month", "2026-13"), ("quarter", "2026-05")],
)
def test_what_is_not_the_name_of_a_period_is_told(grain: str, name: str) -> None:
    with pytest.raises(UserError, match=f"'{name}' is not the name of a {grain}. Write it as"):
        period_start(grain, name)
