"""Reads numbers, times and dates as filers write them, and says what was wrong with the writing."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache

from trustmetrics.dsa.template import written
from trustmetrics.dsa.validator.rule import rule_id
from trustmetrics.dsa.validator.words import SAME, folded

Number = int | Decimal

INTEGER = rule_id("0.31")
PLAIN = rule_id("0.32")
NO_DECIMALS = rule_id("0.33")
NOT_WORDS = rule_id("0.34")
NOT_NEGATIVE = rule_id("0.35")
SHARE = rule_id("0.36")
HOURS = rule_id("0.37")

LONGEST_NUMBER = 40
# Spaces of all kinds, and the apostrophe of Switzerland, between digits.
GAPS = re.compile(r"(?<=\d)['\s_](?=\d)")
GROUPED = re.compile(r"\d{1,3}(?:['\s_]\d{3})+(?:[.,]\d+)?")
PLAIN_NUMBER = re.compile(r"\d+(?:\.\d+)?|\.\d+")
WITH_EXPONENT = re.compile(r"(\d+(?:[.,]\d+)?)[eE]([+-]?\d{1,2})")
SEPARATED = re.compile(r"\d{1,3}(?:,\d{2,3})*,\d{3}(?:\.\d+)?")
SEPARATED_BY_DOTS = re.compile(r"\d{1,3}(?:\.\d{3})+,\d+")
ONE_GROUP = re.compile(r"[1-9]\d{0,2},\d{3}")
DOTTED = re.compile(r"[1-9]\d{0,2}(?:\.\d{3})+")
DECIMAL_COMMA = re.compile(r"\d*,\d+")
CURRENCY = re.compile(r"^(?:€|\$|£|eur|usd|gbp)\s*|\s*(?:€|\$|£|eur|usd|gbp)$", re.IGNORECASE)
CLOCK = re.compile(r"(?:(\d+) days?,? )?(\d+):(\d\d)(?::(\d\d)(?:\.\d+)?)?")
SECONDS = {
    **dict.fromkeys(("ms", "millisecond", "milliseconds"), Decimal("0.001")),
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds", "sekunden"), Decimal(1)),
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes", "minuten"), Decimal(60)),
    **dict.fromkeys(
        ("h", "hr", "hrs", "hour", "hours", "std", "stunde", "stunden", "heure", "heures"),
        Decimal(3600),
    ),
    **dict.fromkeys(("d", "day", "days", "tag", "tage", "jour", "jours"), Decimal(86_400)),
    **dict.fromkeys(("w", "week", "weeks"), Decimal(604_800)),
}
QUANTITY = re.compile(r"([\d.,]+)\s*([a-z]+)\.?(?:\s*(?:,|and|und|et)?\s*)")

ISO = re.compile(r"\d{4}-\d\d-\d\d")
NUMERIC_DATE = re.compile(r"(\d{1,4})[-/. ]+(\d{1,2})[-/. ]+(\d{2,4})")
COMPACT_DATE = re.compile(r"(20\d\d)(\d\d)(\d\d)")
NAMED_DATES = ("%d %B %Y", "%d %b %Y", "%B %d %Y", "%b %d %Y", "%Y %B %d", "%d-%b-%Y", "%d-%b-%y")
EXCEL_EPOCH = date(1899, 12, 30)
EXCEL_DAYS = (40_000, 60_000)
YEARS = range(2000, 2101)


@dataclass(frozen=True)
class Reading:
    """A cell as a number.

    Attributes:
        value: None where the cell is blank or cannot be read.
        faults: the rules that its writing breaks, each with what was expected.
    """

    value: Number | None
    faults: tuple[tuple[str, str], ...] = ()


BLANK = Reading(None)


@lru_cache(maxsize=200_000)
def read_number(text: str, kind: str, has_decimal_comma: bool = False) -> Reading:
    """Return what a cell says as a number, hours in hours and shares from 0 to 1.

    Args:
        text: the cell.
        kind: count, hours, share or fte.
        has_decimal_comma: whether 1,234 is read as one and a bit where both readings are possible;
            so it is in files that separate fields by semicolons.
    """
    if text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER:
        return _judged(int(text), kind, text, "", False)
    shown = text.strip().translate(SAME)
    if not shown:
        return BLANK
    sign, body = _sign(shown)
    is_percentage = body.endswith("%") or folded(body).endswith((" percent", " per cent"))
    if is_percentage:
        body = re.sub(r"\s*(?:%|per ?cent)$", "", body, flags=re.IGNORECASE)
    number = CURRENCY.sub("", body)
    found = _digits(number, kind, has_decimal_comma) if len(number) <= LONGEST_NUMBER else None
    unit = PLAIN if number != body or shown.startswith("(") else ""
    if found is None and kind == "hours":
        found, unit = _duration(folded(body)), HOURS
    if found is None:
        return Reading(None, ((NOT_WORDS, "a number, 0 for none, or blank if not applicable"),))
    value, is_plain = found
    return _judged(sign * value, kind, body, unit or ("" if is_plain else PLAIN), is_percentage)


def _judged(value: Number, kind: str, body: str, fault: str, is_percentage: bool) -> Reading:
    """Hold a number against its kind."""
    if isinstance(value, Decimal) and value == value.to_integral_value():
        value = int(value)
    faults: list[tuple[str, str]] = []
    if kind == "share":
        if is_percentage or value > 1:
            is_share = 0 <= value <= 100
            value = Decimal(value) / 100 if is_share else value
            right = written(value) if is_share else "0 to 1"
            faults.append((SHARE, right))
        elif fault:
            faults.append((fault, written(value)))
    elif is_percentage:
        faults.append((PLAIN, "a number, not a percentage"))
    elif fault:
        faults.append((fault, f"{written(_rounded(value))}"))
    if value < 0:
        faults.append((NOT_NEGATIVE, "0 or more"))
    if kind == "count":
        if not isinstance(value, int):
            faults.append((INTEGER, "an integer number"))
        elif "." in body and not fault:
            faults.append((NO_DECIMALS, str(value)))
    return Reading(value, tuple(faults))


def _rounded(value: Number) -> Number:
    return value if isinstance(value, int) else round(value, 6)


def _sign(text: str) -> tuple[int, str]:
    if text.startswith("(") and text.endswith(")"):
        return -1, text[1:-1].strip()
    if text.startswith("-") and text[1:].strip():
        return -1, text[1:].strip()
    return 1, text.removeprefix("+").strip()


def _digits(body: str, kind: str, has_decimal_comma: bool) -> tuple[Number, bool] | None:
    """The number, and whether it is written plainly; None where it is none."""
    if not GAPS.sub("", body).isascii():
        return None
    if grouped := GROUPED.fullmatch(body):
        body = GAPS.sub("", body)
    # 1.234 of something counted is a thousand and more, for it would not be an integer otherwise.
    if DOTTED.fullmatch(body) and (kind == "count" or body.count(".") > 1):
        return int(body.replace(".", "")), False
    if PLAIN_NUMBER.fullmatch(body):
        return _number(body), not grouped
    if found := WITH_EXPONENT.fullmatch(body):
        return Decimal(found[1].replace(",", ".")).scaleb(int(found[2])), False
    if DECIMAL_COMMA.fullmatch(body):
        is_thousands = ONE_GROUP.fullmatch(body) and kind != "share"
        if not is_thousands or (has_decimal_comma and kind != "count"):
            return _number(body.replace(",", ".")), False
    if SEPARATED.fullmatch(body):
        return _number(body.replace(",", "")), False
    if SEPARATED_BY_DOTS.fullmatch(body):
        return _number(body.replace(".", "").replace(",", ".")), False
    return None


def _number(text: str) -> Number:
    return int(text) if text.isdigit() else Decimal(text)


def _duration(text: str) -> tuple[Number, bool] | None:
    """The hours of '12h', '2 days' or '1:30:00'."""
    if found := CLOCK.fullmatch(text):
        days, hours, minutes, seconds = (int(it or 0) for it in found.groups())
        return Decimal(days * 86_400 + hours * 3600 + minutes * 60 + seconds) / 3600, False
    total, end = Decimal(0), 0
    for found in QUANTITY.finditer(text):
        size = SECONDS.get(found[2])
        amount = _digits(found[1], "hours", True) if found.start() == end else None
        if size is None or amount is None:
            return None
        total, end = total + amount[0] * size, found.end()
    return (total / 3600, False) if end and end == len(text) else None


@dataclass(frozen=True)
class DateReading:
    """A cell as a date.

    Attributes:
        value: None where it cannot be read.
        is_iso: whether it is written YYYY-MM-DD.
    """

    value: date | None
    is_iso: bool


@lru_cache(maxsize=10_000)
def read_date(text: str) -> DateReading:
    """Return what a cell says as a date; 03/04/2026 is the third of April, as in Europe."""
    shown = text.strip()
    if ISO.fullmatch(shown):
        return DateReading(_day(shown[:4], shown[5:7], shown[8:]), True)
    # A time after the date says nothing of it.
    body = re.sub(
        r"[T ]+\d{1,2}:\d\d(?::\d\d(?:\.\d+)?)?(?: ?(?:Z|UTC|[+-]\d\d:?\d\d))?$", "", shown
    )
    if ISO.fullmatch(body):
        return DateReading(_day(body[:4], body[5:7], body[8:]), False)
    if found := NUMERIC_DATE.fullmatch(body):
        return DateReading(_ordered(*found.groups()), False)
    if found := COMPACT_DATE.fullmatch(body):
        return DateReading(_day(*found.groups()), False)
    if body.isascii() and body.isdigit() and EXCEL_DAYS[0] <= int(body) <= EXCEL_DAYS[1]:
        return DateReading(EXCEL_EPOCH + timedelta(days=int(body)), False)
    words = re.sub(r"(?<=\d)(?:st|nd|rd|th)\b|[,.]", "", body)
    for form in NAMED_DATES:
        try:
            found = datetime.strptime(" ".join(words.split()), form).date()
        except ValueError:
            continue
        return DateReading(found if found.year in YEARS else None, False)
    return DateReading(None, False)


def _ordered(first: str, second: str, third: str) -> date | None:
    if len(first) == 4:
        return _day(first, second, third)
    year = third if len(third) == 4 else f"20{third}"
    if int(second) > 12:
        first, second = second, first
    return _day(year, second, first)


def _day(year: str, month: str, day: str) -> date | None:
    try:
        found = date(int(year), int(month), int(day))
    except ValueError:
        return None
    return found if found.year in YEARS else None


@dataclass(frozen=True)
class Period:
    """A reporting period.

    Attributes:
        start: its first day.
        end: its last.
    """

    start: date
    end: date

    def __str__(self) -> str:
        """As a report writes it."""
        return f"{self.start}/{self.end}"

    @property
    def days(self) -> int:
        """How many, both ends counted."""
        return (self.end - self.start).days + 1


@lru_cache(maxsize=10_000)
def read_period(text: str) -> tuple[Period | None, bool]:
    """Return the period that a cell gives, and whether it is written as it should be."""
    shown = text.strip()
    parts = shown.split("/")
    if len(parts) == 2:
        halves = parts
    elif len(parts) == 6:
        halves = ["/".join(parts[:3]), "/".join(parts[3:])]
    else:
        halves = re.split(r"\s+(?:-|–|—|to|until|bis|au)\s+", shown)
    if len(halves) != 2:
        return None, False
    first, last = (read_date(half) for half in halves)
    if first.value is None or last.value is None:
        return None, False
    is_right = bool(re.fullmatch(rf"{ISO.pattern}/{ISO.pattern}", shown))
    return Period(first.value, last.value), is_right


def deadline(end: date, months: int = 2) -> date:
    """Return the last day of a period in months after a day, by Regulation (EEC) 1182/71.

    The same day of the month, or the month's last; where that is a Saturday or Sunday, the Monday.
    Public holidays, which differ between member states, are not known here.
    """
    year, month = divmod(end.year * 12 + end.month - 1 + months, 12)
    day = date(year, month + 1, min(end.day, monthrange(year, month + 1)[1]))
    return day + timedelta(days=(7 - day.weekday()) % 7 if day.weekday() >= 5 else 0)
