"""`mf query` of every additive metric gives what kpi_values has, over months and by a slice."""

from __future__ import annotations

import csv
import datetime
import os
import shutil
import subprocess
from collections import Counter
from collections.abc import Callable

import duckdb
import pytest

from tests.bi.conftest import ROOT, WATCH, Built
from tests.python.register.test_contents import REGISTER
from trustmetrics.dbt_process import run_dbt

ADDITIVE = sorted(name for name, one in REGISTER.entries.items() if one.data.get("additive"))
VENV = ROOT / ".venv-metricflow"
Rows = list[dict[str, str]]
Query = Callable[..., Rows]


@pytest.fixture(scope="session")
def query(built: Built, tmp_path_factory: pytest.TempPathFactory) -> Query:
    """Asks the MetricFlow of make metricflow-venv, which may not use the network."""
    if not (VENV / ".ready").exists():
        pytest.skip("MetricFlow is not installed here: make metricflow-venv, which needs an index")
    folder = tmp_path_factory.mktemp("metricflow")
    for name in ("dbt_project.yml", "profiles.yml"):
        shutil.copy(ROOT / name, folder)
    database = {"TRUSTMETRICS_DATABASE": str(built.marts)}
    arguments = ["parse", "--warn-error", "--target-path", str(folder / "target")]
    outcome = run_dbt(arguments, ROOT, database, lambda number, count, description: None)
    assert outcome.exit_code == 0, outcome.errors
    (folder / "sitecustomize.py").write_text(WATCH)
    asked = folder / "asked"
    asked.touch()

    def ask(*arguments: str) -> Rows:
        result = folder / "result.csv"
        result.unlink(missing_ok=True)
        done = subprocess.run(
            [VENV / "bin/python", "-m", "dashboards.metricflow.mf", "query", *arguments,
             "--quiet", "--csv", result],
            cwd=folder,
            env={"PATH": os.environ["PATH"], "PYTHONPATH": f"{folder}:{ROOT}", "HOME": str(folder),
                 "DBT_PROFILES_DIR": str(folder), "ASKED": str(asked), **database},
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )  # fmt: skip
        assert asked.read_text() == "", "it asked for another host"
        assert result.exists(), done.stdout + done.stderr
        with result.open(newline="") as lines:
            return list(csv.DictReader(lines))

    return ask


def published(built: Built, metric: str, slice_name: str) -> dict[tuple[str, str], float]:
    """The month rows of the newest version, by month and slice value."""
    with duckdb.connect(str(built.marts), read_only=True) as connection:
        rows = connection.execute(
            "select period_start, slice_value, value from marts.kpi_values where metric = ? "
            "and metric_version = ? and period_grain = 'month' and slice = ? "
            "and value is not null",
            [metric, REGISTER.entries[metric].latest, slice_name],
        ).fetchall()
    return {(month.isoformat(), value): number for month, value, number in rows}


def served(rows: Rows, metric: str) -> dict[tuple[str, str], float]:
    """What MetricFlow says of a metric, by month and slice value."""
    return {
        (_month(row["metric_time__month"]), row.get("kpi__slice_value", "all")): float(row[metric])
        for row in rows
        if row[metric]
    }


def _month(written: str) -> str:
    return datetime.datetime.fromisoformat(written).date().isoformat()


def test_every_additive_metric_is_what_kpi_values_has(query: Query, built: Built) -> None:
    names = ",".join(f"{metric}_overall" for metric in ADDITIVE)
    rows = query("--metrics", names, "--group-by", "metric_time__month")
    for metric in ADDITIVE:
        expected = published(built, metric, "overall")
        assert expected, metric
        assert served(rows, f"{metric}_overall") == pytest.approx(expected, rel=1e-12, abs=0), (
            metric
        )


def test_every_additive_metric_by_a_slice_is_what_kpi_values_has(
    query: Query, built: Built
) -> None:
    slices = {metric: REGISTER.entries[metric].data["slices"][0] for metric in ADDITIVE}
    names = [f"{metric}_by_{slice_name}" for metric, slice_name in slices.items()]
    rows = query(
        "--metrics", ",".join(names), "--group-by", "metric_time__month,kpi__slice_value"
    )  # fmt: skip
    for (metric, slice_name), name in zip(slices.items(), names, strict=True):
        expected = published(built, metric, slice_name)
        assert expected, metric
        assert served(rows, name) == pytest.approx(expected, rel=1e-12, abs=0), name


def test_a_sliced_metric_has_no_value_where_slice_values_would_be_mixed(
    query: Query, built: Built
) -> None:
    name = "qa_pass_rate_by_queue"
    rows = query("--metrics", name, "--group-by", "metric_time__month")
    months = Counter(month for month, _ in published(built, "qa_pass_rate", "queue"))
    mixed = {month for month, count in months.items() if count > 1}
    assert mixed
    assert {month for month, _ in served(rows, name)} == set(months) - mixed
