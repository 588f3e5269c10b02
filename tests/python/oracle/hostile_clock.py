"""When the things of a hostile dataset happen."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta

from .periods import GRAINS, midnight, period_end, period_start

MICROSECOND = timedelta(microseconds=1)

WINDOWS = (
    (date(2026, 2, 20), 75),  # over the day on which a policy code changes its harm type
    (date(2024, 12, 10), 70),  # 2024-12-30 is in week 1 of 2025
    (date(2026, 11, 15), 80),  # 2026-12-31 is in week 53
    (date(2019, 12, 18), 65),  # the day on which the taxonomy begins
)
TURNS = ((12, 29), (12, 30), (12, 31), (3, 31))


class Clock:
    """Moments of a dataset: some at random, many where the rules have an edge."""

    def __init__(self, rng: random.Random, start: date, days: int, as_of: datetime) -> None:
        self.rng, self.start, self.days, self.as_of = rng, start, days, as_of
        self.used: list[datetime] = []
        inside = [start + timedelta(days=i) for i in range(days)]
        turns = [d for d in inside if d.day == 1 or (d.month, d.day) in TURNS]
        self.busy = rng.sample(inside, 5) + rng.sample(turns, min(3, len(turns)))

    def moment(self) -> datetime:
        """A timestamp in the window, or at an edge."""
        found = self._moment()
        self.used.append(found)
        return found

    def _moment(self) -> datetime:
        rng = self.rng
        dice = rng.random()
        day = self.start + timedelta(days=rng.randrange(self.days))
        if rng.random() < 0.7:
            day = rng.choice(self.busy)
        base = midnight(day) + timedelta(seconds=rng.randrange(86400))
        if dice < 0.55:
            return base
        if dice < 0.65:
            return base + timedelta(microseconds=rng.randrange(1_000_000))
        if dice < 0.73:
            return midnight(base.date())
        if dice < 0.80:
            edge = period_end(rng.choice(GRAINS), period_start(rng.choice(GRAINS), base))
            return edge + rng.choice((-1, 0, 1)) * MICROSECOND
        if dice < 0.85:
            shift = rng.choice((timedelta(0), MICROSECOND, -MICROSECOND, timedelta(seconds=1)))
            return self.as_of + shift
        if self.used and dice < 0.97:
            same = rng.choice(self.used)
            return same + rng.choice((0, 0, 1, 400_000, -300_000)) * MICROSECOND
        return self.as_of + timedelta(seconds=rng.randrange(5 * 86400))

    def later(self, than: datetime, hours: float = 30) -> datetime:
        """Usually somewhat later than a moment; sometimes equal, exact or before it."""
        rng = self.rng
        dice = rng.random()
        if dice < 0.08:
            return than
        if dice < 0.20:
            exact = rng.choice((1, 8, 24, 72, 7 * 24, 30 * 24))
            return than + timedelta(hours=exact) + rng.choice((0, 0, 1, -1, 10**6)) * MICROSECOND
        if dice < 0.26:
            return than - timedelta(seconds=rng.randrange(1, 20_000))
        if dice < 0.32:
            return self.moment()
        return than + timedelta(seconds=int(rng.expovariate(1 / (hours * 3600))))

    def day(self) -> date:
        """A day in the window or at an edge of it."""
        return self.moment().date()


def plan(seed: int) -> tuple[date, int, datetime]:
    """The window of a seed, and the as_of that its data have edges at."""
    rng = random.Random(f"plan {seed}")
    start, days = WINDOWS[seed % len(WINDOWS)]
    day = start + timedelta(days=int(days * (rng.uniform(0.6, 1) if seed % 13 != 12 else 0.1)))
    choices = (
        midnight(day),
        midnight(period_start("week", day)),
        midnight(period_start("month", day)),
        midnight(day) + timedelta(seconds=rng.randrange(86400)),
        midnight(day) + timedelta(microseconds=rng.randrange(86_400_000_000)),
        midnight(day) - MICROSECOND,
    )
    return start, days, rng.choice(choices)


def pick_as_of(seed: int) -> datetime | None:
    """The as_of to build a seed's data with; None, the default, for every fourth."""
    return None if seed % 4 == 3 else plan(seed)[2]
