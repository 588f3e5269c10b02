"""Numbers, times and dates are read as what they say, however they are written."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trustmetrics.dsa.validator.values import deadline, read_date, read_number, read_period

SEPARATORS = [",", ".", " ", "\u00a0", "\u202f", "\u2009", "'", "’"]
days = st.dates(date(2000, 1, 1), date(2099, 12, 31))
SCRIBBLES = st.text("0123456789.,-+()%eEhd/:~ \u00a0\u0663\u00b2", max_size=12)


def _faults(text: str, kind: str) -> set[str]:
    return {rule.split("-")[1] for rule, _ in read_number(text, kind).faults}


@settings(max_examples=200, deadline=None)
@given(number=st.integers(0, 10**12), separator=st.sampled_from(SEPARATORS), spaces=st.booleans())
def test_a_count_is_read_whatever_separates_its_thousands(
    number: int, separator: str, spaces: bool
) -> None:
    text = f"{number:,}".replace(",", separator)
    if spaces:
        text = f" {text}\u00a0"
    assert read_number(text, "count").value == number
    assert _faults(text, "count") == (set() if number < 1000 else {"0.32"})


@settings(max_examples=200, deadline=None)
@given(hours=st.decimals(0, 10**7, places=2), separator=st.sampled_from([" ", "\u00a0", "."]))
def test_hours_are_read_with_a_decimal_comma(hours: Decimal, separator: str) -> None:
    text = f"{hours:,.2f}".replace(",", "\0").replace(".", ",").replace("\0", separator)
    assert read_number(text, "hours").value == hours
    assert "0.32" in _faults(text, "hours")


@settings(max_examples=200, deadline=None)
@given(share=st.decimals(0, 1, places=4))
def test_a_share_is_read_as_a_percentage_too(share: Decimal) -> None:
    assert read_number(f"{share}", "share").value == share
    assert _faults(f"{share}", "share") == set()
    for text in (f"{share * 100}%", f"{share * 100} %", f"{share * 100} percent"):
        assert read_number(text, "share").value == share
        assert _faults(text, "share") == {"0.36"}
    if share * 100 > 1:
        assert read_number(f"{share * 100}", "share").value == share


@settings(max_examples=100, deadline=None)
@given(text=SCRIBBLES, kind=st.sampled_from(["count", "hours", "share", "fte"]))
def test_any_text_is_a_number_or_a_fault(text: str, kind: str) -> None:
    found = read_number(text, kind)
    assert found.value is not None or found.faults or not text.strip()


@pytest.mark.parametrize(
    ("text", "kind", "value", "faults"),
    [
        ("12h", "hours", 12, {"0.37"}),
        ("2 days", "hours", 48, {"0.37"}),
        ("1 day 6 hours", "hours", 30, {"0.37"}),
        ("90 min", "hours", Decimal("1.5"), {"0.37"}),
        ("162.4 HRS", "hours", Decimal("162.4"), {"0.37"}),
        ("1:30:00", "hours", Decimal("1.5"), {"0.37"}),
        ("2 days, 1:30:00", "hours", Decimal("49.5"), {"0.37"}),
        ("1.234", "hours", Decimal("1.234"), set()),
        ("1,234", "hours", 1234, {"0.32"}),
        ("0,724", "hours", Decimal("0.724"), {"0.32"}),
        ("0,724", "share", Decimal("0.724"), {"0.32"}),
        ("1.2E+06", "count", 1_200_000, {"0.32"}),
        ("-12", "count", -12, {"0.35"}),
        ("−12", "count", -12, {"0.35"}),
        ("(12)", "count", -12, {"0.32", "0.35"}),
        ("12.5", "count", Decimal("12.5"), {"0.31"}),
        ("12,5", "count", Decimal("12.5"), {"0.31", "0.32"}),
        ("12.0", "count", 12, {"0.33"}),
        ("5%", "count", 5, {"0.32"}),
        ("€ 5", "count", 5, {"0.32"}),
        ("1,23,456", "count", 123_456, {"0.32"}),
        ("12,34", "count", Decimal("12.34"), {"0.31", "0.32"}),
        ("150", "share", 150, {"0.36"}),
        ("~5", "count", None, {"0.34"}),
        ("5*", "count", None, {"0.34"}),
        ("3 weeks or so", "hours", None, {"0.34"}),
        ("12 parsecs", "hours", None, {"0.34"}),
        ("n/a", "share", None, {"0.34"}),
        ("9" * 60, "count", None, {"0.34"}),
    ],
)
def test_ways_of_writing(text: str, kind: str, value: object, faults: set[str]) -> None:
    assert read_number(text, kind).value == value
    assert _faults(text, kind) == faults


def test_a_country_with_decimal_commas_writes_one_and_a_bit() -> None:
    assert read_number("1,234", "hours", True).value == Decimal("1.234")
    assert read_number("1,234", "count", True).value == 1234


@settings(max_examples=100, deadline=None)
@given(day=days)
def test_dates_are_read_in_european_and_iso_order(day: date) -> None:
    for form in ("%Y-%m-%d", "%Y/%m/%d", "%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y", "%d %B %Y", "%Y%m%d"):
        found = read_date(day.strftime(form))
        assert found.value == day
        assert found.is_iso == (form == "%Y-%m-%d")
    for text in (f"{day} 00:00:00", f"{day}T09:30:00Z", day.strftime("%B %d, %Y")):
        assert read_date(text).value == day
        assert not read_date(text).is_iso


@pytest.mark.parametrize("text", ["", "soon", "2025-12-32", "31/02/2026", "1999-01-01", "0"])
def test_what_is_no_day_is_not_read(text: str) -> None:
    assert read_date(text).value is None


def test_a_month_first_is_told_where_the_day_is_beyond_twelve() -> None:
    assert read_date("08/31/2026").value == date(2026, 8, 31)
    assert read_date("03/04/2026").value == date(2026, 4, 3)


@settings(max_examples=100, deadline=None)
@given(start=days, length=st.integers(0, 400))
def test_a_period_is_read_in_any_form(start: date, length: int) -> None:
    end = start + timedelta(days=length)
    if end.year > 2100:
        return
    forms = {
        f"{start}/{end}": True,
        f"{start} / {end}": False,
        f"{start:%d/%m/%Y}/{end:%d/%m/%Y}": False,
        f"{start:%d.%m.%Y} - {end:%d.%m.%Y}": False,
        f"{start} to {end}": False,
    }
    for text, is_right in forms.items():
        period, found = read_period(text)
        assert period is not None
        assert (period.start, period.end, found) == (start, end, is_right)


@pytest.mark.parametrize(
    ("end", "last"),
    [
        # The last day of February, which is a Saturday in 2026 and a Sunday in 2027.
        (date(2025, 12, 31), date(2026, 3, 2)),
        (date(2026, 12, 31), date(2027, 3, 1)),
        # 30 August 2026 is a Sunday.
        (date(2026, 6, 30), date(2026, 8, 31)),
        (date(2027, 6, 30), date(2027, 8, 30)),
        (date(2027, 12, 31), date(2028, 2, 29)),
    ],
)
def test_two_months_end_on_a_working_day(end: date, last: date) -> None:
    assert deadline(end) == last
