"""A queue that people on shift serve: whoever is free takes the most urgent case at once.

Nobody is idle while a case waits, and nobody drops a case once it is begun.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Sequence


def serve(
    arrivals: Sequence[int],
    deadlines: Sequence[int],
    durations: Sequence[int],
    shifts: Sequence[tuple[int, int]],
    slow: tuple[int, int, float] = (0, 0, 1.0),
) -> tuple[list[int], list[int], list[int]]:
    """Return for each case when it is begun, when it is done, and in which shift.

    Times are whole numbers of one unit. A case that nobody gets to has -1 in all three.

    Args:
        arrivals: when each case comes, in ascending order.
        deadlines: the case with the earliest goes first; of equal ones the one that came first.
        durations: how long each case takes.
        shifts: start and end of each, in order of start. A case that is begun is finished.
        slow: from, before, factor: cases begun in that span take so many times as long.
    """
    begun, done, taken = [-1] * len(arrivals), [-1] * len(arrivals), [-1] * len(arrivals)
    free = [(start, place) for place, (start, _) in enumerate(shifts)]  # ascending: a heap
    idle: deque[int] = deque()
    waiting: list[tuple[int, int]] = []

    def take(case: int, shift: int, now: int) -> None:
        length = durations[case]
        if slow[0] <= now < slow[1]:
            length = round(length * slow[2])
        begun[case], done[case], taken[case] = now, now + length, shift
        heapq.heappush(free, (now + length, shift))

    def until(moment: float) -> None:
        while free and free[0][0] <= moment:
            now, shift = heapq.heappop(free)
            if now >= shifts[shift][1]:
                continue
            if waiting:
                take(heapq.heappop(waiting)[1], shift, now)
            else:
                idle.append(shift)

    for case, now in enumerate(arrivals):
        until(now)
        while idle and shifts[idle[0]][1] <= now:
            idle.popleft()
        if idle:
            take(case, idle.popleft(), now)
        else:
            heapq.heappush(waiting, (deadlines[case], case))
    until(float("inf"))
    return begun, done, taken
