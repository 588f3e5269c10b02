"""What needs attention is said in short, the most urgent first, beside the periods before."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from tests.python.insight.made import WEEK, before, facts, links, reading, text
from trustmetrics.insight.movements import movements
from trustmetrics.insight.needs import Need, needs, short_sentence, shown_first
from trustmetrics.insight.read import Facts, Reading

AIM = {"target_kind": "level", "comparator": "<", "target_value": 0.3, "target_text": "< 30 %"}
MISSED = {"status": "missed", **AIM}
STILL = {"change_lower": -0.04, "change_is_clear": False}
BETTER = {"change_on_previous": -0.1, "change_lower": -0.16, "change_upper": -0.04}


def usual(one: Reading, deviation: float, mean: float = 0.2) -> dict[str, Any]:
    """A row of kpi_slice_deviations."""
    names = ("metric", "period_grain", "slice", "slice_value", "period_start", "value")
    row = {name: getattr(one, name) for name in names}
    more = {"earlier_periods": 12, "usual_value": mean, "deviation": deviation}
    return row | more | {"value_format": one.value_format}


def said(one: Reading, *deviations: dict[str, Any], **more: Any) -> str:
    found = facts(one, tables={"deviations": list(deviations)}, **more)
    return text(short_sentence(found, one, links(found)))


def listed(found: Facts) -> list[Need]:
    return needs(found, movements(found), links(found))


def test_a_clear_change_is_said_with_what_was_before() -> None:
    assert said(reading()) == "M rose to 40.0 % in 2026-W26, from 30.0 % the week before."
    fell = reading(previous_value=0.5, change_on_previous=-0.1)
    assert said(fell) == "M fell to 40.0 % in 2026-W26, from 50.0 % the week before."


def test_what_may_be_chance_or_was_redefined_neither_rose_nor_fell() -> None:
    assert said(reading(**STILL)) == "M was 40.0 % in 2026-W26."
    redefined = reading(definition_changed=True, **MISSED)
    assert said(redefined) == "M was 40.0 % in 2026-W26. It misses the target (< 30 %)."


def test_a_full_count_is_said_with_the_one_before_and_no_verdict() -> None:
    count = {"value_format": "count", "ci_lower": None, "ci_upper": None, "change_is_clear": None}
    one = reading(value=2, previous_value=0, change_on_previous=2, **count)
    assert said(one) == "M was 2 in 2026-W26, after 0 the week before."


def test_a_target_for_the_change_is_held_against_the_change() -> None:
    aim = {"target_kind": "relative_change", "comparator": "<=", "target_value": -0.1}
    one = reading(status="missed", target_text="≤ -10 %", **aim, **STILL)
    # Whether the mean of the periods before is below -10 % would say nothing.
    assert said(one, usual(one, 1)) == (
        "M was 40.0 % in 2026-W26, +33.3 % on the week before. It misses the target for the change "
        "(≤ -10 %). This is within the spread of the 12 weeks before (mean 20.0 %)."
    )


@pytest.mark.parametrize(
    ("deviation", "mean", "told"),
    [
        (2.1, 0.2, "This is clearly worse than in the 12 weeks before (mean 20.0 %)."),
        (2.1, 0.35, "This is clearly worse than in the 12 weeks before (mean 35.0 %)."),
        (-2.1, 0.2, "This is clearly better than in the 12 weeks before (mean 20.0 %)."),
        (2.0, 0.2, "This is within the spread of the 12 weeks before (mean 20.0 %)."),
        (2.0, 0.3, "So does the mean of the 12 weeks before, 30.0 %."),
        (-2.0, 0.5, "So does the mean of the 12 weeks before, 50.0 %."),
    ],
)
def test_a_missed_target_that_is_missed_as_ever_is_said_so(
    deviation: float, mean: float, told: str
) -> None:
    one = reading(**MISSED, **STILL)
    assert said(one, usual(one, deviation, mean)) == (
        f"M was 40.0 % in 2026-W26. It misses the target (< 30 %). {told}"
    )


def test_the_mean_before_is_of_the_same_series_and_of_the_newest_period() -> None:
    one = reading()
    for other in (
        reading("n"),
        reading(slice="surface", slice_value="feed"),
        before(one, "2026-W20", date(2026, 5, 11)),
    ):
        assert "weeks before" not in said(one, usual(other, 3))
    assert "weeks before" not in said(one, usual(one, 3), is_newest=False)


def test_the_extremes_are_those_of_the_twelve_settled_periods_before() -> None:
    values = [0.9, 0.21, 0.35, *[0.3] * 9, 0.22]
    one = reading()
    earlier = [
        before(one, f"w{age}", WEEK - timedelta(7 * age), value=value)
        for age, value in enumerate(values[::-1], 1)
    ]
    open_yet = before(one, "open", WEEK + timedelta(7), value=0.05, is_mature=False)
    missing = before(one, "none", WEEK - timedelta(7), value=None)
    reopened = before(one, "late", WEEK - timedelta(3), value=0.8, is_mature=False)
    series = [one, open_yet, reopened, *earlier]
    found = facts(*series, tables={"deviations": [usual(one, 0)]})
    told = text(short_sentence(found, one, links(found)))
    assert told.startswith("M rose to 40.0 % in 2026-W26, from 30.0 % the week before.")
    # The thirteenth, 90 %, is too old.
    assert (
        " This is within the spread of the 12 weeks before (mean 20.0 %, 21.0 % to 35.0 %)." in told
    )
    gap = facts(one, missing, *earlier[1:], tables={"deviations": [usual(one, 0)]})
    assert "(mean 20.0 %, 21.0 % to 35.0 %)" in text(short_sentence(gap, one, links(gap)))


def test_the_ends_of_months_are_other_days_of_the_week_and_not_held_against_each_other() -> None:
    month = {"period_grain": "month", "period_start": date(2026, 6, 1)}
    one = reading("backlog_open_cases", **month)
    tables = {"deviations": [usual(one, 0)]}
    found = facts(one, grain="month", start=date(2026, 6, 1), tables=tables)
    assert "months before" not in text(short_sentence(found, one, links(found)))
    other = reading("m", **month)
    found = facts(other, grain="month", tables={"deviations": [usual(other, 0)]})
    assert "months before" in text(short_sentence(found, other, links(found)))


def part_of(name: str, **more: Any) -> Reading:
    names = {"slice": "surface", "slice_name": "surface", "slice_value": name}
    return reading(slice_label=name, **(names | more))


def test_the_part_whose_interval_ends_furthest_from_the_target_is_the_clearest_miss() -> None:
    parts = [
        part_of("near", value=0.5, ci_lower=0.31, ci_upper=0.7),
        part_of("far", value=0.45, ci_lower=0.4, ci_upper=0.5),
        part_of("unsure", value=0.9, ci_lower=0.29, ci_upper=1.0),
    ]
    missed = reading(**MISSED, **STILL)
    assert said(missed, slices=parts).endswith(
        " It misses the target (< 30 %). The clearest miss of its parts is the surface far, 45.0 %."
    )
    assert "clearest" not in said(missed, slices=parts[2:])
    assert "clearest" not in said(missed, slices=parts, k=10)
    assert "clearest" not in said(reading(**AIM, status="unclear", **STILL), slices=parts)
    above = AIM | {"comparator": ">=", "target_value": 0.6, "target_text": "≥ 60 %"}
    assert "the surface far, 45.0 %" in said(
        reading(status="missed", **above, **STILL), slices=parts
    )


def test_the_most_urgent_comes_first() -> None:
    unusual = reading("e_unusual", **STILL)
    part = {"slice": "severity", "slice_name": "severity"}
    part |= {"slice_value": "high", "slice_label": "high"}
    found = facts(
        reading("c_worse"),
        reading("b_missed", **MISSED, **STILL),
        reading("a_better", **BETTER),
        reading("d_missed_and_worse", **MISSED),
        unusual,
        slices=[reading("c_worse", **part, **MISSED, **STILL)],
        tables={
            "actions": [{"due_on": WEEK, "closed_at": None}],
            "deviations": [usual(unusual, 3)],
        },
    )
    begins = ["E_UNUSUAL was", "D_MISSED_AND_WORSE rose", "B_MISSED was"]
    begins += ["C_WORSE, severity high was", "C_WORSE rose", "1 post-mortem action was overdue"]
    told = [text(need.what) for need in listed(found)]
    assert len(told) == len(begins)
    for sentence, begin in zip(told, begins, strict=True):
        assert sentence.startswith(begin), sentence


def test_each_is_listed_once_and_says_whether_it_is_of_the_reports_period() -> None:
    early = before(reading("early", **MISSED), "2026-W20", date(2026, 5, 11))
    found = facts(early, reading(**MISSED), tables={"deviations": [usual(early, 3)]})
    assert [(need.brief[0].text, need.is_of_the_period) for need in listed(found)] == [
        ("EARLY", False),
        ("M", True),
    ]
    assert [need.question for need in listed(found)] == ["What is early?", "What is m?"]


def test_periods_since_are_said_and_a_step_waits_where_they_look_better_than_the_mean() -> None:
    early = before(reading("early"), "2026-W20", date(2026, 5, 11))
    since = [
        before(early, "2026-W25", WEEK - timedelta(7), value=0.3, is_mature=False),
        before(early, "2026-W26", WEEK, value=0.1, is_mature=False),
        before(early, "2026-W27", WEEK + timedelta(7), value=0.9, is_mature=False),
    ]
    tables = {"deviations": [usual(early, 3)]}
    [need] = listed(facts(early, *since, tables=tables))
    assert text(need.what).endswith(" Not settled yet: 30.0 % in 2026-W25, 10.0 % in 2026-W26.")
    assert need.step.startswith("See whether it is over")
    worse = before(early, "2026-W26", WEEK, value=0.2, is_mature=False)
    [need] = listed(facts(early, since[0], worse, tables=tables))
    assert need.step.startswith("Find which surface")
    running = before(since[1], "2026-W26", WEEK, is_complete=False)
    [need] = listed(facts(early, since[0], running, tables=tables))
    assert text(need.what).endswith(" Not settled yet: 30.0 % in 2026-W25.")


def test_the_first_of_a_family_and_period_is_said_in_full() -> None:
    found = facts(
        reading("a"),
        reading("b"),
        reading("c", family="intake"),
        before(reading("d"), "2026-W20", date(2026, 5, 11)),
        reading("e", family="appeals"),
    )
    full, others = shown_first(listed(found))
    assert [need.brief[0].text for need in full] == ["A", "C", "D"]
    assert [need.brief[0].text for need in others] == ["B", "E"]


def test_two_standard_deviations_are_not_beyond_two() -> None:
    at_two, beyond = reading("at_two", **STILL), reading("beyond", **STILL)
    found = facts(at_two, beyond, tables={"deviations": [usual(at_two, 2.0), usual(beyond, 2.01)]})
    assert [need.brief[0].text for need in listed(found)] == ["BEYOND"]
    assert listed(facts(beyond, due=[], tables={"deviations": [usual(beyond, 2.01)]})) == []


def test_nothing_is_said_of_what_is_well() -> None:
    met = reading("met", status="met", **(AIM | STILL))
    found = facts(reading("better", **BETTER), met)
    assert listed(found) == []
