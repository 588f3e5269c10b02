"""What a vocabulary's entry says that it can move is all that it moves: held against builds."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from tests.python.corpus.apply import copy_project
from tests.python.helpers import DATABASE, ROOT, command
from trustmetrics.gate.state import register_of, state_of

pytestmark = [pytest.mark.slow, pytest.mark.dbt]

FROZEN = ROOT / "tests" / "frozen"
KEY = ("metric", "metric_version", "period_grain", "period_start", "slice", "slice_value")
NUMBERS = ("numerator", "denominator", "value", "ci_lower", "ci_upper", "sample_size")
# Codes of the frozen sample that the taxonomy lacks.
UNMAPPED = ("scam-1", "NOPE-9")
Row = dict[str, str]
Edit = Callable[[list[Row]], list[Row]]


def _with_new_codes(rows: list[Row]) -> list[Row]:
    return [*rows, *(rows[0] | {"policy_code": code} for code in UNMAPPED)]


def _otherwise(rows: list[Row]) -> list[Row]:
    """A code of another kind, one whose validity has ended, and one gone."""
    changed, ended, _, *rest = rows
    return [changed | {"harm_type": "spam"}, ended | {"valid_to": "2025-12-31"}, *rest]


def _scaled(column: str) -> Edit:
    return lambda rows: [row | {column: f"{2 * float(row[column]):g}"} for row in rows[1:]]


EDITS: dict[str, tuple[str, Edit, int]] = {
    "new codes": ("policy_taxonomy", _with_new_codes, 15),
    "other rows": ("policy_taxonomy", _otherwise, 15),
    "other hours": ("action_sla", _scaled("sla_hours"), 2),
    "other weights": ("case_complexity", _scaled("weight"), 1),
}


def _built(folder: Path, *options: str | Path) -> Path:
    folder.mkdir(exist_ok=True)
    database = folder / DATABASE
    as_of = register_of(ROOT).settings["frozen_as_of"]
    arguments = ("--raw", FROZEN, "--database", database, "--as-of", as_of)
    said = command("build", *arguments, *options, "--max-rejected", "1", cwd=folder)
    assert said.exit_code == 0, said
    return database


@pytest.fixture(scope="module")
def unchanged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The frozen sample, built with the project's own vocabularies."""
    return _built(tmp_path_factory.mktemp("unchanged"))


@pytest.fixture(scope="module")
def moves(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, list[str]]]:
    """By vocabulary and metric, the slices that it is said to move at most."""
    project = copy_project(tmp_path_factory.mktemp("copy") / "project")
    return state_of(project, register_of(project), lambda *_: None, False, True).moves


def _moved(before: Path, now: Path) -> set[tuple[str, str]]:
    """Metric and slice of each row that one side lacks, or that has other numbers."""
    with duckdb.connect() as connection:
        for name, database in (("before", before), ("now", now)):
            connection.execute(f"attach '{database}' as {name} (read_only)")
            connection.execute(f"create table {name}_values as from {name}.marts.kpi_values")
        same = " and ".join(
            f"(a.{name} is not distinct from b.{name} or "
            f"abs(a.{name} - b.{name}) <= 1e-12 * greatest(abs(a.{name}), abs(b.{name})))"
            for name in NUMBERS
        )
        found = connection.execute(
            f"select distinct metric, slice from before_values a full join now_values b "
            f"using ({', '.join(KEY)}) where a.as_of is null or b.as_of is null or not ({same})"
        ).fetchall()
    return set(found)


@pytest.mark.parametrize("way", EDITS)
def test_no_slice_moves_that_is_not_named(
    way: str, unchanged: Path, moves: dict[str, dict[str, list[str]]], tmp_path: Path
) -> None:
    vocabulary, edit, least = EDITS[way]
    own = tmp_path / "own"
    own.mkdir()
    with (ROOT / "seeds" / f"{vocabulary}.csv").open(newline="") as file:
        rows = edit(list(csv.DictReader(file)))
    with (own / f"{vocabulary}.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    moved = _moved(unchanged, _built(tmp_path / "built", "--vocabulary", own))
    named = {(metric, one) for metric, slices in moves[vocabulary].items() for one in slices}
    assert moved <= named, sorted(moved - named)
    assert len({metric for metric, _ in moved}) >= least
