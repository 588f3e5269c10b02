"""A sentence claims what the interval supports, and no more."""

from __future__ import annotations

from datetime import date

import pytest

from tests.python.insight.made import before, facts, reading, text
from trustmetrics.insight.movements import (
    chance_sentence,
    exact_sentence,
    moved_sentence,
    movements,
    so_far,
    target_sentence,
)
from trustmetrics.insight.said import Name

NAME = Name("Share of harm")
EARLIER = date(2026, 6, 8)


def test_only_a_clear_change_of_the_same_definition_is_a_movement() -> None:
    found = movements(
        facts(
            reading("clear"),
            reading("chance", change_lower=-0.04, change_is_clear=False),
            reading("redefined", definition_changed=True),
            reading("exact", ci_lower=None, ci_upper=None, change_is_clear=None),
        )
    )
    assert [one.metric for one in found.moved] == ["clear"]
    assert [one.metric for one in found.judged] == ["chance", "clear"]


def test_what_did_not_settle_is_judged_at_its_newest_settled_period() -> None:
    now = reading("m", is_mature=False, value=0.9, change_is_clear=True)
    settled = before(now, "2026-W24", EARLIER, is_mature=True, value=0.2, change_is_clear=False)
    found = facts(now, settled)
    assert movements(found).moved == []
    assert text(so_far(found, found.own["m"])) == " Not settled yet: 90.0 % in 2026-W26."


def test_a_metric_without_a_value_where_its_like_have_one_has_no_news() -> None:
    rare = before(reading("rare"), "2026-W20", EARLIER)
    found = facts(reading("m"), rare, due=["m"])
    assert [one.metric for one in movements(found).moved] == ["m"]


@pytest.mark.parametrize(
    ("direction", "change", "judged"),
    [
        ("down", 0.1, ", for the worse"),
        ("down", -0.1, ", for the better"),
        ("up", 0.1, ", for the better"),
        ("up", -0.1, ", for the worse"),
        ("none", 0.1, ""),
    ],
)
def test_better_and_worse_follow_from_the_metrics_direction(
    direction: str, change: float, judged: str
) -> None:
    one = reading(direction=direction, change_on_previous=change)
    verb = "rose" if change > 0 else "fell"
    assert text(moved_sentence(one, NAME)).startswith(
        f"Share of harm {verb} to 40.0 % in 2026-W26, from 30.0 % the week before{judged}: "
    )


def test_a_change_is_said_with_its_own_interval() -> None:
    said = text(moved_sentence(reading(), NAME))
    assert said.endswith(": +10.0 percentage points (95 % interval +4.0 pt to +16.0 pt).")
    open_end = reading(
        value_format="hours", change_upper=None, change_on_previous=3, change_lower=2
    )
    assert text(moved_sentence(open_end, NAME)).endswith(": +3.0 h (95 % interval from +2.0 h up).")
    relative = reading(
        target_kind="relative_change", change_on_previous=5, relative_change_on_previous=0.25
    )
    assert ": +25.0 % (95 % interval +4.0 % to +16.0 %)." in text(moved_sentence(relative, NAME))


@pytest.mark.parametrize(
    ("change", "value_format", "said"),
    [
        (0.018, "per_thousand", "+0.018/1k"),
        (-0.00043, "percent", "-0.043 pt"),
        (0.0, "count", "0"),
        (-1234.0, "count", "-1,234"),
        (1234.5, "hours", "+1,234 h"),
    ],
)
def test_a_change_keeps_its_sign_and_the_digits_that_it_has(
    change: float, value_format: str, said: str
) -> None:
    one = reading(change_on_previous=change, value_format=value_format)
    assert text([one.said_change()]) == said


def test_a_full_count_is_said_without_a_verdict() -> None:
    count = {"value_format": "count", "ci_lower": None, "ci_upper": None, "change_is_clear": None}
    one = reading(value=99, change_on_previous=61, **count)
    assert text(exact_sentence(one, NAME)) == (
        "Share of harm stood at 99 in 2026-W26, +61 on the week before."
    )


@pytest.mark.parametrize(
    ("status", "said"),
    [
        ("met", " The target (< 30 %) is met."),
        ("missed", " The target (< 30 %) is missed."),
        (
            "unclear",
            " Whether the target (< 30 %) is met cannot be told: the 95 % interval lies on both "
            "sides of it.",
        ),
        (
            "too few",
            " Whether the target (< 30 %) is met cannot be told: there are too few observations.",
        ),
        ("too early", " Whether the target (< 30 %) is met cannot be told: it is too early."),
        ("withheld", ""),
    ],
)
def test_a_target_is_judged_as_the_mart_judges_it(status: str, said: str) -> None:
    one = reading(status=status, target_kind="level", target_value=0.3, target_text="< 30 %")
    assert text(target_sentence(one)) == said


def test_only_a_change_with_an_interval_from_enough_observations_is_judged() -> None:
    one_end = {"change_lower": 0.01, "change_upper": None}
    found = facts(
        reading("whole"),
        reading("one_end", **one_end),
        reading("none", change_lower=None, change_upper=None, change_is_clear=False),
        reading("few", status="too few"),
        reading("redefined", definition_changed=True),
        reading("count", change_is_clear=None),
    )
    assert {one.metric for one in movements(found).judged} == {"whole", "one_end"}


def test_one_of_twenty_moves_by_chance() -> None:
    judged = [reading(f"m{place}") for place in range(40)]
    assert text(chance_sentence(judged)) == (
        "About 2.0 of them would show a change by chance alone; those that share cases move "
        "together."
    )
    assert chance_sentence([]) == ()
