"""Random raw data of every awkward kind, small enough that everything collides with everything."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from typing import Any

from .contract import Raw, Table, load
from .hostile_breaches import spoil
from .hostile_clock import MICROSECOND, pick_as_of
from .hostile_edges import GROUPS, Edge
from .hostile_files import write
from .hostile_measured import hollow
from .hostile_rows import Maker
from .hostile_second import GROUPS as SECOND_GROUPS
from .periods import midnight

__all__ = ["generate", "pick_as_of", "write"]

# How many rows of each table a dataset has, as a share of its size; first what others point to.
SHARES = {
    "accounts": 0.25,
    "surfaces": 0.13,
    "incidents": 0.25,
    "experiments": 0.13,
    "cases": 1.0,
    "decisions": 1.3,
    "enforcement_actions": 0.9,
    "appeals": 0.9,
    "reports": 1.8,
    "detections": 1.0,
    "case_events": 1.5,
    "qa_reviews": 0.7,
    "active_accounts": 1.8,
    "activity_daily": 0.7,
    "prevalence_strata": 0.7,
    "prevalence_labels": 2.5,
    "calibration_ratings": 1.3,
    "moderator_shifts": 0.6,
    "experiment_units": 1.0,
    "postmortem_actions": 0.5,
    "surface_monitors": 0.3,
    "dataset_loads": 0.5,
    "tool_outages": 0.5,
    "tool_services": 0.13,
    "stakeholder_surveys": 0.5,
    "account_identifiers": 0.3,
    "authority_orders": 0.2,
    "not_measured": 0.1,
}


def _moment(event: date | datetime) -> datetime:
    """A timestamp, or the first instant of a date."""
    return event if isinstance(event, datetime) else midnight(event)


def _ingested(maker: Maker, event: date | datetime) -> datetime:
    """Mostly soon after the event and before as_of; sometimes at as_of or after it."""
    rng, as_of = maker.rng, maker.as_of
    moment = _moment(event)
    dice = rng.random()
    if dice < 0.04:
        return as_of
    if dice < 0.09:
        return as_of + rng.choice((MICROSECOND, timedelta(days=1), timedelta(hours=5)))
    lag = timedelta(seconds=rng.randrange(100_000))
    return moment + lag if moment + lag <= as_of else as_of - timedelta(seconds=rng.randrange(9999))


def _changed(rng: random.Random, table: Table, row: dict[str, Any], fresh: dict[str, Any]) -> str:
    """Change one or all columns of a row that are not its key into a fresh row's; which one."""
    free = [c.name for c in table.columns if c.name in fresh and c.name not in table.key]
    name = rng.choice(free)
    column = next(c for c in table.columns if c.name == name)
    row[name] = fresh[name]
    if column.nullable and rng.random() < 0.4:
        row[name] = None
    elif column.type == "string" and column.enum is None and row[name] is not None:
        row[name] = rng.choice((row[name], str(row[name]).upper(), f"{row[name]}é"))
    return name


def _versions(maker: Maker, table: Table, row: dict[str, Any]) -> list[dict[str, Any]]:
    """A row, and now and then its corrections, duplicates, ties and tombstones."""
    rng, found = maker.rng, [row]
    fresh = maker.makers[table.name](0)
    dice = rng.random()
    if dice < 0.12:
        other = dict(row)
        _changed(rng, table, other, fresh)
        other["ingested_at"] = row["ingested_at"] + timedelta(seconds=rng.choice((1, 3600, -5)))
        found.append(other)
    elif dice < 0.24:
        other = dict(row)
        _changed(rng, table, other, fresh)
        found.append(other)
    elif dice < 0.27:
        found.append(dict(row))
    elif dice < 0.33:
        gone = {name: row[name] for name in (*table.key, "ingested_at")}
        later = rng.choice((timedelta(0), timedelta(seconds=9), timedelta(days=3)))
        gone["ingested_at"] += later
        keep = row if rng.random() < 0.5 else {}
        found.append({c.name: keep.get(c.name) for c in table.columns} | gone)
        found[-1]["is_deleted"] = True
    return found


def _breach(maker: Maker, table: Table, rows: list[dict[str, Any]]) -> None:
    """Break the contract in one cell of a copy of some rows, under the same or another key."""
    for row in list(rows):
        if maker.rng.random() < 0.07:
            broken = dict(row)
            spoil(maker.rng, table, broken)
            rows.append(broken)
            if maker.rng.random() < 0.5:
                rows.remove(row)


def _table(maker: Maker, table: Table, size: int) -> list[dict[str, Any]]:
    """The rows of one table."""
    rng, rows = maker.rng, []
    for i in range(size):
        row = maker.makers[table.name](i)
        row["ingested_at"] = _ingested(maker, row[table.event])
        row["is_deleted"] = rng.choice((None, None, False))
        rows += _versions(maker, table, row)
    if rng.random() < 0.7:
        _breach(maker, table, rows)
    rng.shuffle(rows)
    return rows


def _edges(rng: random.Random, as_of: datetime) -> list[Edge]:
    """The rows of some of the edges, as (table, cells)."""
    found: list[Edge] = []
    for group in (*GROUPS, *SECOND_GROUPS):
        if rng.random() < 0.7:
            found += group(rng, as_of)
    return found


def generate(seed: int, scale: int = 1) -> Raw:
    """A dataset of some hundreds of rows; some tables are empty, of one row or missing."""
    maker = Maker(seed, scale)
    contract, raw = load(), {}
    for name, share in SHARES.items():
        size = max(1, round(maker.n * share))
        dice = maker.rng.random()
        core = name in ("cases", "decisions") and seed % 19 != 18
        if dice < 0.03 and not core:
            continue
        if dice < 0.06 and not core:
            size = maker.rng.choice((0, 1))
        raw[name] = _table(maker, contract[name], size)
    for name, row in _edges(maker.rng, maker.as_of):
        if name in raw:
            fresh = maker.makers[name](0) | {"is_deleted": None} | row
            ingested = min(_moment(fresh[contract[name].event]), maker.as_of)
            raw[name].append(fresh | {"ingested_at": ingested})
    hollow(maker.rng, raw, maker.as_of)
    return raw
