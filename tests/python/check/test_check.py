"""The checks: what they find in doctored data, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.python.check.small_database import (
    LAST_WEEK,
    REJECTED,
    checked,
    even_report,
    failures,
    small_database,
)
from trustmetrics.check.declared import read_settings

Fault = tuple[str, dict[tuple[str, str | None, str], str]]


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """A database in which nothing is wrong."""
    return small_database(tmp_path / "t.duckdb")


def test_even_weeks_hold() -> None:
    report = even_report()
    assert failures(report) == {}
    held = {(result.table_name, result.expectation) for result in report.of(True)}
    assert {
        ("raw.detections", "volume"),
        ("raw.detections", "freshness"),
        ("raw.detections", "rejected_share"),
        ("raw.detections", "null_share"),
        ("raw.detections", "value_shares"),
        ("raw.detections", "new_values"),
        ("raw.detections", "score_shares"),
        ("raw.activity_daily", "mean"),
        ("marts.kpi_values", "metric_gap"),
        ("marts.kpi_values", "metric_rows"),
        ("marts.kpi_values", "metric_subjects"),
        ("marts.kpi_values", "metric_nulls"),
        ("staging.stg_detections", "orphan_share"),
        ("raw.detections", "conflict_share"),
    } <= held
    assert {result.expectation for result in report.results} == set(read_settings().checks)


# Per table its faults: what is done to the data, and what must fail for it. A run has one fault of
# each table; together they must be found, and nothing else.
FAULTS: list[list[Fault]] = [
    [
        # half of a week is missing
        (
            f"delete from raw.decisions where {LAST_WEEK} and substr(decision_id, 2)::int % 2 = 0",
            {("raw.decisions", None, "volume"): "105 rows in the week"},
        ),
        # a week came four times
        (
            f"insert into raw.decisions by name select * from raw.decisions where {LAST_WEEK};"
            f"insert into raw.decisions by name select * from raw.decisions where {LAST_WEEK}",
            {("raw.decisions", None, "volume"): "840 rows in the week"},
        ),
        # a feed stands still
        (
            "delete from raw.decisions where ingested_at >= timestamp '2026-06-26'",
            {
                ("raw.decisions", "ingested_at", "freshness"): "108 hours since 2026-06-25 23:36",
                ("raw.decisions", None, "volume"): "90 rows in the week",
            },
        ),
        # a new value in an enum
        (
            REJECTED.replace("<value>", "'escalated'"),
            {
                ("raw.decisions", "outcome", "rejected_share"): (
                    "20.0 % (42 of 210 rows, not_in_enum), among them 'escalated'"
                )
            },
        ),
        # rare values in an enum are not named
        (
            REJECTED.replace("<value>", "'secret' || i % 3"),
            {
                ("raw.decisions", "outcome", "rejected_share"): (
                    "20.0 % (42 of 210 rows, not_in_enum)"
                )
            },
        ),
        # the mix of an enum's values moved
        (
            f"update raw.decisions set outcome = 'no_violation' where {LAST_WEEK}",
            {
                ("raw.decisions", "outcome", "value_shares"): (
                    "distance 0.67: 'no_violation' 33.3 % → 100.0 %, 'violation' 66.7 % → 0.0 %"
                )
            },
        ),
    ],
    [
        # a column is empty
        (
            f"update raw.detections set content_id = null where {LAST_WEEK}",
            {("raw.detections", "content_id", "null_share"): "100.0 % NULL (420 of 420 rows)"},
        ),
        # a column is full
        (
            f"update raw.detections set content_id = 'k' where {LAST_WEEK}",
            {("raw.detections", "content_id", "null_share"): "0.0 % NULL (0 of 420 rows)"},
        ),
        # a new value where there is no enum
        (
            f"update raw.detections set surface = 'feed_v2' where {LAST_WEEK} "
            "and substr(detection_id, 2)::int % 20 = 0",
            {("raw.detections", "surface", "new_values"): "new: 'feed_v2'"},
        ),
        # one model's scores moved
        (
            f"update raw.detections set score = score / 2 where {LAST_WEEK} "
            "and detector_id = 'det_1'",
            {
                ("raw.detections", "score", "score_shares"): (
                    "distance 0.50, mean 0.247 (trailing weeks: 0.495)"
                )
            },
        ),
    ],
    [
        # what is counted fell, the rows did not
        (
            f"update raw.activity_daily set content_views = content_views // 10 where {LAST_WEEK}",
            {("raw.activity_daily", "content_views", "mean"): "105 in the week"},
        ),
    ],
    [
        # a metric ends
        (
            "delete from marts.kpi_values where period_start >= date '2026-06-15'",
            {
                ("marts.kpi_values", "period_start", "metric_gap"): (
                    "2 weeks without a row since that of 2026-06-08"
                )
            },
        ),
        # slices of a metric are missing
        (
            "delete from marts.kpi_values where period_start = date '2026-06-22' "
            "and substr(slice_value, 2)::int > 15",
            {("marts.kpi_values", "metric", "metric_rows"): "16 in the week of 2026-06-22"},
        ),
        # a metric has half of its subjects
        (
            "update marts.kpi_values set sample_size = 200 where period_start = date '2026-06-15'",
            {
                ("marts.kpi_values", "sample_size", "metric_subjects"): (
                    "200 in the week of 2026-06-15"
                )
            },
        ),
        # a metric has no values
        (
            "update marts.kpi_values set value = null where period_start = date '2026-06-15'",
            {
                (
                    "marts.kpi_values",
                    "value",
                    "metric_nulls",
                ): "100.0 % NULL in the week of 2026-06-15"
            },
        ),
    ],
    [
        # references dangle
        (
            "update marts.orphans set orphan_count = 500",
            {
                ("staging.stg_detections", "case_id", "orphan_share"): (
                    "10.0 %: 500 of 5,000 references point to nothing in cases"
                )
            },
        ),
    ],
    [
        # rows tie and differ
        (
            "insert into restricted.conflicting_versions (table_name) "
            "select 'detections' from (select unnest(range(0, 252)))",
            {
                ("raw.detections", None, "conflict_share"): (
                    "5.0 %: 252 of 5,040 rows tie with another one and differ"
                )
            },
        ),
    ],
]


@pytest.mark.parametrize("number", range(max(len(faults) for faults in FAULTS)))
def test_each_fault_is_found_and_nothing_else(number: int, database: Path) -> None:
    chosen = [faults[number] for faults in FAULTS if number < len(faults)]
    expected = {where: seen for _, failing in chosen for where, seen in failing.items()}
    doctoring = ";".join(change for change, _ in chosen)
    assert failures(checked(database, doctoring)) == expected


def test_a_failure_says_where_what_and_what_was_expected(database: Path) -> None:
    report = checked(database, f"update raw.detections set score = score / 2 where {LAST_WEEK}")
    assert [result.sentence for result in report.of(False)] == [
        f"raw.detections.score (detector_id = {detector}): score_shares failed: saw distance 0.50, "
        "mean 0.247 (trailing weeks: 0.495); expected at most 0.26"
        for detector in ("det_0", "det_1")
    ]
