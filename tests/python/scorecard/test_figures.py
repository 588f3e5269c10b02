"""How numbers are written: as people read them, and never wider than a column."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.python.scorecard.cards import line
from trustmetrics.scorecard import figures


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (0, "0"),
        (0.000123, "1e-04"),
        (0.0123, "0.012"),
        (0.8, "0.80"),
        (0.999, "1.00"),
        (9.994, "9.99"),
        (9.999, "10.0"),
        (99.96, "100"),
        (1234.4, "1,234"),
        (-1234.4, "-1,234"),
        (99999, "100k"),
        (123456, "123k"),
        (1234567, "1.2M"),
        (9.87e9, "9.9B"),
        (9.87e13, "99T"),
    ],
)
def test_a_number_has_about_three_digits(value: float, written: str) -> None:
    assert figures.number(value) == written


@given(st.floats(-1e14, 1e14))
def test_a_number_fits_its_column_and_is_near_what_it_stands_for(value: float) -> None:
    written = figures.number(value)
    assert len(written) <= 7
    scales = {"k": 1e3, "M": 1e6, "B": 1e9, "T": 1e12}
    scale = scales.get(written[-1], 1)
    read = float(written.rstrip("kMBT").replace(",", "")) * scale
    assert read == pytest.approx(value, rel=0.51 if abs(value) < 0.001 else 0.06)


@pytest.mark.parametrize(
    ("share", "written"),
    [
        (0, "0"),
        (0.00001, "<0.01"),
        (-0.00001, ">-0.01"),
        (0.0025, "0.25"),
        (0.042, "4.2"),
        (0.9, "90.0"),
        (0.9992, "99.92"),
        (0.999999, ">99.99"),
        (1, "100"),
        (1.5, "150.0"),
        (-0.25, "-25.0"),
        (12.34, "1,234"),
    ],
)
def test_a_percentage_is_finer_near_its_ends(share: float, written: str) -> None:
    assert figures.percent(share) == written


@given(st.floats(0, 1))
def test_only_all_is_100_percent_and_only_nothing_is_0(share: float) -> None:
    written = figures.percent(share)
    assert len(written) <= 6
    if share < 0.999999:
        assert written not in ("100", "100.0", "100.00")
    if share > 0:
        assert written not in ("0", "0.0", "0.00")


@pytest.mark.parametrize(
    ("value_format", "value", "written"),
    [
        ("hours", 0.81, "0.81 h"),
        ("hours", None, "not yet"),
        ("hours", 1234.0, "1,234 h"),
        ("per_hundred", 4.5, "4.50/100"),
        ("per_thousand", 3.0, "3.00/1k"),
        ("per_million", 4.5, "4.50/1M"),
        ("count", 42.0, "42"),
        ("count", 12345.0, "12,345"),
        ("number", 5.46, "5.46"),
        ("percent", 0.9993, "99.93 %"),
        ("percent", -0.03, "-3.0 %"),
    ],
)
def test_a_value_has_its_unit(value_format: str, value: float | None, written: str) -> None:
    assert figures.with_unit(value, value_format) == written


@pytest.mark.parametrize(
    ("changes", "written"),
    [
        ({}, "-1.0 pt"),
        ({"change_on_previous": -0.0004}, "0.0 pt"),
        ({"change_on_previous": -0.0006}, "-0.1 pt"),
        ({"change_upper": 0.001}, "-1.0 pt?"),
        ({"change_upper": 0.0}, "-1.0 pt?"),
        ({"change_lower": None, "change_upper": None}, "-1.0 pt?"),
        ({"change_lower": None, "change_upper": -0.1}, "-1.0 pt"),
        (
            {"change_lower": None, "change_upper": None, "ci_lower": None, "ci_upper": None},
            "-1.0 pt",
        ),
        ({"target_kind": "relative_change"}, "-25.0 %"),
        ({"value_format": "per_million"}, "-25.0 %"),
        ({"value_format": "per_million", "relative_change_on_previous": 11.0}, "x12.0"),
        (
            {"value_format": "count", "relative_change_on_previous": None, "change_on_previous": 3},
            "+3.0",
        ),
        ({"change_on_previous": None}, ""),
        ({"definition_changed": True}, "redefined"),
    ],
)
def test_a_change_says_whether_it_may_be_chance(changes: dict[str, object], written: str) -> None:
    assert figures.change(line(**changes)) == written


@pytest.mark.parametrize(
    ("changes", "written", "in_ascii"),
    [
        ({}, "< 5 %", "< 5 %"),
        ({"comparator": ">=", "target_value": 0.999}, "≥ 99.9 %", ">= 99.9 %"),
        ({"value_format": "hours", "target_value": 8.0}, "< 8 h", "< 8 h"),
        ({"value_format": "count", "comparator": "=", "target_value": 0.0}, "= 0", "= 0"),
        ({"target_kind": "change", "target_value": 0.0}, "falls", "falls"),
        ({"target_kind": "change", "target_value": 0.0, "comparator": ">"}, "rises", "rises"),
        ({"target_kind": "change", "target_value": 0.02}, "< +2 %", "< +2 %"),
        (
            {"target_kind": "relative_change", "target_value": -0.1, "comparator": "<="},
            "≤ -10 %",
            "<= -10 %",
        ),
        ({"target_value": None}, "", ""),
    ],
)
def test_a_target_is_said_in_the_unit_of_what_it_is_for(
    changes: dict[str, object], written: str, in_ascii: str
) -> None:
    assert figures.target(line(**changes), is_ascii=False) == written
    assert figures.target(line(**changes), is_ascii=True) == in_ascii


@pytest.mark.parametrize(
    ("changes", "written"),
    [
        ({}, "met"),
        ({"status": "no target"}, ""),
        ({"status": "no target", "sample_size": 10}, ""),
        ({"status": "no target", "sample_size": 9}, "n = 9"),
        ({"status": "no target", "sample_size": 9, "statistic": "count"}, ""),
        ({"status": "no target", "sample_size": 9, "statistic": "share"}, ""),
        ({"status": "too few", "sample_size": 9}, "too few"),
    ],
)
def test_few_observations_are_said_without_a_target_too(
    changes: dict[str, object], written: str
) -> None:
    assert figures.status(line(**changes)) == written


@pytest.mark.parametrize(
    ("grain", "start", "written"),
    [
        ("month", date(2026, 5, 1), "2026-05"),
        ("quarter", date(2026, 10, 1), "2026-Q4"),
        ("week", date(2025, 12, 29), "2026-W01"),
        ("day", date(2026, 5, 31), "2026-05-31"),
    ],
)
def test_a_period_has_a_short_name(grain: str, start: date, written: str) -> None:
    assert figures.period(start, grain) == written
