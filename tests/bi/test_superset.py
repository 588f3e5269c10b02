"""A real Superset imports the dashboard, draws it from the marts, and can do no more than read."""

from __future__ import annotations

import shutil
import urllib.request
from pathlib import Path

import duckdb
import pytest

from dashboards.superset.bundle import contents, write
from dashboards.superset.client import RefusedError
from tests.bi.conftest import Built, Superset

CHARTS = {
    "Where each metric stands",
    "Time to action, median, by month",
    "Appeals overturned, by month",
    "Precision of each detector, newest mature month",
    "Open cases at the end of the month, by severity",
}
STANDS = {"slice": "overall", "period_grain": "month", "metric": "detection_precision"}
WHERE = " and ".join(f"{name} = '{value}'" for name, value in STANDS.items())
PRECISION = f"select value from marts.kpi_trends where {WHERE} and is_latest_mature"


def where(**equal: str) -> list[dict[str, str]]:
    return [{"col": name, "op": "==", "val": value} for name, value in equal.items()]


def precision(superset: Superset) -> float:
    """The newest mature month's, by the API."""
    (row,) = superset.ask(
        columns=["period_label"],
        metrics=["value"],
        filters=[*where(**STANDS), {"col": "is_latest_mature", "op": "IS TRUE"}],
    )
    return row["value"]


def charts(superset: Superset) -> dict[str, int]:
    """The charts that the dashboard's address gives, by name."""
    listed = superset.client.get("dashboard/trustmetrics/charts")["result"]
    return {one["slice_name"]: one["id"] for one in listed}


def test_the_dashboard_is_listed_with_its_five_charts(superset: Superset) -> None:
    listed = superset.client.get("dashboard/")["result"]
    assert [one["dashboard_title"] for one in listed] == ["Trust and safety"]
    assert charts(superset).keys() == CHARTS


def test_every_chart_draws_the_rows_of_the_mart(superset: Superset, built: Built) -> None:
    """As many as the chart's filters leave, counted in the file."""
    month = "from marts.kpi_trends where period_grain = 'month' and"
    wanted = {
        "Where each metric stands": "slice = 'overall' and is_latest_mature",
        "Time to action, median, by month": (
            "metric = 'time_to_action_p50_hours' and slice = 'overall' and is_mature"
        ),
        "Appeals overturned, by month": (
            "metric = 'appeal_overturn_rate' and slice = 'overall' and is_mature"
        ),
        "Precision of each detector, newest mature month": (
            "metric = 'detection_precision' and slice = 'detector_id' and is_latest_mature"
        ),
        "Open cases at the end of the month, by severity": (
            "metric = 'backlog_open_cases' and slice = 'severity' and is_mature"
        ),
    }
    for name, number in charts(superset).items():
        (result,) = superset.client.get(f"chart/{number}/data/")["result"]
        count = built.one(f"select count(*) {month} {wanted[name]}")
        assert (result["error"], result["rowcount"]) == (None, count), name
        assert count > 1, name
        assert any(row["value"] is not None for row in result["data"]), name


def test_a_number_through_the_api_is_the_marts_own(superset: Superset, built: Built) -> None:
    wanted = built.one(PRECISION)
    assert 0 < wanted < 1
    assert precision(superset) == pytest.approx(wanted, rel=1e-12)


def test_a_measure_shows_nothing_where_it_would_mix_rows(superset: Superset, built: Built) -> None:
    """Without a slice the rows of overall and of its parts would be one point."""
    (row,) = superset.ask(
        columns=["metric"],
        metrics=["value", "ci_lower", "ci_upper"],
        filters=where(metric="detection_precision", period_grain="month"),
    )
    assert row == {
        "metric": "detection_precision", "value": None, "ci_lower": None, "ci_upper": None,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        ("create table marts.mine as select 1 as one", "DML_NOT_ALLOWED"),
        ("select * from read_csv('/etc/passwd')", "disabled by configuration"),
        ("select * from 'https://example.invalid/a.parquet'", "disabled by configuration"),
    ],
)
def test_sql_lab_neither_writes_nor_reads_elsewhere(
    superset: Superset, sql: str, words: str
) -> None:
    (database,) = superset.client.get("database/")["result"]
    with pytest.raises(RefusedError, match=words):
        superset.client.post(
            "sqllab/execute/",
            {"database_id": database["id"], "sql": sql, "runAsync": False, "schema": "marts"},
        )


def test_a_rebuilt_file_is_read_without_a_restart(superset: Superset, built: Built) -> None:
    """As a build does, this moves the new file into the old one's place."""
    kept, other = built.marts.with_suffix(".kept"), built.marts.with_suffix(".other")
    shutil.copyfile(built.marts, kept)
    shutil.copyfile(built.marts, other)
    with duckdb.connect(str(other)) as connection:
        connection.execute(f"update marts.kpi_trends set value = 0.125 where {WHERE}")
    before = precision(superset)
    try:
        other.replace(built.marts)
        assert precision(superset) == 0.125
    finally:
        kept.replace(built.marts)
    assert precision(superset) == before


def test_importing_again_leaves_one_dashboard(superset: Superset, tmp_path: Path) -> None:
    (database,) = superset.client.get("database/")["result"]
    uri = superset.client.get(f"database/{database['id']}/connection")["result"]["sqlalchemy_uri"]
    write(contents(uri), tmp_path / "bundle.zip")
    superset.client.import_bundle(tmp_path / "bundle.zip")
    assert len(superset.client.get("dashboard/")["result"]) == 1
    assert charts(superset).keys() == CHARTS


def test_pages_let_the_browser_ask_no_other_host(superset: Superset) -> None:
    """Superset's pages name a host that counts views: their policy must not."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(f"{superset.address}/login/", timeout=60) as page:
        policy = page.headers["Content-Security-Policy"]
    assert "img-src 'self'" in policy
    assert "default-src 'self'" in policy
    assert "://" not in policy and "." not in policy


def test_postgres_gives_the_same_number(
    superset: Superset, built: Built, postgres_uri: str, tmp_path: Path
) -> None:
    """The same bundle with another URI: what Superset had of it is replaced."""
    (database,) = superset.client.get("database/")["result"]
    path = f"database/{database['id']}/connection"
    uri = superset.client.get(path)["result"]["sqlalchemy_uri"]
    bundle = tmp_path / "bundle.zip"
    try:
        write(contents(postgres_uri), bundle)
        superset.client.import_bundle(bundle)
        assert superset.client.get(path)["result"]["backend"] == "postgresql"
        assert precision(superset) == pytest.approx(built.one(PRECISION), rel=1e-9)
        for name, number in charts(superset).items():
            (result,) = superset.client.get(f"chart/{number}/data/")["result"]
            assert result["error"] is None and result["rowcount"] > 1, name
    finally:
        write(contents(uri), bundle)
        superset.client.import_bundle(bundle)


def test_nothing_was_asked_of_another_host(superset: Superset) -> None:
    """The last one here: what the server's processes did meanwhile."""
    assert superset.asked.read_text() == ""
