"""The parts of what a number differs by, as the mart `restatements` has them, for people."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from itertools import pairwise
from typing import Any

from trustmetrics.ledger.numbers import is_same
from trustmetrics.register.units import PERCENT

# In the order in which they are taken into account: each is the step that it ends with.
PARTS = {
    "not reproduced": "value_then",
    "late data": "value_with_late_data",
    "correction": "value_with_corrections",
    "deletion": "value_with_deletions",
    "late decision or appeal": "value_with_later_events",
    "definition": "known_value",
}


def parts_of(row: Mapping[str, Any]) -> dict[str, Decimal]:
    """Return the parts of a difference that are not 0, by name.

    Args:
        row: as restated.COLUMNS. A step without a value takes that of the step before; without a
            value at either end there is no difference, and there are no parts.
    """
    if row["said_value"] is None or row["known_value"] is None:
        return {}
    steps = [row["said_value"]]
    for name in PARTS.values():
        steps.append(steps[-1] if row[name] is None else row[name])
    parts = zip(PARTS, (after - before for before, after in pairwise(steps)), strict=True)
    return {name: part for name, part in parts if part}


def is_restated(row: Mapping[str, Any]) -> bool:
    """Whether a number is another one now, in the last digit that was published."""
    said, known = (_double(row[name]) for name in ("said_value", "known_value"))
    return not is_same(said, known, row["decimals"])


def signed(part: Decimal, decimals: int | None, value_format: str) -> str:
    """Return a part with its sign, one digit finer than the number was published.

    Args:
        part: in the metric's unit.
        decimals: as in PublishedNumber.
        value_format: as in register.units; shares become percentage points.
    """
    places = 3 if decimals is None else max(decimals + 1, 0)
    if value_format == PERCENT:
        return f"{100 * part:+,.{max(places - 2, 0)}f} pt"
    return f"{part:+,.{places}f}"


def _double(value: Decimal | None) -> float | None:
    return None if value is None else float(value)
