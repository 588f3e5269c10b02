"""Ledgers made for the tests."""

from __future__ import annotations

import sqlite3
from datetime import date, datetime
from pathlib import Path

from trustmetrics.ledger.definitions import Definitions
from trustmetrics.ledger.numbers import Publication, PublishedNumber
from trustmetrics.ledger.publish import publish

AS_OF = datetime(2026, 6, 2, 10, 3)
DEFINITIONS = Definitions("a" * 40, False, {("appeal_rate", 2): "f" * 32})


def number(metric: str = "appeal_rate", value: float | None = 0.0601, **more) -> PublishedNumber:
    """A number of a month."""
    given = {
        "metric_version": 2,
        "slice": "overall",
        "slice_value": "all",
        "period_grain": "month",
        "period_start": date(2026, 5, 1),
        "shown": "6.0 %",
        "decimals": 3,
    }
    return PublishedNumber(metric=metric, value=value, **(given | more))


def published(ledger: Path, count: int = 3, kind: str = "monthly") -> Publication:
    """Publish a report of so many numbers."""
    numbers = [number(slice="surface", slice_value=f"s{place}") for place in range(count)]
    return publish(ledger, kind, "2026-05", "May", numbers, AS_OF, DEFINITIONS)


def tamper(ledger: Path, *statements: str) -> None:
    """Change a ledger behind its back: without the triggers, which are put back."""
    with sqlite3.connect(ledger) as connection:
        found = connection.execute("select name, sql from sqlite_master where type = 'trigger'")
        triggers = found.fetchall()
        for name, _ in triggers:
            connection.execute(f"drop trigger {name}")
        for statement in statements:
            connection.execute(statement)
        for _, sql in triggers:
            connection.execute(sql)
    connection.close()
