"""What carries a change is said only of a part that moved clearly by itself."""

from __future__ import annotations

from typing import Any

from tests.python.insight.made import WEEK, facts, reading, text
from trustmetrics.insight.drivers import (
    driver_sentence,
    drivers_of,
    leader_sentence,
    rate_sentence,
    volume_sentence,
)

# By hand: feed 50 of 200, then 150 of 300; chat 100 of 200, then 75 of 100: 0.375, then 0.5625.
FEED = {
    "slice_value": "feed",
    "previous_value": 0.25,
    "value": 0.5,
    "change_lower": 0.16,
    "change_upper": 0.33,
    "rate_effect": 0.15625,
    "mix_effect": -0.0234375,
    "effect": 0.1328125,
    "driver_rank": 1,
}
CHAT = {
    "slice_value": "chat",
    "previous_value": 0.5,
    "value": 0.75,
    "change_lower": 0.13,
    "change_upper": 0.35,
    "rate_effect": 0.09375,
    "mix_effect": -0.0390625,
    "effect": 0.0546875,
    "driver_rank": 2,
}
WHOLE = {"slice": "overall", "slice_value": "all", "effect": 0.1875, "driver_rank": 1}
COUNTS = {"count_change": 75, "volume_effect": 0, "count_rate_effect": 75}


def row(**more: Any) -> dict[str, Any]:
    given = {
        "metric": "m",
        "period_grain": "week",
        "period_start": WEEK,
        "slice": "surface",
        "split_kind": "own_denominator",
        "total_change": 0.1875,
        "sample_size": 300,
        "previous_sample_size": 200,
        **dict.fromkeys(("change_lower", "change_upper", "count_change", "volume_effect")),
        "count_rate_effect": None,
    }
    return given | more


def said(*rows: dict[str, Any]) -> tuple[str, str]:
    one = reading("m")
    found = drivers_of(facts(one, tables={"drivers": list(rows)}), one)
    return text(driver_sentence(found)), text(volume_sentence(found))


def in_detail(*rows: dict[str, Any]) -> tuple[str, str]:
    one = reading("m")
    found = drivers_of(facts(one, tables={"drivers": list(rows)}), one)
    return text(leader_sentence(found)), text(rate_sentence(found))


def test_the_largest_part_that_moved_clearly_is_named_with_rate_and_share_apart() -> None:
    assert said(row(**WHOLE, **COUNTS), row(**FEED), row(**CHAT)) == (
        "By surface, feed stands out (25.0 % to 50.0 %): its part of the change is "
        "+13.3 percentage points, that of all others together +5.5 pt.",
        "The count behind it (its numerator): +75, of it 0 by volume and +75 by the rate.",
    )
    assert in_detail(row(**FEED), row(**CHAT)) == (
        "Most of the change is that of the surface feed (25.0 % to 50.0 %).",
        "Of that part, +15.6 pt comes from its own rate, -2.3 pt from its share of all.",
    )


def test_parts_without_shares_of_their_own_have_a_rate_alone() -> None:
    shared = {"split_kind": "shared_denominator", "mix_effect": 0}
    new = {"previous_value": None}
    assert in_detail(row(**(FEED | shared | new)), row(**(CHAT | shared))) == (
        "Most of the change is that of the surface feed.",
        "",
    )
    assert said(row(**(FEED | shared | new)), row(**(CHAT | shared)))[0].startswith(
        "By surface, feed stands out: its part"
    )


def test_a_part_that_may_be_chance_or_goes_the_other_way_is_not_named() -> None:
    chance = {"change_lower": -0.01}
    none = "No single surface stands out: none has most of the change and moved clearly itself."
    assert said(row(**(FEED | chance)), row(**CHAT))[0] == none
    assert in_detail(row(**(FEED | chance)), row(**CHAT)) == ("", "")
    for few in ("sample_size", "previous_sample_size"):
        assert said(row(**(FEED | {few: 9})), row(**CHAT))[0] == none
        assert said(row(**(FEED | {few: None})), row(**CHAT))[0] == none
        assert said(row(**(FEED | {few: 10})), row(**CHAT))[0] != none
    half = {"effect": 0.09375}
    assert said(row(**(FEED | half)), row(**CHAT))[0] == none
    assert said(row(**(FEED | {"effect": 0.0938})), row(**CHAT))[0] != none
    other_way = {"effect": -0.3}
    assert said(row(**(FEED | other_way)), row(**CHAT))[0] == none
    assert said() == ("", "")


def test_the_slice_whose_largest_part_carries_most_is_taken() -> None:
    regions = [row(**(FEED | {"slice": "region", "slice_value": "eu", "effect": 0.18}))]
    assert said(row(**FEED), row(**CHAT), *regions)[0].startswith("By region, eu stands out")
    smaller = [row(**(FEED | {"slice": "region", "slice_value": "eu", "effect": 0.1}))]
    assert said(row(**FEED), row(**CHAT), *smaller)[0].startswith("By surface, feed stands out")


def test_another_metrics_or_periods_split_is_not_taken() -> None:
    other = WEEK.replace(day=15)
    assert said(row(**(FEED | {"metric": "n"})), row(**(FEED | {"period_start": other}))) == (
        "",
        "",
    )
