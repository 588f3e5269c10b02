"""Edges of the rules that second versions brought."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, timedelta

from .hostile_edges import NUDGES, Edge, action, case, event

SECOND, MICROSECOND = timedelta(seconds=1), timedelta(microseconds=1)
MONTH = timedelta(days=30)


def _violation(name: str, occurred: datetime, decided: datetime, **cells: str) -> Iterator[Edge]:
    """A case with a decision that confirms it."""
    yield case(name, decided, occurred_at=occurred, **cells)
    yield (
        "decisions",
        {"decision_id": name, "case_id": name, "decided_at": decided, "outcome": "violation"},
    )


def _appeals(rng: random.Random, as_of: datetime) -> Iterator[Edge]:
    """Appeals filed about 30 days after the decision, and one before it."""
    decided = as_of - timedelta(days=31, hours=rng.randrange(3))
    afters = (-SECOND, MONTH - SECOND, MONTH, MONTH + SECOND - MICROSECOND, MONTH + SECOND)
    for i, after in enumerate(afters):
        yield from _violation(f"ap{i}", decided, decided, surface=f"appealed {i}")
        yield action(f"ap{i}", f"ap{i}", decided, decision_id=f"ap{i}")
        yield (
            "appeals",
            {"appeal_id": f"ap{i}", "decision_id": f"ap{i}", "filed_at": decided + after},
        )
    late = {"decision_id": "ap0", "filed_at": decided + MONTH + timedelta(hours=9)}
    yield "appeals", {"appeal_id": "ap-late"} | late


def _suspensions(rng: random.Random, as_of: datetime) -> Iterator[Edge]:
    """Suspensions that ended before, at or after as_of or run on, and what came back when."""
    acted = as_of - timedelta(days=50)
    kinds = ("account_suspended", "service_suspended", "interaction_restricted")
    ends = (None, as_of + MICROSECOND, as_of, as_of - MICROSECOND, as_of - timedelta(days=7))
    for i, ended in enumerate((*ends, acted, *(acted + timedelta(days=9),) * 3)):
        account = f"suspended {i}"
        yield case(f"su{i}", acted, surface=account)
        cells = {"subject_account_id": account, "action_type": rng.choice(kinds)}
        yield action(f"su{i}", f"su{i}", acted, ended_at=ended, **cells)
        back = (ended or as_of) + timedelta(days=rng.choice((0, 0, 7, 30))) + rng.choice(NUDGES)
        yield from _violation(f"sb{i}", back, acted, subject_account_id=account)


def _suspended_again(rng: random.Random, as_of: datetime) -> Iterator[Edge]:
    """One account suspended several times: the ends come in another order, some in one instant."""
    acted = as_of - timedelta(days=40)
    ends = [acted + timedelta(days=days) for days in (3, 3, 6, 9)]
    rng.shuffle(ends)
    for i, (name, ended) in enumerate(zip("aBzé", ends, strict=True)):
        yield case(f"sm{i}", acted, surface=f"suspension {i}")
        cells = {"subject_account_id": "often", "action_type": "account_suspended"}
        start = acted + timedelta(hours=i)
        yield action(f"sm {name}", f"sm{i}", start, ended_at=ended, **cells)
    yield from _violation(
        "sm-back", ends[0] + rng.choice(NUDGES), acted, subject_account_id="often"
    )


def _flat(rng: random.Random, as_of: datetime) -> Iterator[Edge]:
    """Curves that stay at exactly 1/2 or 1/10: to the next event, a tie, or the end of the data."""
    opened = as_of - timedelta(hours=90)
    for size in (2, 4, 10):
        waiting = rng.choice((0, size // 2, size // 10))
        for i in range(size):
            name, surface = f"fl{size}-{i}", f"flat {size}"
            yield case(name, opened, surface=surface)
            if i >= waiting:
                done = opened + timedelta(seconds=3601 * rng.choice((i, i // 2, i + 1)))
                yield action(name, name, done)
                yield event(name, name, "closed", done)


def _incidents(rng: random.Random, as_of: datetime) -> Iterator[Edge]:
    """Two or four incidents of one severity, half of them contained."""
    declared = as_of - timedelta(days=100)
    for i in range(rng.choice((2, 4))):
        contained = declared + timedelta(seconds=60 * i + 61) if i % 2 == 0 else None
        cells = {"declared_at": declared, "contained_at": contained, "resolved_at": None}
        yield "incidents", {"incident_id": f"fl{i}", "severity": "sev2"} | cells


def _surveys(rng: random.Random, as_of: datetime) -> Iterator[Edge]:
    """Groups of one, two and three scores, some all alike."""
    for n in (1, 2, 3):
        for i in range(n):
            score = rng.choice((1, 5)) if n < 3 else 4
            cells = {"submitted_at": as_of, "stakeholder_group": f"of {n}", "score": score}
            yield "stakeholder_surveys", {"response_id": f"of {n} {i}"} | cells


def _lists(rng: random.Random, as_of: datetime) -> Iterator[Edge]:
    """Violations of a month of their own, of which one list, or both, holds all; or all but one."""
    signal = as_of - timedelta(days=130)
    alone = rng.choice(("", "d", "r", "dr"))
    for i in range(4):
        yield from _violation(f"li{i}", signal, signal)
        cells = {"case_id": f"li{i}"}
        if i or "d" not in alone:
            yield "detections", {"detection_id": f"li{i}", "detected_at": signal} | cells
        if i != 1 or "r" not in alone:
            reported = {"report_id": f"li{i}", "reported_at": signal, "reporter_type": "user"}
            yield "reports", reported | cells


GROUPS = (_appeals, _suspensions, _suspended_again, _flat, _incidents, _surveys, _lists)
