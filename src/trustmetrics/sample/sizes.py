"""How many rows of each kind a sample of a given size has, and how large its platform is."""

from __future__ import annotations

import math
from datetime import date, timedelta

PERIOD_START = date(2025, 4, 1)
PERIOD_END = date(2026, 7, 1)  # the first day after it
PERIOD_DAYS = (PERIOD_END - PERIOD_START).days

SMALLEST_SIZE = 1000

# The share of a sample's rows that goes to the tables with a row per day, until they cover the
# whole period.
CALENDAR_SHARE = 0.24
CALENDAR_ROWS_PER_DAY = 40
FIXED_ROWS = 250
# The study labels this many views a week; a small sample has room for fewer.
LABELS_PER_WEEK = 1200
LABELS_SHARE = 0.16
# What a case takes up in all tables that grow with the number of cases.
ROWS_PER_CASE = 8.45
# Accounts that are active in a month, on average, for each case of the whole period.
MEMBERS_PER_CASE = 13.0
# One offender in six or so offends again.
CASES_PER_OFFENDER = 1.10
# Days before the period in which offenders set out.
LEAD_DAYS = 60
# Shifts are rows too: a small sample has room for fewer than round-the-clock cover takes.
SHIFTS_SHARE = 0.035
FEWEST_SHIFTS = 2200
# Sixteen calibration sessions, in each of which all raters rate all items.
RATING_SESSIONS = 16
RING_ACCOUNTS = 6
RING_CASES = 24


def history_start(size: int) -> date:
    """Return the first day of the day-by-day tables: the whole period from about 76,000 rows on.

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
    history = (PERIOD_END - history_start(size)).days
    labels = min(LABELS_PER_WEEK * history // 7, round(LABELS_SHARE * size))
    raters = 3 if size < 10_000 else 5
    items = max(1, min(60, size // (2000 * raters)))
    responses = max(8, min(400, size // 500))
    # Below some 600,000 rows there are more shifts than the work asks for, or somebody would wait
    # a day for the next.
    shifts = max(0, min(round(SHIFTS_SHARE * size), FEWEST_SHIFTS) - round(0.0037 * size))
    fixed = FIXED_ROWS + RATING_SESSIONS * items * raters + responses + shifts
    room = size - CALENDAR_ROWS_PER_DAY * history - labels - fixed
    cases = round(room / ROWS_PER_CASE)
    offenders = round(cases / CASES_PER_OFFENDER)
    accounts = cases
    rings = max(2, offenders * 15 // 1000 // RING_CASES)
    return {
        "n_accounts": accounts,
        "n_identifiers": round(0.25 * cases),
        "n_offenders": offenders,
        "n_brigades": max(2, round(cases / 5000)),
        "n_lead_days": LEAD_DAYS,
        "n_units": round(0.55 * cases),
        "n_labels": labels,
        "n_raters": raters,
        "n_calibration_items": items,
        "n_responses": responses,
        "n_orders": max(5, round(0.001 * cases)),
        "n_incidents": min(60, 5 + min(9, size // 2000) + size // 100_000),
        "n_outages": min(30, 5 + min(7, size // 2000) + size // 50_000),
        "n_rings": rings,
        "n_ring_accounts": rings * RING_ACCOUNTS,
        "members": math.ceil(MEMBERS_PER_CASE * cases),
    }
