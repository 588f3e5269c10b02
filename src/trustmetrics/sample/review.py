"""Lets every case that a person decides wait for a moderator on shift.

The most urgent case goes first: the one whose deadline, its opening and its severity's SLA, comes
earliest.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb
import numpy as np

from trustmetrics.sample.queue import serve
from trustmetrics.sample.roster import (
    HOUR_MS,
    ON_CALL,
    SHORTAGE,
    STANDARD,
    Queue,
    Shift,
    epoch_ms,
    rostered,
)
from trustmetrics.sample.sizes import PERIOD_DAYS, PERIOD_END, PERIOD_START, SHIFTS_SHARE

WEEKS = PERIOD_DAYS / 7
# A moderator of a small sample, in which there is not work enough for one, takes at most so long
# over a plain case; but for the weeks of the shortage, or it would not be felt.
LONGEST_UNIT_MS = 40 * 60_000

Columns = dict[str, np.ndarray]


@dataclass(frozen=True)
class Plan:
    """How a queue's work is spread over its shifts.

    Attributes:
        shifts: in order of start.
        unit_ms: how long a plain case takes by the clock.
        slowdown: times as long in the weeks of the shortage.
        mean_hours: hours at the queue in a shift.
    """

    shifts: list[Shift]
    unit_ms: float
    slowdown: float
    mean_hours: float


def review(connection: duckdb.DuckDBPyConnection, size: int) -> None:
    """Create the tables case_reviews (i, assigned_ms, decided_ms, moderator) and shifts.

    Reads case_routes. Sets the variable n_seniors.
    """
    reviews, shifts = [], []
    moderators = [0]
    for queue in (ON_CALL, STANDARD):
        cases = _waiting(connection, queue)
        plan = _planned(queue, float(cases["work"].sum()), size, moderators[-1])
        reviews.append(_reviewed(cases, plan))
        shifts.append(_shift_columns(queue, plan))
        moderators.append(1 + max(shift.moderator for shift in plan.shifts))
    _store(connection, "case_reviews", "* replace (nullif(decided_ms, -1) as decided_ms)", reviews)
    started = f"* replace (date '{PERIOD_START}' + shift_date::integer as shift_date)"
    _store(connection, "shifts", started, shifts)
    connection.execute(f"set variable n_seniors = {moderators[1]}::bigint")


def _planned(queue: Queue, work: float, size: int, first_moderator: int) -> Plan:
    """Return a plan for so many units of work: as many shifts as they need, and there is room for.

    Where a sample has room for fewer shifts than it takes to have somebody there all the time,
    shifts are longer.
    """
    hours_at_queue = work * queue.minutes_per_unit / 60 / queue.utilisation
    needed = hours_at_queue / WEEKS / (queue.shift_hours * queue.share_at_queue)
    room = queue.room * SHIFTS_SHARE * size / WEEKS
    a_week = min(max(queue.fewest_shifts, needed), room)
    hours = min(24.0, queue.shift_hours * max(1.0, queue.fewest_shifts / a_week))
    shifts = rostered(queue, a_week, hours, (PERIOD_START, PERIOD_END), first_moderator)
    mean_hours = hours_at_queue / len(shifts)
    if queue.drops_other_work:
        return Plan(shifts, queue.minutes_per_unit * 60_000, 1.0, mean_hours)
    pace = queue.utilisation * len(shifts) * hours * HOUR_MS / max(1.0, work)
    usual = min(pace, LONGEST_UNIT_MS)
    return Plan(shifts, usual, pace / usual, mean_hours)


def _waiting(connection: duckdb.DuckDBPyConnection, queue: Queue) -> Columns:
    """Return the cases of a queue in order of opening."""
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
        [queue.name],
    ).fetchnumpy()


def _reviewed(cases: Columns, plan: Plan) -> Columns:
    """Return the rows of case_reviews for the cases that somebody begins in the period."""
    begun, done, taken = serve(
        cases["opened_ms"].tolist(),
        cases["deadline_ms"].tolist(),
        np.rint(cases["work"] * plan.unit_ms).astype(np.int64).tolist(),
        [(shift.start_ms, shift.end_ms) for shift in plan.shifts],
        (epoch_ms(SHORTAGE[0]), epoch_ms(SHORTAGE[1]), plan.slowdown),
    )
    begun_at, done_at, taken_by = np.array(begun), np.array(done), np.array(taken)
    end = epoch_ms(PERIOD_END)
    kept = (taken_by >= 0) & (begun_at < end)
    moderators = np.array([shift.moderator for shift in plan.shifts])
    return {
        "i": cases["i"][kept],
        "assigned_ms": begun_at[kept],
        # -1: begun, but not decided by the end.
        "decided_ms": np.where(done_at[kept] < end, done_at[kept], -1),
        "moderator": moderators[taken_by[kept]],
    }


def _shift_columns(queue: Queue, plan: Plan) -> Columns:
    """Return the rows of shifts; shift_date in days from the period's first."""
    return {
        "moderator": np.array([shift.moderator for shift in plan.shifts]),
        "shift_date": np.array([(shift.day - PERIOD_START).days for shift in plan.shifts]),
        "queue": np.array([queue.name] * len(plan.shifts)),
        "mean_hours": np.full(len(plan.shifts), plan.mean_hours),
    }


def _store(
    connection: duckdb.DuckDBPyConnection, table: str, selected: str, parts: list[Columns]
) -> None:
    """Create a table of all parts, one below the other."""
    together = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    connection.register("together", together)
    connection.execute(f"create table {table} as select {selected} from together")
    connection.unregister("together")
