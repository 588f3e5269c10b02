"""Cases with many reports are counted, and a share is said without them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb
import pytest

from tests.python.insight.made import facts, reading, text
from trustmetrics.insight.floods import flood_sentence, with_floods, without_floods

SHARE, RATE = "report_actionability_rate", "report_rate"
Report = tuple[str | None, str]
FIRST, LAST, BEFORE = "2026-06-22 00:00:00", "2026-06-28 23:59:59", "2026-06-21 23:59:59"


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "built.duckdb"


def fill(database: Path, reports: Sequence[Report], *cases: tuple[str, bool, bool]) -> None:
    """Reports: case and instant. Cases: id, whether it is decided and whether it is confirmed."""
    with duckdb.connect(str(database)) as connection:
        connection.execute("create schema if not exists intermediate")
        connection.execute(
            "create or replace table intermediate.int_user_reports "
            "(case_id varchar, reported_at timestamp)"
        )
        connection.execute(
            "create or replace table intermediate.int_cases "
            "(case_id varchar, is_decided boolean, is_confirmed boolean)"
        )
        connection.executemany("insert into intermediate.int_user_reports values (?, ?)", reports)
        connection.executemany("insert into intermediate.int_cases values (?, ?, ?)", cases)


def said(database: Path, metric: str = SHARE, **more: int) -> str:
    one = reading(metric)
    return text(flood_sentence(with_floods(database, facts(one, **more)), one))


BIG, A, B, C = ("big", True, False), ("a", True, True), ("b", True, True), ("c", True, False)
OTHERS: list[Report] = [("a", FIRST), ("b", LAST), ("c", LAST)]
EARLIER: list[Report] = [("a", BEFORE), ("c", BEFORE)]


def test_a_share_is_said_with_and_without_cases_of_many_reports(database: Path) -> None:
    outside: list[Report] = [("big", "2026-06-29 00:00:00"), ("a", "2026-06-14 23:59:59")]
    undecided: list[Report] = [("open", FIRST)] * 30
    reports = [*[("big", LAST)] * 25, *OTHERS, *EARLIER, *outside, *undecided]
    fill(database, reports, BIG, A, B, C, ("open", False, False))
    # By hand: 2 of the 28 reports of this week are confirmed, 2 of 3 without the flood; 1 of 2.
    assert said(database) == (
        " 1 mass-reported case, of twenty-five reports or more, has 25 of the 28 reports, after "
        "0 of 2 the week before; without such the value would be 66.7 % after 50.0 %."
    )
    one = reading(SHARE)
    found = with_floods(database, facts(one))
    assert text(without_floods(found, one) or ()) == "66.7 %50.0 %"


def test_twenty_four_reports_are_no_flood(database: Path) -> None:
    fill(database, [*[("big", LAST)] * 24, *OTHERS, *EARLIER], BIG, A, B, C)
    assert said(database) == ""
    one = reading(SHARE)
    assert without_floods(with_floods(database, facts(one)), one) is None


def test_a_tenth_of_the_reports_or_less_is_not_worth_a_word(database: Path) -> None:
    many: list[Report] = [(f"x{place}", FIRST) for place in range(225)]
    cases = [(case or "", True, True) for case, _ in many]
    fill(database, [*[("big", LAST)] * 25, *many, *EARLIER], BIG, A, C, *cases)
    assert said(database) == ""
    fill(database, [*[("big", LAST)] * 25, *many[1:], *EARLIER], BIG, A, C, *cases)
    assert said(database).startswith(
        " 1 mass-reported case, of twenty-five reports or more, has 25 of the 249 reports, "
    )


def test_a_flood_of_the_period_before_is_said_too(database: Path) -> None:
    fill(database, [*[("big", BEFORE)] * 25, *OTHERS], BIG, A, B, C)
    # Nothing is left of the period before without it.
    assert said(database) == (
        " 0 mass-reported cases, of twenty-five reports or more each, have 0 of the 3 reports, "
        "after 25 of 25 the week before."
    )


def test_a_rate_counts_all_reports_and_has_no_value_without_them(database: Path) -> None:
    loose: list[Report] = [(None, FIRST)] * 40
    open_case: list[Report] = [("open", FIRST)] * 30
    fill(database, [*loose, *open_case, *OTHERS, *EARLIER], A, B, C, ("open", False, False))
    # Reports without a case are no case of many.
    assert said(database, RATE) == (
        " 1 mass-reported case, of twenty-five reports or more, has 30 of the 73 reports, after "
        "0 of 2 the week before."
    )


def test_a_report_for_outside_and_the_public_marts_alone_say_nothing_of_cases(
    database: Path,
) -> None:
    fill(database, [*[("big", LAST)] * 25, *OTHERS], BIG, A, B, C)
    assert said(database) != ""
    assert said(database, k=10) == ""
    with duckdb.connect(str(database)) as connection:
        connection.execute("drop table intermediate.int_cases")
    assert said(database) == ""


def test_it_is_said_of_the_metrics_on_reports_and_of_the_whole_alone(database: Path) -> None:
    fill(database, [*[("big", LAST)] * 25, *OTHERS, *EARLIER], BIG, A, B, C)
    part = reading(SHARE, slice="surface")
    found = with_floods(database, facts(reading(SHARE), reading("m")))
    assert flood_sentence(found, reading("m")) == ()
    assert flood_sentence(found, part) == ()
    empty = with_floods(database, facts(reading("m")))
    assert empty.tables == {}
