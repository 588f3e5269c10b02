"""The checks: what they cannot judge, and that this is not a pass."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.python.check.small_database import (
    checked,
    checked_database,
    doctor,
    even_report,
    failures,
    small_database,
)
from tests.python.helpers import Run
from trustmetrics.check.judge import judge
from trustmetrics.check.measures import Measure
from trustmetrics.check.runner import CheckReport

# Ten rows a week, one of them rejected.
SMALL = """
    insert into raw.reports (surface, ingested_at)
    select 'feed', timestamp '2026-06-29' - i * interval 16 hour
    from (select unnest(range(0, 100)) as i);
    insert into restricted.rejected_rows (table_name, column_name, reason, ingested_at)
    values ('reports', 'surface', 'reserved_value', '2026-06-29');
"""
# Three incidents in spring.
RARE = (
    "insert into raw.incidents (ingested_at) values ('2026-03-01'), ('2026-03-02'), ('2026-03-03');"
)
YOUNG = "delete from raw.decisions where ingested_at < '2026-06-10';"
OFTEN_WITHOUT_A_ROW = """
    delete from marts.kpi_values
    where period_start >= date '2026-06-15' or period_start = date '2026-05-25';
"""
DAILY_UNTIL_JUNE = """
    insert into raw.{table} (ingested_at)
    select timestamp '2026-06-01' - i * interval 1 day
    from (select unnest(range(0, 20)) as i);
"""
WORKDAYS = """
    insert into raw.{table} (ingested_at)
    select day + interval 12 hour
    from (select unnest(generate_series(date '2026-04-01', date '{newest}', interval 1 day)) as day)
    where isodow(day) <= 5 and day not between date '2026-05-11' and date '2026-05-24';
"""


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """A database in which nothing is wrong."""
    return small_database(tmp_path / "t.duckdb")


@pytest.fixture(scope="module")
def sparse(tmp_path_factory: pytest.TempPathFactory) -> CheckReport:
    """The report on tables and a metric that are each too small, too rare or too young to judge."""
    database = small_database(tmp_path_factory.mktemp("sparse") / "t.duckdb")
    campaign = DAILY_UNTIL_JUNE.format(table="stakeholder_surveys")
    report = checked(database, SMALL + RARE + YOUNG + OFTEN_WITHOUT_A_ROW + campaign)
    assert failures(report) == {}
    return report


@pytest.fixture(scope="module")
def rhythms(tmp_path_factory: pytest.TempPathFactory) -> CheckReport:
    """The report on feeds that each came in a rhythm of their own."""
    database = small_database(tmp_path_factory.mktemp("rhythms") / "t.duckdb")
    return checked(
        database,
        WORKDAYS.format(table="reports", newest="2026-06-26")
        + WORKDAYS.format(table="appeals", newest="2026-06-22")
        + DAILY_UNTIL_JUNE.format(table="qa_reviews"),
    )


def reasons(report: CheckReport, table: str) -> dict[tuple[str | None, str], str | None]:
    """Why the checks of a table were not judged, by column and check; None: they were."""
    return {
        (result.column_name, result.expectation): result.unjudged
        for result in report.results
        if result.table_name == table
    }


def test_a_table_that_is_gone_is_missed_when_it_was_there_before(tmp_path: Path) -> None:
    assert failures(even_report()) == {}
    report = checked(checked_database(tmp_path / "t.duckdb"), "delete from raw.decisions")
    assert failures(report) == {("raw.decisions", None, "rows_kept"): "0 rows in all"}
    assert reasons(report, "raw.decisions")[(None, "volume")] == "the table is empty"


def test_an_earlier_instant_is_not_held_against_a_later_one(tmp_path: Path) -> None:
    report = checked(
        checked_database(tmp_path / "t.duckdb"),
        "update staging.as_of set as_of = as_of - interval 6 week; delete from marts.kpi_values;"
        "delete from raw.decisions where ingested_at < timestamp '2026-05-01'",
    )
    assert failures(report) == {}


def test_an_empty_table_is_not_judged() -> None:
    found = reasons(even_report(), "raw.cases")
    assert found and set(found.values()) == {"the table is empty"}
    assert {check for _, check in found} >= {"volume", "rows_kept", "freshness", "rejected_share"}


ALL_DANGLE = "update marts.orphans set orphan_count = 5000;"


def test_references_into_a_table_that_was_left_out_are_not_judged(database: Path) -> None:
    report = checked(
        database, ALL_DANGLE + "insert into marts.data_quality values ('cases', 0, 0, 0, 0, 0)"
    )
    assert failures(report) == {}
    assert reasons(report, "staging.stg_detections") == {
        ("case_id", "orphan_share"): "the table that it points to is not there: cases"
    }


@pytest.mark.parametrize("became", ["900, 0, 0, 0", "0, 900, 0, 0", "0, 0, 0, 900"])
def test_references_into_a_table_of_which_nothing_helps_are_a_fault(
    became: str, database: Path
) -> None:
    """All of its rows were rejected, come after as_of, or are others than those pointed to."""
    there = f"insert into marts.data_quality values ('cases', 900, {became})"
    assert failures(checked(database, ALL_DANGLE + there)) == {
        ("staging.stg_detections", "case_id", "orphan_share"): (
            "100.0 %: 5,000 of 5,000 references point to nothing in cases"
        )
    }


def test_too_little_history_is_not_a_pass(sparse: CheckReport) -> None:
    found = reasons(sparse, "raw.decisions")
    assert found[(None, "volume")] == "too little history: 1 of 4 trailing weeks"
    assert found[("outcome", "value_shares")] == found[(None, "volume")]
    assert found[("moderator_id", "null_share")] == found[(None, "volume")]


def test_a_single_week_in_all(database: Path, run: Run) -> None:
    doctor(
        database,
        "".join(
            f"delete from raw.{table} where ingested_at < '2026-06-24';"
            for table in ("detections", "decisions", "activity_daily")
        )
        + "delete from marts.kpi_values; delete from marts.orphans; delete from marts.data_quality",
    )
    said = run("check", "--database", database)
    assert said.exit_code == 0
    # The share of rejected rows and freshness need no trailing weeks.
    assert "0 failed, 6 held" in said.out


def test_nothing_to_judge_is_said(database: Path, run: Run) -> None:
    tables = ("raw.detections", "raw.decisions", "raw.activity_daily")
    marts = ("marts.kpi_values", "marts.orphans", "marts.data_quality")
    doctor(database, ";".join(f"delete from {table}" for table in tables + marts))
    said = run("check", "--database", database)
    assert said.exit_code == 0
    assert "nothing could be judged: this is not a pass" in said.out
    assert "Nothing could be judged" in (database.parent / "data_checks.html").read_text()


def test_rows_that_came_in_one_load_count_by_their_event(database: Path) -> None:
    report = checked(
        database,
        "delete from raw.decisions where decided_at >= timestamp '2026-06-26';"
        "update raw.decisions set ingested_at = timestamp '2026-06-30 09:00:00';"
        # Rows that come after as_of are not there yet, and must not move the mix.
        "insert into raw.decisions (outcome, decided_at, ingested_at) "
        "select 'no_violation', timestamp '2026-06-24', timestamp '2026-07-01' "
        "from (select unnest(range(0, 300)))",
    )
    assert failures(report) == {("raw.decisions", None, "volume"): "90 rows in the week"}
    found = reasons(report, "raw.decisions")
    assert found[("moderator_id", "null_share")].startswith("its rows came in one load")
    assert found[("outcome", "value_shares")] is None


@pytest.mark.parametrize(
    ("table", "hours", "held"), [("raw.reports", 96, True), ("raw.appeals", 192, False)]
)
def test_a_feed_is_held_to_its_own_rhythm(
    table: str, hours: int, held: bool, rhythms: CheckReport
) -> None:
    """Weekends are pauses of 3 days: 1.5 * 72 + 24 hours. The outage of 17 days excuses nothing."""
    (result,) = (
        result
        for result in rhythms.results
        if (result.table_name, result.expectation) == (table, "freshness")
    )
    assert (result.observed_value, result.upper_limit, result.success) == (hours, 132, held)


def test_a_small_or_rare_table_is_not_judged(sparse: CheckReport) -> None:
    found = reasons(sparse, "raw.reports")
    assert found[(None, "volume")] == (
        "too few or too unsteady: 10, 11, 10, 11, 10, 11, 10, 11 rows in the trailing weeks"
    )
    assert found[("surface", "rejected_share")] == "too few rows: 10 came; 50 needed"
    assert (
        found[("surface", "value_shares")]
        == "too few rows: 10 in the week, 84 before it; 50 needed"
    )
    assert reasons(sparse, "raw.incidents")[("ingested_at", "freshness")] == (
        "no rhythm to hold it to: rows came on 3 days of the trailing weeks"
    )


def test_rejected_rows_of_one_load_are_held_against_all_its_rows(database: Path) -> None:
    report = checked(
        database,
        """
        update raw.decisions set ingested_at = timestamp '2026-06-30 09:00:00';
        insert into restricted.rejected_rows (table_name, column_name, reason, ingested_at)
        select 'decisions', 'outcome', 'null_value', timestamp '2026-06-30 09:00:00'
        from (select unnest(range(0, 504)))
        """,
    )
    assert failures(report) == {
        ("raw.decisions", "outcome", "rejected_share"): "20.0 % (504 of 2,520 rows, null_value)"
    }


def test_a_period_that_still_fills_is_not_held_to_its_subjects(database: Path) -> None:
    report = checked(
        database,
        "update marts.kpi_values set value = null, sample_size = 1 where not is_mature",
    )
    assert failures(report) == {}


def test_a_metric_that_often_has_no_row_may_lack_one(sparse: CheckReport) -> None:
    found = reasons(sparse, "marts.kpi_values")
    assert found[("period_start", "metric_gap")] == "it does not have a row in every period"


def test_campaigns_are_not_held_to_a_rhythm(sparse: CheckReport, rhythms: CheckReport) -> None:
    found = reasons(sparse, "raw.stakeholder_surveys")[("ingested_at", "freshness")]
    assert found == "it comes in campaigns: Surveys go out in waves."
    assert ("raw.qa_reviews", "ingested_at", "freshness") in failures(rhythms)


def test_times_out_of_the_calendar_do_no_harm(database: Path) -> None:
    report = checked(
        database,
        "insert into raw.decisions (decision_id, decided_at, ingested_at) values "
        "('x', '-infinity', '-infinity'), ('y', 'infinity', '2026-06-29'), "
        "('z', '-infinity', '2026-06-29'), ('u', null, null), ('v', '2026-06-29', 'infinity');"
        "insert into raw.reports (ingested_at) values ('-infinity'), ('infinity');"
        "insert into restricted.rejected_rows (table_name, column_name, reason, ingested_at) "
        "values ('decisions', 'ingested_at', 'out_of_calendar', '-infinity')",
    )
    assert failures(report) == {}


NUMBER = {"observed_value": 1.0, "lower_limit": 0.0, "upper_limit": 2.0}


@pytest.mark.parametrize("broken", [None, float("nan"), float("inf")])
def test_a_measure_of_nothing_does_not_hold(broken: float | None) -> None:
    with pytest.raises(RuntimeError, match="nothing to judge"):
        judge([Measure("raw", "raw.cases", "volume", **NUMBER | {"observed_value": broken})])


def test_a_measure_without_a_limit_does_not_hold() -> None:
    for limits in ({"upper_limit": float("nan")}, {"lower_limit": None, "upper_limit": None}):
        with pytest.raises(RuntimeError, match="nothing to judge"):
            judge([Measure("raw", "raw.cases", "volume", **NUMBER | limits)])


def test_an_expectation_that_breaks_down_does_not_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = {"position": 0, "lower": 0.0, "value": "not a number", "upper": 2.0}
    monkeypatch.setattr("trustmetrics.check.judge._rows", lambda *_: [broken])
    with pytest.raises(RuntimeError, match=r"expect_\w+ could not be evaluated"):
        judge([Measure("raw", "raw.cases", "volume", **NUMBER)])


def test_limits_are_inclusive_and_order_is_kept() -> None:
    values = (1.0, 0.99, 2.0, 2.01)
    measures = [
        Measure(
            group, "raw.cases", "volume", **NUMBER | {"observed_value": value, "lower_limit": 1}
        )
        for value in values
        for group in ("raw", "marts")
    ]
    unjudged = Measure("raw", "raw.cases", "volume", unjudged="for a reason")
    found = judge([unjudged, *measures])
    assert [result.success for result in found] == [None, *(2 * [True] + 2 * [False]) * 2]
    assert [replace(result, success=None) for result in found] == [unjudged, *measures]


def test_a_single_limit_is_enough_and_a_set_is_held_to_its_own_values() -> None:
    place = ("raw", "raw.cases", "new_values")
    measures = [
        Measure(*place, observed_value=1.0, lower_limit=1.5),
        Measure(*place, observed_value=1.0, upper_limit=1.5),
        Measure(*place, seen_values=("$a", "b"), known_values=("b", "$a")),
        Measure(*place, seen_values=("c", "b", "$a"), known_values=("b",)),
        Measure(*place, seen_values=(), known_values=("b",)),
    ]
    found = [(result.success, result.observed) for result in judge(measures)]
    sets = [(True, "none"), (False, "new: 'c', '$a'"), (True, "none")]
    assert found == [(False, None), (True, None), *sets]
