"""What a BI tool finds that reads the tables itself: by SQLAlchemy, and in Parquet files."""

from __future__ import annotations

import json
import re
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from dashboards.superset.bundle import BundleError, contents, duckdb_uri
from tests.bi.conftest import ROOT, Built, statements

TABLES = ("kpi_trends", "dim_metrics", "dim_periods")
# What a tool takes a column for, by the type of the contract.
KINDS = {
    "varchar": "str",
    "integer": "int",
    "bigint": "int",
    "double precision": "float",
    "boolean": "bool",
    "date": "date",
    "timestamp": "datetime",
}
NUMBER = (
    "select value from marts.kpi_trends where metric = 'detection_precision' "
    "and slice = 'overall' and period_grain = 'month' and is_latest_mature"
)


def contract(table: str) -> dict[str, str]:
    """The columns that a mart's contract names, with what a tool should take them for."""
    text = (ROOT / f"models/marts/{table}.yml").read_text("utf-8")
    (model,) = yaml.safe_load(text)["models"]
    return {one["name"]: KINDS[one["data_type"]] for one in model["columns"]}


def said(python: Path, script: str, where: str) -> dict[str, Any]:
    """What a script beside this file says of a database or a file, with Superset's packages."""
    command = [python, Path(__file__).with_name(script), where]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def holds(found: dict[str, Any], built: Built) -> None:
    """What SQLAlchemy says is what the contracts and the built file say; it may not write."""
    for table in TABLES:
        assert found[table]["columns"] == contract(table), table
        assert found[table]["rows"] == built.one(f"select count(*) from marts.{table}") > 0, table
    assert found["number"] == pytest.approx(built.one(NUMBER), rel=1e-9)
    assert found["refused"]


def test_sqlalchemy_reads_the_duckdb_file(superset_python: Path, built: Built) -> None:
    holds(said(superset_python, "read_tables.py", duckdb_uri(built.marts)), built)


def test_sqlalchemy_reads_postgres(superset_python: Path, built: Built, postgres_uri: str) -> None:
    holds(said(superset_python, "read_tables.py", postgres_uri), built)


def exported(built: Built, folder: Path) -> None:
    """Run the guide's statements, as they stand there, but for the folder."""
    (copies,) = statements("copy marts")
    with duckdb.connect(str(built.marts), read_only=True) as connection:
        connection.execute(copies.replace("/srv/public/", f"{folder}/"))


def test_parquet_files_hold_what_the_tables_do(built: Built, tmp_path: Path) -> None:
    exported(built, tmp_path)
    with duckdb.connect(str(built.marts), read_only=True) as connection:
        for table in TABLES:
            mart, file = f"from marts.{table}", f"from '{tmp_path / table}.parquet'"
            for one, other in ((mart, file), (file, mart)):
                assert connection.execute(f"({one}) except all ({other})").fetchall() == []
            described = connection.execute(f"describe {file}").fetchall()
            assert [(name, kind) for name, kind, *_ in described] == [
                (name, kind) for name, kind, *_ in connection.execute(f"describe {mart}").fetchall()
            ]


def test_the_guides_query_for_grafana_gives_a_series(built: Built) -> None:
    (query,) = statements("select period_start")
    with duckdb.connect(str(built.marts), read_only=True) as connection:
        found = connection.execute(query)
        assert [name for name, *_ in found.description] == ["time", "value", "ci_lower", "ci_upper"]
        times = [time for time, *_ in found.fetchall()]
    assert len(times) > 10
    assert times == sorted(set(times))


def test_pandas_reads_the_parquet_file(superset_python: Path, built: Built, tmp_path: Path) -> None:
    exported(built, tmp_path)
    found = said(superset_python, "read_parquet.py", str(tmp_path / "kpi_trends.parquet"))
    rows = built.one("select count(*) from marts.kpi_trends")
    assert found == {"rows": rows, "number": [built.one(NUMBER)]}


@pytest.mark.parametrize("table", TABLES)
def test_the_bundle_has_every_column_with_its_words(table: str) -> None:
    (dataset,) = [
        one
        for name, one in contents("duckdb://").items()
        if name.startswith("datasets/") and one["table_name"] == table
    ]
    assert [one["column_name"] for one in dataset["columns"]] == list(contract(table))
    for one in dataset["columns"]:
        assert one["description"] and "{{" not in one["description"], one


def test_charts_name_columns_and_measures_that_there_are() -> None:
    files = contents("duckdb://")
    datasets = {one["uuid"]: one for name, one in files.items() if name.startswith("datasets/")}
    charts = [one for name, one in files.items() if name.startswith("charts/")]
    assert len(charts) == 5
    for chart in charts:
        dataset = datasets[chart["dataset_uuid"]]
        (query,) = json.loads(chart["query_context"])["queries"]
        known = {one["column_name"] for one in dataset["columns"]}
        named = {*query["columns"], *(one["col"] for one in query["filters"])}
        named |= {column for column, _ in query["orderby"]}
        assert named <= known, chart["slice_name"]
        measures = {one["metric_name"] for one in dataset["metrics"]}
        assert set(query["metrics"] or ()) <= measures, chart["slice_name"]
        assert {"period_grain", "slice"} <= {one["col"] for one in query["filters"]}


def test_no_measure_adds_or_averages() -> None:
    measures = [
        one["expression"]
        for name, dataset in contents("duckdb://").items()
        if name.startswith("datasets/")
        for one in dataset["metrics"]
    ]
    assert len(measures) == 4
    for expression in measures:
        assert re.fullmatch(r"CASE WHEN COUNT\(\*\) = 1 THEN MAX\(\w+\) END", expression)


def test_a_file_with_single_cases_is_not_handed_to_superset(built: Built, tmp_path: Path) -> None:
    with pytest.raises(BundleError, match=r"holds single cases.*--marts-only"):
        duckdb_uri(built.whole)
    with pytest.raises(BundleError, match="two readings"):
        duckdb_uri(tmp_path / "marts.duckdb")
    with pytest.raises(BundleError, match="is not there"):
        duckdb_uri(tmp_path / "none.duckdb")
    (tmp_path / "text.duckdb").write_text("not a database " * 1000)
    with pytest.raises(BundleError, match="cannot be read"):
        duckdb_uri(tmp_path / "text.duckdb")


def test_superset_reads_with_the_duckdb_that_builds() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    (pinned,) = [one for one in project if one.startswith("duckdb==")]
    locked = (ROOT / "dashboards/superset/requirements.txt").read_text()
    assert re.search(rf"^{re.escape(pinned)} ", locked, re.M)
