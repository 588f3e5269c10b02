"""The trend: a character a period, as high as its value."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trustmetrics.scorecard.sparkline import ASCII, BLOCKS, by_period, previous, sparkline

VALUES = st.lists(st.none() | st.floats(allow_nan=False, allow_infinity=False), max_size=15)


def test_the_least_is_lowest_and_the_greatest_highest() -> None:
    assert sparkline([0, 1, 2, 3, 4, 5, 6, 7]) == "▁▂▃▄▅▆▇█"
    assert sparkline([7, None, 0], is_ascii=True) == "# _"
    assert sparkline([]) == ""


def test_equal_values_stand_in_the_middle() -> None:
    assert sparkline([3, 3]) == "▄▄"


@given(VALUES, st.booleans())
def test_it_rises_where_its_values_do(values: list[float | None], is_ascii: bool) -> None:
    shown = sparkline(values, is_ascii)
    levels = ASCII if is_ascii else BLOCKS
    assert len(shown) == len(values)
    pairs = [
        (value, levels.index(mark))
        for value, mark in zip(values, shown, strict=True)
        if value is not None
    ]
    assert all(mark == " " for value, mark in zip(values, shown, strict=True) if value is None)
    known = sorted(pairs)
    assert [level for _, level in known] == sorted(level for _, level in known)
    if pairs and known[0][0] < known[-1][0]:
        assert (known[0][1], known[-1][1]) == (0, 7)


@given(VALUES.filter(bool), st.booleans())
def test_gaps_change_nothing_else(values: list[float | None], is_ascii: bool) -> None:
    known = [value for value in values if value is not None]
    assert sparkline(values, is_ascii).replace(" ", "") == sparkline(known, is_ascii)


@pytest.mark.parametrize(
    ("grain", "start", "before"),
    [
        ("day", date(2026, 3, 1), date(2026, 2, 28)),
        ("week", date(2026, 1, 5), date(2025, 12, 29)),
        ("month", date(2026, 1, 1), date(2025, 12, 1)),
        ("month", date(2026, 12, 1), date(2026, 11, 1)),
        ("quarter", date(2026, 1, 1), date(2025, 10, 1)),
        ("quarter", date(2026, 10, 1), date(2026, 7, 1)),
    ],
)
def test_the_period_before(grain: str, start: date, before: date) -> None:
    assert previous(start, grain) == before


def test_a_period_without_a_row_is_a_gap_and_twelve_are_enough() -> None:
    values = {date(2026, 5, 1): 5.0, date(2026, 3, 1): 3.0, date(2024, 1, 1): 1.0}
    assert by_period(values, "month") == [None] * 9 + [3.0, None, 5.0]
    assert by_period({date(2026, 5, 1): 5.0, date(2026, 3, 1): 3.0}, "month") == [3.0, None, 5.0]
    assert by_period({}, "month") == []
