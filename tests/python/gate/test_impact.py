"""What a change costs, on two small databases as dbt would have built them."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from tests.python.gate.cases import BREAK, Metric, tree
from trustmetrics.gate.impact import Difference, Impact, _impact
from trustmetrics.gate.results import Built
from trustmetrics.register.load import parse_register

KEY = "'month' as period_grain, '2026-01-01' as period_start, 'overall' as slice"


def _built(folder: Path, factor: int, status: str, version: int) -> Built:
    """A side on which sales is a view, and the scorecard a table."""
    folder.mkdir()
    models = [("sales", version), ("takings", None), ("scores", None)]
    nodes = {
        name: {
            "resource_type": "model",
            "name": name,
            "version": of,
            "schema": "main",
            "alias": name,
        }
        for name, of in models
    }
    children = {"sales": ["takings", "board"], "takings": ["board"]}
    exposures = {"board": {"type": "dashboard", "name": "the board"}}
    with duckdb.connect(str(folder / "built.duckdb")) as connection:
        connection.execute(
            f"""
            create table takings as
            select {KEY}, '' as slice_value, 10.0 * {factor} as value
            union all
            select 'day', '2026-01-02', 'region', 'EU', 1.0
            """
        )
        connection.execute("create view sales as select * from built.main.takings")
        connection.execute(
            f"create table scores as select {KEY}, '' as slice_value, 'mature' as basis, "
            f"'sales' as metric, {version} as v, '{status}' as status"
        )
    manifest = {"nodes": nodes, "exposures": exposures, "child_map": children}
    return Built(folder / "built.duckdb", manifest)


def _priced(settings: str, tmp_path: Path) -> Impact:
    register = parse_register(tree(BREAK, settings=settings).files)
    sides = (
        (_built(tmp_path / "old", 1, "met", 1), 1),
        (_built(tmp_path / "new", 3, "missed", 2), 2),
    )
    return _impact(register.entries["sales"], register, *sides)


def test_a_metric_that_is_a_view_is_priced(tmp_path: Path) -> None:
    found = _priced("{}", tmp_path)
    january = Difference(("month", "2026-01-01", "overall", ""), 10.0, 30.0)
    assert (found.problem, found.row_count, found.changed_count) == ("", 2, 1)
    assert found.periods == [january]
    assert found.largest == [january]
    assert found.flips is None
    assert (found.models, found.exposures) == (["takings"], ["dashboard the board"])


def test_a_target_that_only_one_meaning_meets_flips(tmp_path: Path) -> None:
    found = _priced("scorecard: scores\nversion_column: v", tmp_path)
    place = ("month", "2026-01-01", "overall", "", "mature")
    assert found.flips == [Difference(place, "met", "missed")]


@pytest.mark.parametrize(
    ("columns", "problem"),
    [
        ({"value": "slice"}, "slice of version 1 is not a number"),
        ({"value": "value", "period": "day"}, "version 1 of sales has no column day; name the "),
    ],
)
def test_what_cannot_be_compared_is_said(columns: dict, problem: str, tmp_path: Path) -> None:
    metric = tree(Metric("sales", fields={"columns": columns}))
    register = parse_register(metric.files)
    side = (_built(tmp_path / "side", 1, "met", 1), 1)
    assert _impact(register.entries["sales"], register, side, side).problem.startswith(problem)
