"""From raw rows to the entities that exist at as_of."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from .contract import Row, Table, breaches, load, read_row
from .periods import day_of

Entity = dict[str, Any]


def valid_rows(raw: Mapping[str, Sequence[Row]]) -> dict[str, list[Entity]]:
    """The rows of each table that keep the contract, their cells read."""
    return {
        name: [read_row(table, row) for row in raw.get(name, []) if not breaches(table, row)]
        for name, table in load().items()
    }


def default_as_of(valid: Mapping[str, Sequence[Row]]) -> datetime | None:
    """The greatest ingested_at of the valid rows of all tables; None where there is no row."""
    return max((row["ingested_at"] for rows in valid.values() for row in rows), default=None)


def _rank(value: Any) -> tuple[int, Any]:
    """The order in a tie: NULL lowest, false before true, strings by bytes, NaN greatest."""
    if value is None:
        return (0, 0)
    if isinstance(value, str):
        return (1, value.encode())
    if isinstance(value, float) and math.isnan(value):
        return (2, 0)
    return (1, value)


def newest(table: Table, rows: Iterable[Entity]) -> Entity:
    """Of the versions of one key the last ingested; of equals the greatest, column by column."""
    names = [column.name for column in table.columns if column.name != "is_deleted"]
    return max(
        rows,
        key=lambda row: (
            row["ingested_at"],
            [_rank(row[name]) for name in names],
            _rank(row["is_deleted"]),
        ),
    )


def lies_after(moment: date | datetime, as_of: datetime) -> bool:
    """A timestamp lies after as_of, a date after as_of's date."""
    return moment > as_of if isinstance(moment, datetime) else moment > day_of(as_of)


def _as_seen(table: Table, entity: Entity, as_of: datetime) -> Entity:
    """The entity with the open-ended columns that lie after as_of set to NULL.

    An appeal whose resolution lies after as_of has no outcome yet either.
    """
    seen = dict(entity)
    for name in table.open_until:
        if seen[name] is not None and lies_after(seen[name], as_of):
            seen[name] = None
            if (table.name, name) == ("appeals", "resolved_at"):
                seen["outcome"] = None
    return seen


def entities(table: Table, valid: Iterable[Entity], as_of: datetime) -> list[Entity]:
    """The entities of one table that exist at as_of.

    Only rows ingested up to as_of are visible. Where the newest visible version is deleted or
    takes place after as_of there is no entity, whatever the older versions say.
    """
    versions: dict[tuple[Any, ...], list[Entity]] = {}
    for row in valid:
        if row["ingested_at"] <= as_of:
            versions.setdefault(tuple(row[name] for name in table.key), []).append(row)
    chosen = [newest(table, rows) for rows in versions.values()]
    return [
        _as_seen(table, row, as_of)
        for row in chosen
        if row["is_deleted"] is not True and not lies_after(row[table.event], as_of)
    ]
