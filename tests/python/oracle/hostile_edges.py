"""Rows that stand exactly on an edge which chance alone would hardly find."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

Edge = tuple[str, dict[str, Any]]
Group = Callable[[random.Random, datetime], Iterator[Edge]]
SLA_HOURS = {"critical": 1, "high": 8, "medium": 24, "low": 72}
NUDGES = (
    timedelta(0),
    timedelta(0),
    timedelta(microseconds=999_999),
    timedelta(seconds=1),
    timedelta(microseconds=-1),
)


def case(name: str, opened: datetime, **cells: Any) -> Edge:
    """A case, by default critical, in the standard queue and without occurred_at."""
    plain = {"severity": "critical", "queue": "standard", "occurred_at": None}
    return "cases", plain | {"case_id": name, "opened_at": opened} | cells


def event(name: str, case: str, kind: str, moment: datetime) -> Edge:
    """A case event, for an error."""
    return "case_events", {
        "case_event_id": name,
        "case_id": case,
        "event_type": kind,
        "occurred_at": moment,
        "reason": "error",
    }


def action(name: str, case: str, moment: datetime, **cells: Any) -> Edge:
    """An enforcement action that ends no account."""
    plain = {"action_type": "warning", "ended_at": None, "decision_id": None}
    return "enforcement_actions", plain | {
        "action_id": name,
        "case_id": case,
        "actioned_at": moment,
        **cells,
    }


def _cohort(rng: random.Random, as_of: datetime) -> Iterator[Edge]:
    """A group whose survival curve passes exactly through 1/2 and 1/10, some censored in a tie."""
    size = rng.choice((2, 4, 10, 20))
    opened = as_of - timedelta(hours=30)
    for i in range(size):
        done = opened + timedelta(hours=i + 1)
        yield case(f"k{i}", opened, surface="cohort")
        yield action(f"k{i}", f"k{i}", done)
        yield event(f"k{i}", f"k{i}", "closed", done)
    if rng.random() < 0.5:
        yield case("k-open", as_of - timedelta(hours=rng.randint(1, size)), surface="cohort")


def _sla(rng: random.Random, as_of: datetime) -> Iterator[Edge]:
    """Cases actioned exactly at their SLA, and cases whose SLA ends exactly at as_of."""
    for severity, hours in SLA_HOURS.items():
        opened = as_of - timedelta(days=rng.randint(4, 9))
        late = opened + timedelta(hours=hours) + rng.choice(NUDGES)
        yield case(f"sla-{severity}", opened, severity=severity)
        yield action(f"sla-{severity}", f"sla-{severity}", late)
        ending = as_of - timedelta(hours=hours) - rng.choice(NUDGES)
        yield case(f"sla-{severity}-now", ending, severity=severity, surface="sla")


def _rework(rng: random.Random, as_of: datetime) -> Iterator[Edge]:
    """Cases reopened in the instant of their closing, and exactly 30 days after it."""
    closed = as_of - timedelta(days=31, hours=rng.randrange(48))
    for i, after in enumerate((timedelta(0), timedelta(days=30), timedelta(days=30))):
        again = closed + after + (rng.choice(NUDGES) if i else timedelta(0))
        yield case(f"w{i}", closed - timedelta(hours=1), queue=f"rework {i}")
        yield event(f"w{i}a", f"w{i}", "closed", closed)
        yield event(f"w{i}b", f"w{i}", rng.choice(("reopened", "retriaged")), again)


def _recurrence(rng: random.Random, as_of: datetime) -> Iterator[Edge]:
    """Accounts that violate again at once or exactly at a limit; and ones followed exactly so."""
    for i, days in enumerate((0, 7, 30)):
        acted = as_of - timedelta(days=31, hours=5)
        again = acted + timedelta(days=days) + (rng.choice(NUDGES) if days else timedelta(0))
        account = f"again {days}"
        yield case(f"x{i}", acted, surface=account)
        yield action(f"x{i}", f"x{i}", acted, subject_account_id=account)
        yield case(f"y{i}", acted, occurred_at=again, subject_account_id=account)
        decided = {"case_id": f"y{i}", "outcome": "violation"}
        yield "decisions", decided | {"decision_id": f"y{i}", "decided_at": as_of}
    for days in (7, 30):
        acted = as_of - timedelta(days=days) - rng.choice(NUDGES)
        yield case(f"z{days}", acted, surface=f"followed {days}")
        yield action(f"z{days}", f"z{days}", acted, subject_account_id=f"followed {days}")


def _tied_actions(rng: random.Random, as_of: datetime) -> Iterator[Edge]:
    """Two first actions on an account in one instant: the lesser id gives the slices."""
    acted = as_of - timedelta(days=2)
    for name in rng.sample(("t", "T", "é"), 2):
        yield case(f"tied {name}", acted, surface=f"tied {name}")
        yield action(f"tied {name}", f"tied {name}", acted, subject_account_id="tied")


def _outages(rng: random.Random, as_of: datetime) -> Iterator[Edge]:
    """Outages that touch or overlap within a second, one over midnight, one not ended."""
    service = "edge"
    start = datetime(as_of.year, as_of.month, as_of.day) - timedelta(days=2)
    since = {"critical": True, "in_service_from": start.date()}
    yield "tool_services", {"service": service} | since
    spans = [(3600.0, 3601.5), (3601.5, 3603.0), (7200.25, 7202.0), (7201.0, 7203.75)]
    spans += [(9000.6, 9001.4), (86_390.5, 86_402.5), (-50.0, 1.25)]
    for i, (begun, ended) in enumerate(spans):
        down = [start + timedelta(seconds=s) for s in (begun, ended)]
        cells = {"started_at": down[0], "ended_at": down[1], "planned": False}
        yield "tool_outages", {"outage_id": f"edge{i}", "service": service} | cells
    last = {"started_at": as_of - timedelta(seconds=90.5), "ended_at": None, "planned": False}
    if rng.random() < 0.5:
        yield "tool_outages", {"outage_id": "edge", "service": service} | last


GROUPS: tuple[Group, ...] = (_cohort, _sla, _rework, _recurrence, _tied_actions, _outages)
