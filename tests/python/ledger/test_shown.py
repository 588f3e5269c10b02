"""The last digit that a report shows, as a place in the value."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trustmetrics.ledger.numbers import is_same
from trustmetrics.ledger.shown import last_place, shown_as


@pytest.mark.parametrize(
    ("value", "value_format", "shown", "decimals"),
    [
        (0.779, "percent", "77.9 %", 3),
        (0.0421, "percent", "4.2 %", 3),
        (0.0042, "percent", "0.42 %", 4),
        (3.8, "hours", "3.80 h", 2),
        (117.4, "hours", "117 h", 0),
        (22, "count", "22", 0),
        (1_551_000, "number", "1.6M", -5),
        (12_345_678, "number", "12M", -6),
        (0.00002, "number", "2e-05", 5),
        (3.104, "per_thousand", "3.10/1k", 2),
        (None, "hours", "not yet", None),
    ],
)
def test_the_place_of_the_last_digit(
    value: float | None, value_format: str, shown: str, decimals: int | None
) -> None:
    assert shown_as(value, value_format) == (shown, decimals)


SCALES = {"": 1.0, "k": 1e3, "M": 1e6, "B": 1e9, "T": 1e12}


@given(
    st.floats(min_value=1e-4, max_value=1e13),
    st.sampled_from(["percent", "number", "hours", "count"]),
)
def test_the_value_is_within_half_of_the_last_digit_of_what_is_shown(
    value: float, value_format: str
) -> None:
    text, decimals = shown_as(value, value_format)
    figure = text.split(" ")[0].replace(",", "")
    if figure[0] in "<>":
        return
    letter = figure[-1] if figure[-1].isalpha() else ""
    read = float(figure.removesuffix(letter)) * SCALES[letter]
    read /= 100 if value_format == "percent" else 1
    assert decimals is not None
    assert abs(read - value) <= 0.5000001 * 10.0**-decimals


def test_values_are_the_same_to_the_last_digit_that_was_shown() -> None:
    assert is_same(0.7791, 0.7794, 3) and not is_same(0.7791, 0.7796, 3)
    assert is_same(1_551_000, 1_649_999, -5) and not is_same(1_551_000, 1_651_000, -5)
    assert is_same(0.1 + 0.2, 0.3, 15) and not is_same(0.1 + 0.2, 0.3, None)
    assert is_same(None, None, 2) and not is_same(None, 0.0, 2) and not is_same(0.0, None, None)


def test_what_is_not_a_figure_has_no_last_digit() -> None:
    assert last_place("not yet", "number") is None
