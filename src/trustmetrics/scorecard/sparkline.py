"""A series of numbers as a word of blocks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

PERIODS = 12
BLOCKS = "▁▂▃▄▅▆▇█"
ASCII = "_.-:=+*#"


def sparkline(values: Sequence[float | None], is_ascii: bool = False) -> str:
    """Return a character for each value, the lowest for the least and the highest for the greatest.

    Args:
        values: finite numbers; None: a gap, which is a space.
        is_ascii: whether to do without Unicode's blocks.

    Returns:
        As many characters as values. Where all are equal they stand in the middle.
    """
    levels = ASCII if is_ascii else BLOCKS
    known = [value for value in values if value is not None]
    if not known:
        return " " * len(values)
    least, greatest = min(known), max(known)
    # Halved, because the width of two finite numbers may not be finite.
    width = greatest / 2 - least / 2
    top = len(levels) - 1

    def level(value: float) -> str:
        if width == 0:
            return levels[top // 2]
        return levels[round((value / 2 - least / 2) / width * top)]

    return "".join(" " if value is None else level(value) for value in values)


def by_period(values: Mapping[date, float | None], grain: str) -> list[float | None]:
    """Return the values of the last periods up to the latest, with None where one has no row.

    Args:
        values: by the first date of their period.
        grain: day, week, month or quarter.
    """
    if not values:
        return []
    found: list[float | None] = []
    start, first = max(values), min(values)
    while start >= first and len(found) < PERIODS:
        found.append(values.get(start))
        start = previous(start, grain)
    return found[::-1]


def previous(start: date, grain: str) -> date:
    """Return the first date of the period before; grain: day, week, month or quarter."""
    if grain in ("day", "week"):
        return start - timedelta(days=1 if grain == "day" else 7)
    months = start.year * 12 + start.month - 1 - (1 if grain == "month" else 3)
    return date(months // 12, months % 12 + 1, 1)
