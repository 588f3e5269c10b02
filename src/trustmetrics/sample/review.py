"""The queues: every case that a person decides waits for a moderator on shift.

The most urgent case goes first: the one whose deadline, its opening and its severity's SLA, comes
earliest. Nobody is idle while a case waits, and nobody drops a case once it is begun.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Sequence
from datetime import date

import duckdb
import numpy as np

from trustmetrics.sample.roster import (
    FEWEST_SHIFTS_A_WEEK,
    HOUR_MS,
    LONGEST_UNIT_MS,
    MINUTE_MS,
    MINUTES_PER_UNIT,
    ON_CALL_HOURS,
    ON_CALL_MINUTES_PER_UNIT,
    ON_CALL_SLOTS,
    ON_CALL_UTILISATION,
    SHARE_AT_QUEUE,
    SHIFT_HOURS,
    SHORTAGE,
    STANDARD_SLOTS,
    UTILISATION,
    Shift,
    rostered,
)
from trustmetrics.sample.sizes import PERIOD_DAYS, PERIOD_END, PERIOD_START, SHIFTS_SHARE

WEEKS = PERIOD_DAYS / 7


def review(connection: duckdb.DuckDBPyConnection, size: int) -> None:
    """Create the tables case_reviews (i, assigned_ms, decided_ms, moderator) and shifts.

    Reads case_routes. Sets the variables n_seniors and n_moderators.
    """
    on_call, waiting = _waiting(connection, "escalation"), _waiting(connection, "standard")
    rows = SHIFTS_SHARE * size
    need = on_call["work"].sum() * ON_CALL_MINUTES_PER_UNIT / 60 / ON_CALL_UTILISATION / WEEKS
    a_week = min(max(14.0, need / (ON_CALL_HOURS * SHARE_AT_QUEUE)), 0.4 * rows / WEEKS)
    seniors = rostered(
        "escalation", ON_CALL_SLOTS, ON_CALL_HOURS, a_week, PERIOD_START, PERIOD_END, 0
    )
    n_seniors = 1 + max(shift.moderator for shift in seniors)

    need = waiting["work"].sum() * MINUTES_PER_UNIT / 60 / UTILISATION / WEEKS
    a_week = max(FEWEST_SHIFTS_A_WEEK, need / (SHIFT_HOURS * SHARE_AT_QUEUE))
    a_week = min(a_week, 0.6 * rows / WEEKS)
    hours = min(24.0, SHIFT_HOURS * max(1.0, FEWEST_SHIFTS_A_WEEK / a_week))
    team = rostered("standard", STANDARD_SLOTS, hours, a_week, PERIOD_START, PERIOD_END, n_seniors)
    n_moderators = 1 + max(shift.moderator for shift in team)

    pace = UTILISATION * len(team) * hours * HOUR_MS / max(1.0, waiting["work"].sum())
    usual = min(pace, LONGEST_UNIT_MS)
    slow = (_ms(SHORTAGE[0]), _ms(SHORTAGE[1]), pace / usual)
    served = [
        _serve(on_call, seniors, ON_CALL_MINUTES_PER_UNIT * MINUTE_MS, (0, 0, 1.0)),
        _serve(waiting, team, usual, slow),
    ]
    case_reviews = {
        name: np.concatenate([part[name] for part in served])
        for name in ("i", "assigned_ms", "decided_ms", "moderator")
    }
    connection.register("served", case_reviews)
    connection.execute(
        "create table case_reviews as select * replace (nullif(decided_ms, -1) as decided_ms) "
        "from served order by i"
    )
    connection.unregister("served")
    shifts = [*seniors, *team]
    effort = {
        "escalation": on_call["work"].sum() * ON_CALL_MINUTES_PER_UNIT / 60 / ON_CALL_UTILISATION,
        "standard": waiting["work"].sum() * MINUTES_PER_UNIT / 60 / UTILISATION,
    }
    count = {"escalation": len(seniors), "standard": len(team)}
    planned = {
        "moderator": np.array([shift.moderator for shift in shifts]),
        "shift_date": np.array([(shift.day - PERIOD_START).days for shift in shifts]),
        "is_on_call": np.array([shift.queue == "escalation" for shift in shifts]),
        "mean_hours": np.array([effort[shift.queue] / count[shift.queue] for shift in shifts]),
    }
    connection.register("planned", planned)
    connection.execute(
        "create table shifts as select moderator, "
        f"date '{PERIOD_START}' + shift_date::integer as shift_date, "
        "case when is_on_call then 'escalation' else 'standard' end as queue, mean_hours, "
        "from planned"
    )
    connection.unregister("planned")
    connection.execute(f"set variable n_seniors = {n_seniors}::bigint")
    connection.execute(f"set variable n_moderators = {n_moderators}::bigint")


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


def _waiting(connection: duckdb.DuckDBPyConnection, queue: str) -> dict[str, np.ndarray]:
    """Return the cases of a queue in order of opening, as columns."""
    return connection.execute(
        """
        select
            i,
            opened_ms,
            opened_ms + 3600000 * case severity
                when 'critical' then 1 when 'high' then 8 when 'medium' then 24 else 72
            end as deadline_ms,
            work,
        from case_routes
        where queue = ?
        order by opened_ms, i
        """,
        [queue],
    ).fetchnumpy()


def _serve(
    cases: dict[str, np.ndarray], shifts: list[Shift], unit_ms: float, slow: tuple[int, int, float]
) -> dict[str, np.ndarray]:
    """Return the columns of case_reviews for the cases that somebody decides in the period."""
    begun, done, taken = serve(
        cases["opened_ms"].tolist(),
        cases["deadline_ms"].tolist(),
        np.rint(cases["work"] * unit_ms).astype(np.int64).tolist(),
        [(shift.start_ms, shift.end_ms) for shift in shifts],
        slow,
    )
    moderators = np.array([shift.moderator for shift in shifts])
    begun_at, done_at, taken_by = np.array(begun), np.array(done), np.array(taken)
    end = _ms(PERIOD_END)
    kept = (taken_by >= 0) & (begun_at < end)
    return {
        "i": cases["i"][kept],
        "assigned_ms": begun_at[kept],
        # A case that is begun but not decided by the end has no decision yet.
        "decided_ms": np.ma.masked_greater_equal(done_at[kept], end).filled(-1),
        "moderator": moderators[taken_by[kept]],
    }


def _ms(day: date) -> int:
    return (day - date(1970, 1, 1)).days * 24 * HOUR_MS
