"""Numbers as people read them, and the forms of an answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

# Below this many, a count that is a mean has a decimal.
SMALL = 10
# From this relative change on, it is told as a multiple.
TIMES = 9


@dataclass(frozen=True)
class Table:
    """The first rows of a table, in words.

    Attributes:
        headings: of the columns; one that ends in > is of numbers, set to the right.
        rows: a text for each heading.
        more: how many rows there are beyond these.
    """

    headings: Sequence[str]
    rows: Sequence[Sequence[str]]
    more: int = 0


@dataclass(frozen=True)
class Answer:
    """What an investigation found.

    Attributes:
        sentences: the answer; the first stands alone.
        tables: what it rests on.
        full: the SQL of the whole table, which --out writes.
        is_restricted: whether it names accounts, moderators or rows.
    """

    sentences: Sequence[str]
    tables: Sequence[Table]
    full: str
    is_restricted: bool = False


def count(value: float | None) -> str:
    """A count or a mean of counts: 205, 135.8 as 136, 2.75 as 2.8; nothing for None."""
    if value is None:
        return ""
    if value != round(value) and abs(value) < SMALL:
        return f"{value:.1f}"
    return f"{value:,.0f}"


def quotient(value: float | None) -> str:
    """One count over another: 1.34; nothing for None."""
    return "" if value is None else f"{value:,.2f}"


def share(value: float | None) -> str:
    """A share of 1 in percent: 0.512 as 51 %; nothing for None."""
    return "" if value is None else f"{round(100 * value)} %"


def share_between(lower: float | None, upper: float | None) -> str:
    """The interval of a share: 41 to 56 %; nothing where a bound is None."""
    if lower is None or upper is None:
        return ""
    return f"{100 * lower:.0f} to {100 * upper:.0f} %"


def change(value: float | None) -> str:
    """A relative change: 0.51 as +51 %, 47 as x48; nothing for None."""
    if value is None:
        return ""
    return f"x{1 + value:,.0f}" if value >= TIMES else f"{_signed(100 * value)} %"


def change_between(lower: float | None, upper: float | None) -> str:
    """The interval of a relative change: +26 to +81 %; +7 % to x60; unbounded: +26 % or more."""
    if lower is None:
        return ""
    if upper is None:
        return f"{change(lower)} or more"
    if upper >= TIMES:
        return f"{change(lower)} to {change(upper)}"
    return f"{_signed(100 * lower)} to {_signed(100 * upper)} %"


def difference(value: float | None) -> str:
    """A difference of counts: 69.25 as +69; nothing for None."""
    if value is None:
        return ""
    if abs(value) < SMALL and value != round(value) and round(value, 1):
        return f"{value:+.1f}"
    return _signed(value)


def plural(number: float, one: str, many: str = "") -> str:
    """A count with its noun: 1 week, 2 weeks; many: the plural, where it is not one with an s."""
    return f"{count(number)} {one if number == 1 else many or one + 's'}"


def listed(parts: Sequence[str], last: str = "and") -> str:
    """Parts in a sentence: a, b and c; last: the word before the last one."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {last} {parts[-1]}"


def hours(seconds: float) -> str:
    """A duration: 5 s, 45 min, 3.5 h, 12 days."""
    if seconds < 2 * 60:
        return f"{seconds:.0f} s"
    if seconds < 2 * 3600:
        return f"{seconds / 60:.0f} min"
    if seconds < 72 * 3600:
        return f"{seconds / 3600:.1f} h"
    return f"{seconds / 86400:,.0f} days"


def day(moment: datetime | None) -> str:
    """The date of a time; nothing for None."""
    return "" if moment is None else moment.strftime("%Y-%m-%d")


def instant(moment: datetime | None) -> str:
    """A time to the minute, UTC; nothing for None."""
    return "" if moment is None else moment.strftime("%Y-%m-%d %H:%M")


def _signed(value: float) -> str:
    """A whole number with its sign; 0 without one, also where it is rounded to it."""
    return f"{value:+,.0f}" if round(value) else "0"
