"""The demo, built: metrics lie where a platform's would, and the stories are in kpi_values."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import duckdb
import pytest

from tests.python.helpers import ROOT
from trustmetrics.sample import generate

pytestmark = [pytest.mark.slow, pytest.mark.dbt]

# In the quiet months, June to September 2025. Sources: docs/sample_data.md; where it names none,
# what the project's own targets and SLAs make plausible.
BANDS = {
    "harm_prevalence_rate": (1, 10),
    "harm_per_million_views": (1, 20),
    "violative_view_rate": (0.0005, 0.005),
    "time_to_action_p50_hours": (0.1, 2),
    "time_to_action_p90_hours": (2, 24),
    "time_to_resolution_p50_hours": (0.5, 24),
    "time_to_resolution_p90_hours": (6, 120),
    "action_within_sla_rate": (0.85, 0.995),
    "detection_precision": (0.7, 0.95),
    "proactive_detection_share": (0.6, 0.95),
    "detection_recall_estimate": (0.2, 0.8),
    "qa_pass_rate": (0.9, 0.99),
    "appeal_rate": (0.02, 0.15),
    "appeal_overturn_rate": (0.1, 0.4),
    "recurrence_rate_7d": (0.02, 0.15),
    "recurrence_rate_30d": (0.05, 0.25),
    "recurrence_rate_90d": (0.1, 0.4),
    "rework_rate": (0.005, 0.05),
    "report_rate": (0.5, 21),
    "report_actionability_rate": (0.16, 0.5),
    "cases_per_review_hour": (5, 15),
    "backlog_open_cases": (0, 150),
    "freshness_sla_adherence": (0.95, 1),
    "tooling_uptime": (0.995, 1),
    "stakeholder_satisfaction": (3, 4.5),
}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """The database of a build of the demo."""
    folder = tmp_path_factory.mktemp("demo")
    generate(folder / "raw", seed=1, size=500_000)
    command = [sys.executable, "-m", "trustmetrics", "build"]
    command += ["--raw", str(folder / "raw"), "--database", str(folder / "demo.duckdb")]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    with duckdb.connect(folder / "demo.duckdb", read_only=True) as connection:
        yield connection


def values(
    built: duckdb.DuckDBPyConnection, metric: str, part: str, value: str, grain: str = "month"
) -> dict[str, float]:
    """A metric's values by period, newest version."""
    rows = built.execute(
        """
        select period_start, value
        from marts.kpi_values
        where (metric, slice, slice_value, period_grain) = (?, ?, ?, ?) and value is not null
        qualify metric_version = max(metric_version) over ()
        """,
        [metric, part, value, grain],
    ).fetchall()
    return {str(start): found for start, found in rows}


def test_every_metric_is_believable_when_nothing_happens(
    built: duckdb.DuckDBPyConnection,
) -> None:
    for metric, (least, most) in BANDS.items():
        quiet = {
            month: value
            for month, value in values(built, metric, "overall", "all").items()
            if "2025-06-01" <= month <= "2025-09-01"
        }
        assert quiet, metric
        for month, value in quiet.items():
            assert least <= value <= most, (metric, month, value)


def test_the_study_labels_a_thousand_views_a_week(built: duckdb.DuckDBPyConnection) -> None:
    least, strata = built.execute(
        """
        select min(labels), min(strata)
        from (
            select count(*) as labels, count(distinct stratum) as strata
            from raw.prevalence_labels
            where period_start_date between '2025-04-07' and '2026-05-18'
                and isodow(period_start_date) = 1
            group by period_start_date
        )
        """
    ).fetchall()[0]
    assert least >= 1000
    assert strata >= 3


def test_every_story_is_in_the_metric_that_its_page_names(
    built: duckdb.DuckDBPyConnection,
) -> None:
    def by_month(metric: str, part: str = "overall", value: str = "all") -> dict[str, float]:
        return values(built, metric, part, value)

    live = by_month("harm_prevalence_rate", "surface", "live")
    assert live["2026-03-01"] > 2 * live["2026-01-01"]
    assert by_month("surface_monitoring_coverage")["2026-02-01"] == 0.75
    spam = by_month("detection_precision", "detector_id", "det_spam_graph")
    assert spam["2026-02-01"] > 0.82 > 0.74 > spam["2026-05-01"]
    integrity = by_month("harm_prevalence_rate", "harm_type", "account_integrity")
    assert integrity["2026-05-01"] > 1.5 * integrity["2026-03-01"]
    sla = by_month("action_within_sla_rate")
    assert sla["2026-05-01"] < 0.8 < 0.95 < sla["2026-04-01"]
    backlog = values(built, "backlog_open_cases", "overall", "all", "week")
    assert backlog["2026-06-01"] > 2.5 * max(backlog["2026-05-04"], backlog["2026-06-15"])
    age = values(built, "backlog_age_p90_hours", "overall", "all", "week")
    assert max(age.values()) < 14 * 24
    critical = by_month("time_to_action_p50_hours", "severity", "critical")
    assert max(critical.values()) < 1
    assert by_month("freshness_sla_adherence", "segment", "prevalence_labels")["2026-06-01"] < 0.8
    nudity = by_month("appeal_overturn_rate", "harm_type", "adult_content")
    assert nudity["2026-01-01"] > 0.6
    assert by_month("report_actionability_rate", "surface", "feed")["2026-05-01"] < 0.33
