"""What the notes of a report say of definitions, data, incidents and what was published."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb

from tests.python.insight.made import WEEK, facts, links, reading, text
from tests.python.ledger.made import AS_OF, DEFINITIONS, number
from trustmetrics.insight.notes import (
    check_sentence,
    definitions,
    due_next,
    incident_sentence,
    open_incidents,
    overdue,
    rejected_sentence,
)
from trustmetrics.insight.restated import since_last
from trustmetrics.ledger.publish import publish

PLACE = {"period_grain": "month", "period_start": date(2026, 5, 1), "slice": "overall"}
DECLARED = {"severity": "sev1", "surface": None, "contained_at": None, "resolved_at": None}


def test_an_incident_counts_in_its_period_and_while_it_is_open() -> None:
    rows = [
        DECLARED | {"declared_at": datetime(2026, 6, 22)},
        DECLARED
        | {
            "severity": "sev3",
            "declared_at": datetime(2026, 6, 28, 23),
            "resolved_at": datetime(2026, 6, 28, 23, 30),
        },
        # Before the period, and open at its end or closed after it.
        DECLARED | {"declared_at": datetime(2026, 6, 1)},
        DECLARED | {"declared_at": datetime(2026, 6, 1), "resolved_at": datetime(2026, 6, 29)},
    ]
    found = facts(reading(), tables={"incidents": rows})
    assert text(incident_sentence(found)) == "2 declared, 1 of them major; 3 open at the end."
    assert text(open_incidents(found)) == "3 incidents were open at the end of the week."
    quiet = facts(reading(), tables={"incidents": []})
    assert open_incidents(quiet) == ()
    assert text(incident_sentence(quiet)) == (
        "none was declared in the week, and none was open at its end."
    )


def test_an_action_is_overdue_from_its_last_day_on_and_due_within_the_next_period() -> None:
    days = (
        date(2026, 6, 20),
        date(2026, 6, 28),
        date(2026, 6, 29),
        date(2026, 7, 5),
        date(2026, 7, 6),
    )
    found = facts(
        reading(), tables={"actions": [{"due_on": day, "closed_at": None} for day in days]}
    )
    assert text(overdue(found)) == (
        "2 post-mortem actions were overdue, the oldest since 2026-06-20."
    )
    assert text(due_next(found)) == "2 more fall due by 2026-07-05."
    none = facts(reading(), tables={"actions": []})
    assert overdue(none) == ()
    assert text(due_next(none)) == "No other falls due by 2026-07-05."


def test_checks_that_were_not_run_are_no_pass() -> None:
    assert text(check_sentence(facts(reading(), tables={"checks": []}))) == (
        "No data checks were run on this database: trustmetrics check."
    )
    run_at = datetime(2026, 7, 2, 12)
    rows = [{"run_at": run_at, "success": truth} for truth in (True, True, False, None)]
    assert text(check_sentence(facts(reading(), tables={"checks": rows}))) == (
        "2 data checks held on 2026-07-02. 1 data check failed."
    )


def test_raw_rows_are_counted_over_all_tables() -> None:
    columns = ("raw_row_count", "rejected_row_count", "late_row_count")
    rows = [dict(zip(columns, cells, strict=True)) for cells in ((10, 1, 0), (5, 2, 4))]
    assert text(rejected_sentence(facts(reading(), tables={"raw_rows": rows}))) == (
        "Of 15 raw rows 3 were rejected, and 4 came after the instant that the data look from."
    )


def test_a_vocabulary_that_moves_several_metrics_is_said_once() -> None:
    entry: dict[str, Any] = {
        "metric_version": 1,
        "change": "extended",
        "vocabulary": "policy_taxonomy",
        "codes": "A; B",
        "reason": "New policies.",
        "decided_by": "council",
        "effective_from": WEEK,
        "restates_history": "no",
        "restated_from": None,
    }
    rows = [entry | {"metric": name} for name in ("m", "n", "n")]
    rows.append(
        entry
        | {"metric": "m", "metric_version": 2, "change": "breaking", "vocabulary": None}
        | {"restates_history": "from_date", "restated_from": date(2026, 1, 1), "reason": None}
    )
    found = facts(reading("m"), reading("n"), tables={"definitions": rows})
    told = [
        (one.what, [name.text for name in one.metrics], one.text)
        for one in definitions(found, links(found))
    ]
    assert told == [
        (
            "policy_taxonomy, extended: A; B",
            ["M", "N"],
            "New policies. Earlier periods are not comparable. Decided by council.",
        ),
        (
            "version 2, breaking",
            ["M"],
            "Periods from 2026-01-01 on were computed with it, too. Decided by council.",
        ),
    ]


def test_a_published_number_that_is_another_one_now_is_named_with_its_causes(
    tmp_path: Path,
) -> None:
    database, ledger = tmp_path / "it.duckdb", tmp_path / "ledger.sqlite"
    with duckdb.connect(str(database)) as connection:
        connection.execute("create schema marts")
        connection.execute(
            "create table marts.kpi_values as "
            "select * replace (cast(value as double) as value) from (values "
            "('appeal_rate', 2, 'month', date '2026-05-01', 'overall', 'all', 0.0699), "
            "('appeal_rate', 2, 'month', date '2026-05-01', 'surface', 'feed', 0.06014)) as t "
            "(metric, metric_version, period_grain, period_start, slice, slice_value, value)"
        )
    feed = {"slice": "surface", "slice_value": "feed"}
    numbers = [
        number(is_mature=True),
        # The same to the digit that was shown; gone; published as still moving.
        number(is_mature=True, **feed),
        number(is_mature=True, slice="surface", slice_value="gone"),
        number(is_mature=False, slice="surface", slice_value="open"),
    ]
    older = [number(value=0.5, is_mature=True)]
    publish(ledger, "monthly", "2026-05", "older", older, AS_OF, DEFINITIONS)
    report = publish(ledger, "monthly", "2026-05", "May", numbers, AS_OF, DEFINITIONS)
    publish(ledger, "weekly", "2026-W22", "a week", older, AS_OF, DEFINITIONS)
    parts = dict.fromkeys(
        ("correction", "deletion", "definition", "not_reproduced", "late_decision_or_appeal"), 0
    )
    causes = {"report_id": report.report_id, "number": 1, **parts, "late_data": 0.0098}
    found = facts(reading("appeal_rate"), tables={"restated": [causes]})

    told = since_last(database, ledger, "monthly", found, links(found))
    assert (told.report_id, told.compared, told.still_open) == (report.report_id, 3, 1)
    assert [(one.what, text([one.said]), one.now and one.now.text) for one in told.restated] == [
        ("", "6.0 %", "7.0"),
        ("surface gone", "6.0 %", None),
    ]
    assert text(told.restated[0].why) == "late data +1.0 pt"
    assert "trustmetrics report restate --report monthly-2026-05-2" in text(told.restated[1].why)

    none = since_last(database, tmp_path / "no.sqlite", "monthly", found, links(found))
    assert none.report_id is None
