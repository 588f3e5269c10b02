"""What a change costs, on two small databases as dbt would have built them."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from tests.python.gate.cases import BREAK, Metric, tree
from trustmetrics.gate.impact import Difference, Flip, Impact, Measured, _impact
from trustmetrics.gate.render import rendered_impact
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
    january = Difference(("month", "2026-01-01", "overall", ""), Measured(10.0), Measured(30.0))
    assert (found.problem, found.row_count, found.changed_count) == ("", 2, 1)
    assert (found.periods, found.largest) == ([january], [])
    assert (january.change, january.relative) == (20.0, 2.0)
    assert found.flips is None
    assert (found.models, found.exposures) == (["takings"], ["dashboard the board"])


def test_a_target_that_only_one_meaning_meets_flips(tmp_path: Path) -> None:
    found = _priced("scorecard: scores\nversion_column: v", tmp_path)
    place = ("month", "2026-01-01", "overall", "", "mature")
    assert found.flips == [Flip(place, "met", "missed")]


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


RATES = "period_grain, period_start, slice, slice_value, value, sample_size, ci_lower, ci_upper"
OLD = [
    ("quarter", "2026-01-01", "overall", "all", 0.5, 400, 0.45, 0.55),
    ("month", "2026-01-01", "overall", "all", 0.5, 200, 0.43, 0.57),
    ("month", "2026-02-01", "overall", "all", 0.25, 200, 0.2, 0.3),
    ("month", "2026-01-01", "severity", "high", 0.5, 20, 0.3, 0.7),
    ("month", "2026-02-01", "severity", "high", 0.75, 20, 0.5, 0.9),
    ("day", "2026-01-02", "overall", "all", 1.0, 1, 0.2, 1.0),
    ("day", "2026-01-03", "overall", "all", 0.0, 2, 0.0, 0.7),
]
NEW = [
    ("quarter", "2026-01-01", "overall", "all", 0.4, 380, 0.35, 0.45),
    ("month", "2026-01-01", "overall", "all", 0.4, 190, 0.33, 0.47),
    ("month", "2026-02-01", "overall", "all", 0.25, 200, 0.2, 0.3),
    ("month", "2026-01-01", "severity", "high", 0.25, 16, 0.1, 0.5),
    ("month", "2026-02-01", "severity", "high", None, 0, None, None),
    ("day", "2026-01-02", "overall", "all", 0.0, 1, 0.0, 0.8),
    ("day", "2026-01-04", "overall", "all", 1.0, 3, 0.4, 1.0),
]


def _rates(folder: Path, version: int, rows: list[tuple]) -> Built:
    folder.mkdir()
    node = {"resource_type": "model", "name": "sales", "version": version}
    node |= {"schema": "main", "alias": "sales"}
    with duckdb.connect(str(folder / "built.duckdb")) as connection:
        marks = ", ".join("?" for _ in rows[0])
        types = [*["varchar"] * 4, "double", "bigint", "double", "double"]
        columns = zip(RATES.split(", "), types, strict=True)
        listed = ", ".join(f"{name} {kind}" for name, kind in columns)
        connection.execute(f"create table sales ({listed})")
        connection.executemany(f"insert into sales values ({marks})", rows)
    manifest = {"nodes": {"sales": node}, "exposures": {}, "child_map": {}}
    return Built(folder / "built.duckdb", manifest)


@pytest.fixture
def rates(tmp_path: Path) -> Impact:
    """The price of a change of a share, with its sample sizes and intervals."""
    register = parse_register(tree(BREAK).files)
    sides = (_rates(tmp_path / "old", 1, OLD), 1), (_rates(tmp_path / "new", 2, NEW), 2)
    return _impact(register.entries["sales"], register, *sides)


def test_the_whole_population_by_month_comes_first_then_slices_then_other_grains(
    rates: Impact,
) -> None:
    assert [one.place[1] for one in rates.periods] == ["2026-01-01", "2026-02-01"]
    assert [(one.place[0], one.place[2]) for one in rates.largest] == [
        ("month", "severity"),
        ("month", "severity"),
        ("day", "overall"),
        ("quarter", "overall"),
    ]


def test_rows_of_one_side_alone_are_counted_and_listed_apart(rates: Impact) -> None:
    assert (rates.row_count, rates.changed_count) == (6, 5)
    assert (rates.gone_count, rates.added_count) == (1, 1)
    assert rates.gone == [
        Difference(("day", "2026-01-03", "overall", "all"), Measured(0.0, 2, 0.0, 0.7), None)
    ]
    assert [one.place[1] for one in rates.added] == ["2026-01-04"]


@pytest.mark.parametrize("form", ["text", "markdown"])
def test_beside_each_difference_stand_its_share_its_sample_and_both_intervals(
    form: str, rates: Impact
) -> None:
    said = rendered_impact(form, rates).replace("|", " ")
    assert "5 of 6 values differ; 1 row gone; 1 row new" in said
    lines = {" ".join(line.split()) for line in said.splitlines()}
    assert "2026-01-01 0.5 0.4 -0.1 -20 200 to 190 0.43 to 0.57 0.33 to 0.47" in lines
    assert "2026-02-01 0.25 0.25 0 200 0.2 to 0.3 0.2 to 0.3" in lines
    assert "month, 2026-02-01, severity, high 0.75 none 20 to 0 0.5 to 0.9" in lines
    assert "day, 2026-01-03, overall, all 0 2 0 to 0.7" in lines


def test_a_price_fits_into_110_columns_whatever_a_slice_is_called(tmp_path: Path) -> None:
    name = "of the law enforcement agencies of the member states and of others " * 3
    long = [(*row[:3], name if row[2] != "overall" else "all", *row[4:]) for row in OLD]
    register = parse_register(tree(BREAK).files)
    changed = [(*row[:4], row[4] * 1234567.891, *row[5:]) for row in long]
    sides = (_rates(tmp_path / "old", 1, long), 1), (_rates(tmp_path / "new", 2, changed), 2)
    said = rendered_impact("text", _impact(register.entries["sales"], register, *sides))
    assert max(map(len, said.splitlines())) <= 110
    assert "member states" in " ".join(said.split())


def test_what_has_the_same_values_is_not_touched(tmp_path: Path) -> None:
    register = parse_register(tree(BREAK).files)
    old, new = _rates(tmp_path / "old", 1, OLD), _rates(tmp_path / "new", 1, OLD)
    same = _impact(register.entries["sales"], register, (old, 1), (new, 1))
    assert (same.is_touched, same.row_count) == (False, 7)
