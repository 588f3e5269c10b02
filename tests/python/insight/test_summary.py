"""In short: which way it went, and of which periods, in sentences that the marts bear."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.python.insight.made import before, facts, links, reading, text
from tests.python.insight.test_needs import AIM, BETTER, STILL, usual
from trustmetrics.insight.movements import Movements, movements
from trustmetrics.insight.read import Facts, Reading
from trustmetrics.insight.summary import summary, verdict

EARLIER = date(2026, 5, 11)
COUNT = {"value_format": "count", "ci_lower": None, "ci_upper": None, "change_is_clear": None}


def lines(found: Facts) -> list[str]:
    return [text(line) for line in summary(found, movements(found), links(found))]


def line(found: Facts, head: str) -> str | None:
    return next((told for told in lines(found) if told.startswith(head)), None)


@pytest.mark.parametrize(
    ("worse", "better", "other", "still", "said"),
    [
        (1, 1, 0, 0, "Mixed"),
        (2, 0, 0, 0, "Worse"),
        (0, 2, 0, 0, "Better"),
        (0, 0, 1, 0, "Changed"),
        (0, 0, 0, 5, "Little news"),
        # One of twenty is what chance gives.
        (1, 0, 0, 19, "Little news"),
        (1, 0, 0, 18, "Worse"),
        (1, 1, 0, 38, "Little news"),
    ],
)
def test_the_verdict_is_no_more_than_what_moved(
    worse: int, better: int, other: int, still: int, said: str
) -> None:
    moved: list[Reading] = [reading(f"w{place}") for place in range(worse)]
    moved += [reading(f"b{place}", **BETTER) for place in range(better)]
    moved += [reading(f"o{place}", direction="none") for place in range(other)]
    judged = [*moved, *(reading(f"s{place}", **STILL) for place in range(still))]
    assert verdict(Movements(moved, judged)) == said


def test_what_moved_is_counted_by_its_way() -> None:
    found = facts(
        reading("w"),
        reading("b", **BETTER),
        reading("o", direction="none"),
        *(reading(f"s{place}", **STILL) for place in range(7)),
    )
    assert lines(found)[0] == (
        "Mixed. Of 10 metrics 1 got worse than the week before, 1 got better, 1 moved where "
        "neither way is better, and 7 show no clear change. About 0.5 of them would show a change "
        "by chance alone; those that share cases move together."
    )


def test_a_report_of_earlier_periods_says_so_at_once() -> None:
    latest = reading("m", is_mature=False)
    found = facts(before(reading("m"), "2026-W20", EARLIER, is_mature=True), latest, reading("n"))
    assert lines(found)[1] == (
        "Not settled yet: 1 metrics of 2026-W26, which late data, decisions and appeals can still "
        "move. Each is judged in its newest settled week, named beside it."
    )
    assert line(facts(reading()), "Not settled yet") is None


def test_what_is_unusual_is_told_apart_from_what_its_spread_explains() -> None:
    far, near, unknown = reading("far", **STILL), reading("near"), reading("unknown")
    old = before(reading("old"), "2026-W20", EARLIER)
    good = reading("good", **BETTER)
    deviations = [usual(far, 2.5), usual(near, 0.5), usual(old, 3), usual(good, -2.5)]
    found = facts(far, near, unknown, old, good, tables={"deviations": deviations})
    assert lines(found)[1:5] == [
        "Clearly worse than the mean of up to twelve weeks before: in 2026-W20 OLD 40.0 % (mean "
        "20.0 %); in 2026-W26 FAR 40.0 % (mean 20.0 %).",
        "Worse than the week before, within the spread of earlier ones: in 2026-W26 NEAR 40.0 % "
        "(before 30.0 %).",
        "Worse than the week before: in 2026-W26 UNKNOWN 40.0 % (before 30.0 %).",
        "Clearly better than the mean of up to twelve weeks before: in 2026-W26 GOOD 40.0 % (mean "
        "20.0 %).",
    ]


@pytest.mark.parametrize(
    ("lower", "upper", "said"),
    [
        (0.4, 0.5, "(before 30.0 %)."),
        (0.41, None, "(before 30.0 %; 2026-W26 so far 45.0 %)."),
        (0.3, 0.4, "(before 30.0 %)."),
        (None, 0.39, "(before 30.0 %; 2026-W26 so far 45.0 %)."),
        (None, None, "(before 30.0 %)."),
    ],
)
def test_what_the_own_period_says_so_far_is_said_where_it_is_clearly_another(
    lower: float | None, upper: float | None, said: str
) -> None:
    one = before(reading(), "2026-W20", EARLIER)
    ends = {"ci_lower": lower, "ci_upper": upper}
    found = facts(one, reading(value=0.45, is_mature=False, **ends))
    assert line(found, "Worse than") == f"Worse than the week before: in 2026-W20 M 40.0 % {said}"


def test_a_share_that_many_reports_of_few_cases_make_is_said_without_them() -> None:
    row = {"metric": "report_actionability_rate", "flooded": 20, "total": 100, "without": 0.35}
    one = reading("report_actionability_rate")
    earlier = row | {"flooded": 0, "without": 0.37}
    found = facts(one, tables={"floods": [row | {"age": 0}, earlier | {"age": 1}]})
    assert line(found, "Worse than") == (
        "Worse than the week before: in 2026-W26 REPORT_ACTIONABILITY_RATE 40.0 % (before 30.0 %; "
        "without mass-reported cases 35.0 % after 37.0 %)."
    )


def test_of_many_that_moved_the_first_six_are_named_and_the_others_counted() -> None:
    found = facts(*(reading(f"m{place}") for place in range(8)))
    told = line(found, "Worse than")
    assert told is not None and told.count("(before 30.0 %)") == 6
    assert told.endswith("; and 2 more.")
    assert "more" not in (line(facts(*(reading(f"m{i}") for i in range(6))), "Worse than") or "")


def test_harm_is_said_whether_it_moved_or_not() -> None:
    found = facts(reading("a"), reading("b", **STILL), reading("c", family="appeals"))
    assert line(found, "Harm") == ("Harm in 2026-W26: of 2 metrics 1 got worse and none better.")
    older = facts(reading("a"), before(reading("b"), "2026-W20", EARLIER))
    assert (line(older, "Harm") or "").startswith("Harm in 2026-W20 to 2026-W26: of 2 metrics")
    assert line(facts(reading(family="appeals")), "Harm") is None


def test_targets_are_counted_with_those_of_parts() -> None:
    def aimed(metric: str, status: str, **more: Any) -> Reading:
        return reading(metric, status=status, **(AIM | more))

    part = {"slice": "severity", "slice_name": "severity", "slice_value": "high"}
    part |= {"slice_label": "high"}
    found = facts(
        aimed("a", "missed"),
        aimed("b", "met"),
        aimed("c", "unclear"),
        aimed("d", "too few"),
        aimed("e", "too early"),
        reading("f"),
        slices=[aimed("f", "missed", **part)],
    )
    assert line(found, "Targets") == (
        "Targets: of 6, 2 missed (A; F, severity high), 1 met, and for 3 it cannot be told (C; D; "
        "E)."
    )
    sure = facts(aimed("a", "missed"), aimed("b", "met"))
    assert line(sure, "Targets") == "Targets: of 2, 1 missed (A), 1 met."
    many = facts(*(aimed(f"m{place}", "missed") for place in range(7)))
    assert (line(many, "Targets") or "").endswith("M4; M5; ...), none met.")
    assert line(facts(reading()), "Targets") is None


def test_the_backlog_is_said_with_what_it_usually_is() -> None:
    open_cases = reading("backlog_open_cases", value=99, change_on_previous=61, **COUNT)
    late = reading("backlog_over_sla_cases", value=1, **COUNT)
    found = facts(open_cases, late, tables={"deviations": [usual(open_cases, -0.3, 129.8)]})
    assert line(found, "Backlog") == (
        "Backlog: 99 cases were open at the end of 2026-W26, +61 on the week before. "
        "This is within the spread of the 12 weeks before (mean 130). 1 of them was beyond its "
        "SLA."
    )
    other = facts(open_cases, before(late, "2026-W20", EARLIER))
    assert line(other, "Backlog") == (
        "Backlog: 99 cases were open at the end of 2026-W26, +61 on the week before."
    )


def test_another_day_of_the_week_at_the_end_of_a_period_is_said() -> None:
    june = {"period_start": date(2026, 6, 1), "period_end": date(2026, 6, 30)}
    one = reading("backlog_open_cases", value=22, change_on_previous=-267, **june, **COUNT)
    found = facts(one, grain="month", start=date(2026, 6, 1), label="2026-06")
    assert line(found, "Backlog") == (
        "Backlog: 22 cases were open at the end of 2026-W26, a Tuesday, -267 on the end of the "
        "one before, a Sunday."
    )


def test_incidents_are_said_with_what_is_overdue() -> None:
    found = facts(
        reading(), tables={"incidents": [], "actions": [{"due_on": EARLIER, "closed_at": None}]}
    )
    assert line(found, "Incidents") == (
        "Incidents: none was declared in the week, and none was open at its end. 1 post-mortem "
        "action was overdue, the oldest since 2026-05-11."
    )
    assert line(facts(reading()), "Incidents") is None
