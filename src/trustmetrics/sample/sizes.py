"""How many rows of each kind a sample of a given size has."""

from __future__ import annotations

import math
from datetime import date, timedelta

PERIOD_START = date(2024, 5, 1)
PERIOD_END = date(2026, 7, 1)  # the first day after it
PERIOD_DAYS = (PERIOD_END - PERIOD_START).days

SMALLEST_SIZE = 1000

# The share of a sample's rows that goes to the tables with a row per day, until they cover the
# whole period.
CALENDAR_SHARE = 0.24
CALENDAR_ROWS_PER_DAY = 40
FIXED_ROWS = 150
RING_ACCOUNTS = 6
RING_CASES = 24


def history_start(size: int) -> date:
    """Return the first day of the day-by-day tables: the whole period from about 130,000 rows on.

    Smaller samples have a shorter history there, in whole months from one month on.
    """
    days = min(PERIOD_DAYS, round(size * CALENDAR_SHARE / CALENDAR_ROWS_PER_DAY))
    first = PERIOD_END - timedelta(days=max(1, days))
    if days < 30:
        return first
    middle_of_month = first + timedelta(days=15)
    return max(PERIOD_START, middle_of_month.replace(day=1))


def counts(size: int) -> dict[str, int]:
    """Return the numbers of entities in a sample of `size` rows; detections take the rest.

    Raises:
        ValueError: if size is below 1,000, where some tables would be empty.
    """
    if size < SMALLEST_SIZE:
        raise ValueError(f"the size of a sample must be at least {SMALLEST_SIZE}, not {size}")
    calendar_rows = CALENDAR_ROWS_PER_DAY * (PERIOD_END - history_start(size)).days
    entities = size - calendar_rows - FIXED_ROWS
    accounts = round(0.05 * entities)
    cases = round(0.09 * entities)
    shifts = round(0.006 * entities)
    rings = max(2, cases * 15 // 1000 // RING_CASES)
    older = accounts // 2 - rings * RING_ACCOUNTS
    repeaters = max(1, cases // 1000)
    raters = 3 if entities < 5000 else 5
    return {
        "entities": entities,
        "n_accounts": accounts,
        "n_identifiers": round(0.018 * entities),
        "n_cases": cases,
        "n_reports": round(0.18 * entities),
        "n_units": round(0.02 * entities),
        "n_labels": round(0.03 * entities),
        "n_shifts": shifts,
        "n_moderators": 12 + math.ceil(1.6 * shifts / PERIOD_DAYS),
        "n_raters": raters,
        "n_calibration_items": max(1, round(0.004 * entities / (16 * raters))),
        "n_responses": max(8, round(0.002 * entities)),
        "n_orders": max(5, round(0.001 * entities)),
        "n_incidents": min(300, 6 + entities // 20000),
        "n_outages": min(400, 10 + entities // 40000),
        "n_rings": rings,
        "n_ring_accounts": rings * RING_ACCOUNTS,
        "n_older": older,
        "n_repeaters": repeaters,
        "repeater_step": max(1, older // (40 * repeaters)),
    }
