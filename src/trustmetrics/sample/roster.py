"""Who is on shift when: the moderators' plan, in proportion to the work that comes in."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

HOUR_MS = 3_600_000
MINUTE_MS = 60_000

# A moderator's shift is eight hours, half of them at the queue; the rest goes to appeals, breaks,
# training. A plain case takes eight minutes of attention, and teams are planned so that five
# in six of the hours at the queue are used.
SHIFT_HOURS = 8
SHARE_AT_QUEUE = 0.5
MINUTES_PER_UNIT = 8.0
UTILISATION = 0.84
# What a moderator in a small sample, where there is not enough work for one, takes at most.
LONGEST_UNIT_MS = 40 * MINUTE_MS
# Shifts of the standard queue as (first hour UTC, weight on a weekday, at the weekend).
STANDARD_SLOTS = ((6, 1.0, 0.45), (14, 1.0, 0.45), (22, 0.3, 0.2))
FEWEST_SHIFTS_A_WEEK = 15.0

# Escalations have somebody on call day and night, who drops other work for them.
ON_CALL_SLOTS = ((0, 1.0, 1.0), (12, 1.0, 1.0))
ON_CALL_HOURS = 12
ON_CALL_MINUTES_PER_UNIT = 6.0
ON_CALL_UTILISATION = 0.7

# Story 4: from Monday 11 May 2026 the standard queue is short of people; from 8 June on others help
# out until the backlog is gone. During the scam wave some work overtime.
SHORTAGE = (date(2026, 5, 11), date(2026, 6, 8))
STAFFING = (
    (SHORTAGE[0], SHORTAGE[1], 0.76),
    (date(2026, 6, 8), date(2026, 6, 22), 1.40),
    (date(2026, 2, 20), date(2026, 4, 6), 1.35),
)
SHIFTS_A_WEEK_EACH = 4.5


@dataclass(frozen=True)
class Shift:
    """One moderator's turn at one queue. start_ms and end_ms: epoch milliseconds, UTC."""

    queue: str
    moderator: int
    day: date
    start_ms: int
    end_ms: int


def rostered(
    queue: str,
    slots: tuple[tuple[int, float, float], ...],
    hours: float,
    shifts_a_week: float,
    first: date,
    last: date,
    moderators_from: int,
) -> list[Shift]:
    """Return the shifts of a queue from the first day to the day before the last.

    Each slot has on average its share of the shifts of a week, times the staffing of its day;
    whole numbers come out by carrying the rest over to the next slot. Moderators take turns.
    """
    weight = sum(5 * weekday + 2 * weekend for _, weekday, weekend in slots)
    planned: list[tuple[date, int]] = []
    carried = 0.5
    for day in _days(first, last):
        for hour, weekday, weekend in slots:
            need = shifts_a_week * (weekend if day.weekday() >= 5 else weekday) / weight
            carried += need * (_staffing(day, first, last) if queue == "standard" else 1.0)
            planned += [(day, hour)] * math.floor(carried)
            carried -= math.floor(carried)
    most = max(
        (sum(1 for d, _ in planned if d == day) for day in {d for d, _ in planned}), default=1
    )
    team = max(
        4, most + 1, math.ceil(len(planned) / ((last - first).days / 7) / SHIFTS_A_WEEK_EACH)
    )
    return [
        Shift(
            queue,
            moderators_from + turn % team,
            day,
            start := _ms(day) + hour * HOUR_MS,
            start + round(hours * HOUR_MS),
        )
        for turn, (day, hour) in enumerate(planned)
    ]


def _staffing(day: date, first: date, last: date) -> float:
    """Return how many people are there against the plan's mean: growth, and the stories."""
    passed = (day - first).days / (last - first).days
    growth = (1 + 0.25 * passed) / 1.125
    season = 1 + 0.1 * math.cos(2 * math.pi * (day.timetuple().tm_yday - 15) / 365)
    story = next((factor for since, before, factor in STAFFING if since <= day < before), 1.0)
    return growth * season * story


def _days(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=n) for n in range((last - first).days))


def _ms(day: date) -> int:
    return (day - date(1970, 1, 1)).days * 24 * HOUR_MS
