"""Small data by hand: rows that are valid but for what a test says of them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from .cases import World, world
from .contract import Raw, load
from .evaluate import evaluate, project_seeds
from .rows import KpiRow

AS_OF = datetime(2026, 6, 1)
MONDAY = datetime(2026, 3, 2)
SEEDS = project_seeds()
PLAIN = {
    "string": "x",
    "integer": 1,
    "double": 0.5,
    "boolean": False,
    "date": MONDAY.date(),
    "timestamp": MONDAY,
}


def row(table: str, **cells: Any) -> dict[str, Any]:
    """A valid row: plain values wherever the contract asks for one, and the given cells."""
    values: dict[str, Any] = {"period_grain": "day"} if table == "active_accounts" else {}
    for column in load()[table].columns:
        if not column.nullable:
            plain = column.enum[0] if column.enum else PLAIN[column.type]
            values.setdefault(column.name, plain)
    return values | cells


def seen(raw: Raw, as_of: datetime | None = AS_OF) -> World:
    """What exists at as_of."""
    found = world(raw, as_of, SEEDS)
    assert found is not None
    return found


def kpi(
    raw: Raw,
    metric: str,
    grain: str,
    where: str = "all",
    as_of: datetime = AS_OF,
    version: int = 1,
) -> list[KpiRow]:
    """The rows of a metric's version at one grain with one slice value."""
    names = ("metric", "metric_version", "period_grain", "slice_value")
    asked = (metric, version, grain, where)
    return [
        found
        for found in evaluate(raw, as_of, SEEDS)
        if tuple(found[name] for name in names) == asked
    ]


def numbers(rows: list[KpiRow]) -> list[tuple]:
    """Start, numerator, denominator and value of each row."""
    names = ("period_start", "numerator", "denominator", "value")
    return sorted(tuple(found[name] for name in names) for found in rows)


def at(day: int, hour: int = 0, second: int = 0) -> datetime:
    """A moment in March 2026."""
    return datetime(2026, 3, day, hour, 0, second)


def violation(name: str, **cells: Any) -> Raw:
    """A case with a decision that confirms it."""
    return {
        "cases": [row("cases", case_id=name, **cells)],
        "decisions": [row("decisions", decision_id=f"d-{name}", case_id=name, decided_at=at(4))],
    }


def together(*parts: Raw) -> Raw:
    """Several datasets as one."""
    names = {name for part in parts for name in part}
    return {name: [found for part in parts for found in part.get(name, [])] for name in names}
