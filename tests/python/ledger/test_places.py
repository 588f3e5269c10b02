"""Where published numbers are read from when they are computed again."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.python.ledger.made import AS_OF, DEFINITIONS, number
from trustmetrics.gate.results import Built
from trustmetrics.ledger.places import CellPlace, MetricPlace, place_of, values_of
from trustmetrics.ledger.publish import publish
from trustmetrics.ledger.reproduce import rows_of, sorted_out
from trustmetrics.register.load import Register, Registered

MAY = date(2026, 5, 1)
SOURCE = {"mart": "dsa_figures", "part": 4, "category": None, "scope": "total"}


def node(name: str, schema: str, version: int | None = None) -> dict[str, Any]:
    alias = name if version is None else f"{name}_v{version}"
    return {
        "resource_type": "model",
        "name": name,
        "schema": schema,
        "alias": alias,
        "version": version,
    }


@pytest.fixture
def built(tmp_path: Path) -> Built:
    path = tmp_path / "built.duckdb"
    metric = "metric_version, period_grain, period_start, slice, slice_value, value"
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema marts")
        connection.execute(
            f"create table marts.m_v2 as select * from (values "
            "(2, 'month', date '2026-05-01', 'overall', 'all', 0.25), "
            "(2, 'month', date '2026-05-01', 'surface', 'feed', null), "
            "(2, 'week', date '2026-05-04', 'overall', 'all', 0.75)) "
            f"as t ({metric})"
        )
        connection.execute(
            "create table marts.n_v1 as select * replace (1 as metric_version) from marts.m_v2"
        )
        connection.execute("create table marts.int_unmeasured_metrics as select 'n' as metric")
        connection.execute(
            "create table marts.dsa_figures as select * from (values "
            "(4, null, 'total', 12.0), (4, 'A', 'total', 5.0), "
            "(4, 'B', 'total', 1.0), (4, 'B', 'total', 2.0)) as t (part, category, scope, value)"
        )
    nodes = (node("m", "marts", 2), node("n", "marts", 1), node("dsa_figures", "marts"))
    nodes += (node("int_unmeasured_metrics", "marts"),)
    return Built(path, {"nodes": dict(enumerate(nodes))})


def test_values_of_metrics_are_read_where_they_are_measured(built: Built) -> None:
    register = Register({name: Registered(name, "", {}, ()) for name in ("m", "n")})
    here = MetricPlace("m", 2, "month", MAY, "overall", "all")
    others = [
        MetricPlace("m", 2, "month", MAY, "surface", "feed"),
        MetricPlace("m", 1, "month", MAY, "overall", "all"),
        MetricPlace("n", 1, "month", MAY, "overall", "all"),
        MetricPlace("gone", 1, "month", MAY, "overall", "all"),
    ]
    assert values_of(built, register, [here, *others]) == {here: 0.25}


@pytest.mark.parametrize(
    ("source", "value"),
    [
        (SOURCE, 12.0),
        (SOURCE | {"category": "A"}, 5.0),
        # No row, with and without what stands for it; two rows; no such mart.
        (SOURCE | {"category": "C"}, None),
        (SOURCE | {"category": "C", "absent": 0}, 0.0),
        (SOURCE | {"category": "B"}, None),
        (SOURCE | {"mart": "another"}, None),
    ],
)
def test_a_cell_of_a_mart_is_read_by_what_identifies_its_row(
    built: Built, tmp_path: Path, source: dict[str, Any], value: float | None
) -> None:
    said = number("dsa.notices", 12, metric_version=None, source=source)
    ledger = tmp_path / "ledger.sqlite"
    done = publish(ledger, "dsa", "2026", "Report", [said], AS_OF, DEFINITIONS)
    (row,) = rows_of(ledger, done.report_id)
    place = place_of(row)
    assert isinstance(place, CellPlace)
    assert values_of(built, Register({}), [place]) == ({} if value is None else {place: value})


def test_numbers_are_told_apart_by_where_they_come_from(tmp_path: Path) -> None:
    numbers = [
        number(),
        number("dsa.notices", 12, metric_version=None, source=SOURCE),
        number("dsa.staff", 7, metric_version=None, source={"filer": "moderators"}),
        number("dsa.other", 7, metric_version=None),
    ]
    ledger = tmp_path / "ledger.sqlite"
    done = publish(ledger, "dsa", "2026", "Report", numbers, AS_OF, DEFINITIONS)
    places, stated, others = sorted_out(rows_of(ledger, done.report_id))
    assert places == {
        1: MetricPlace("appeal_rate", 2, "month", MAY, "overall", "all"),
        2: CellPlace("dsa_figures", (("category", None), ("part", "4"), ("scope", "total"))),
    }
    assert [row["metric"] for row in stated] == ["dsa.staff"]
    assert [row["metric"] for row in others] == ["dsa.other"]
