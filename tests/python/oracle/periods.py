"""Periods, instants and durations."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

GRAINS = ("day", "week", "month", "quarter")
SECOND = timedelta(seconds=1)


def day_of(moment: date | datetime) -> date:
    """The calendar day (UTC) of a timestamp, or the date itself."""
    return moment.date() if isinstance(moment, datetime) else moment


def midnight(day: date) -> datetime:
    """The first instant of a day."""
    return datetime.combine(day, time())


def period_start(grain: str, moment: date | datetime) -> date:
    """The first date of the period that holds the moment; a week is ISO's, from Monday."""
    day = day_of(moment)
    if grain == "day":
        return day
    if grain == "week":
        return day - timedelta(days=day.weekday())
    if grain == "month":
        return day.replace(day=1)
    return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)


def period_end(grain: str, start: date) -> datetime:
    """A period's end: the first instant of the next one."""
    if grain in ("day", "week"):
        return midnight(start + timedelta(days=1 if grain == "day" else 7))
    month = start.month + (1 if grain == "month" else 3)
    return midnight(date(start.year + (month > 12), month - 12 * (month > 12), 1))


def seconds_between(start: datetime, end: datetime) -> int:
    """A duration: whole seconds, rounded down, a negative one counting as 0."""
    return max(0, (end - start) // SECOND)


def stamped(moment: datetime, grain: str, start: date, as_of: datetime) -> bool:
    """Whether the moment belongs to the state at the period's end.

    Strictly before the end of a complete period; up to as_of in one that is not complete.
    """
    end = period_end(grain, start)
    return moment < end if end <= as_of else moment <= as_of


def instant(grain: str, start: date, as_of: datetime) -> datetime:
    """When the state at the period's end is looked at: its end, or as_of where it is incomplete."""
    return min(period_end(grain, start), as_of)


def periods_between(grain: str, first: date | datetime, last: date | datetime) -> list[date]:
    """The periods from the one that holds `first` through the one that holds `last`."""
    start, found = period_start(grain, first), []
    while start <= period_start(grain, last):
        found.append(start)
        start = period_end(grain, start).date()
    return found
