"""Who is on shift when: the moderators' plan, in proportion to the work that comes in."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

HOUR_MS = 3_600_000


@dataclass(frozen=True)
class Queue:
    """How a queue is staffed.

    Attributes:
        name: the queue of the cases.
        slots: its shifts as (first hour UTC, weight on a weekday, weight at the weekend).
        shift_hours: how long a shift is.
        share_at_queue: the part of a shift that is planned for the queue; appeals, breaks and
            training take the rest.
        minutes_per_unit: the attention that a plain case takes.
        utilisation: the part of the hours at the queue that is used, on average.
        fewest_shifts: shifts a week without which somebody would wait a day for the next.
        room: the part of a sample's shifts that is this queue's, where there is room for few.
        drops_other_work: a case that comes is the only thing that a moderator does.
        is_staffed_by_season: as many people as the season asks for; and the stories change that.
    """

    name: str
    slots: tuple[tuple[int, float, float], ...]
    shift_hours: int
    share_at_queue: float
    minutes_per_unit: float
    utilisation: float
    fewest_shifts: float
    room: float
    drops_other_work: bool
    is_staffed_by_season: bool


# Escalations have somebody on call day and night.
ON_CALL = Queue(
    name="escalation",
    slots=((0, 1.0, 1.0), (12, 1.0, 1.0)),
    shift_hours=12,
    share_at_queue=0.5,
    minutes_per_unit=6.0,
    utilisation=0.7,
    fewest_shifts=14.0,
    room=0.4,
    drops_other_work=True,
    is_staffed_by_season=False,
)
STANDARD = Queue(
    name="standard",
    slots=((6, 1.0, 0.38), (14, 1.0, 0.38), (22, 0.27, 0.17)),
    shift_hours=8,
    share_at_queue=0.5,
    minutes_per_unit=8.0,
    utilisation=0.85,
    fewest_shifts=15.0,
    room=0.6,
    drops_other_work=False,
    is_staffed_by_season=True,
)

# Story 4: from Monday 11 May 2026 the standard queue is short of people; from 8 June on others help
# out until the backlog is gone. During the scam wave some work overtime.
SHORTAGE = (date(2026, 5, 11), date(2026, 6, 8))
STAFFING = (
    (SHORTAGE[0], SHORTAGE[1], 0.76),
    (SHORTAGE[1], date(2026, 6, 22), 1.40),
    (date(2026, 2, 20), date(2026, 4, 6), 1.35),
)
SHIFTS_A_WEEK_EACH = 4.5


@dataclass(frozen=True)
class Shift:
    """One moderator's turn at one queue. start_ms and end_ms: epoch milliseconds, UTC."""

    moderator: int
    day: date
    start_ms: int
    end_ms: int


def rostered(
    queue: Queue,
    shifts_a_week: float,
    hours: float,
    period: tuple[date, date],
    first_moderator: int,
) -> list[Shift]:
    """Return the shifts of a queue in order of start.

    Each slot has on average its share of the shifts of a week, times the staffing of its day;
    whole numbers come out by carrying the rest over to the next slot. Moderators take turns, and
    are so many that nobody has two shifts on a day, or more than four or five a week.

    Args:
        queue: whose slots they are.
        shifts_a_week: how many, on average.
        hours: how long each is.
        period: its first day, and the first day after it.
        first_moderator: the number of the first moderator of the team.
    """
    weight = sum(5 * weekday + 2 * weekend for _, weekday, weekend in queue.slots)
    planned: list[tuple[date, int]] = []
    carried = 0.5
    for day in _days(period):
        staffing = _staffing(day, period) if queue.is_staffed_by_season else 1.0
        for hour, weekday, weekend in queue.slots:
            share = (weekend if day.weekday() >= 5 else weekday) / weight
            carried += shifts_a_week * share * staffing
            planned += [(day, hour)] * math.floor(carried)
            carried -= math.floor(carried)
    most_a_day = max(Counter(day for day, _ in planned).values(), default=0)
    weeks = (period[1] - period[0]).days / 7
    team = max(4, most_a_day + 1, math.ceil(len(planned) / weeks / SHIFTS_A_WEEK_EACH))
    return [
        Shift(
            first_moderator + turn % team,
            day,
            start := epoch_ms(day) + hour * HOUR_MS,
            start + round(hours * HOUR_MS),
        )
        for turn, (day, hour) in enumerate(planned)
    ]


def epoch_ms(day: date) -> int:
    """Return the first instant of a day in epoch milliseconds, UTC."""
    return (day - date(1970, 1, 1)).days * 24 * HOUR_MS


def _staffing(day: date, period: tuple[date, date]) -> float:
    """Return how many people are there against the plan's mean: growth, season, and the stories.

    Growth and season are those of the signals (sql/setup/macros.sql).
    """
    growth = (1 + 0.25 * ((day - period[0]) / (period[1] - period[0]))) / 1.125
    season = 1 + 0.1 * math.cos(2 * math.pi * (day.timetuple().tm_yday - 15) / 365)
    story = next((factor for since, before, factor in STAFFING if since <= day < before), 1.0)
    return growth * season * story


def _days(period: tuple[date, date]) -> Iterator[date]:
    return (period[0] + timedelta(days=n) for n in range((period[1] - period[0]).days))
