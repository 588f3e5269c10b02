"""What a reader can find out about withheld counts: every table that agrees with what is shown.

Written apart from the product: all sums of a report at once, by scipy's linprog.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Hashable, Sequence

from scipy.optimize import linprog

from trustmetrics.privacy.cells import Cell, Total


def intervals(
    cells: Sequence[Cell], totals: Sequence[Total], withheld: Collection[Hashable]
) -> dict[Hashable, tuple[float, float]]:
    """The least and the greatest that each hidden count can be, by cell.

    A reader knows what the shown rows show, every total, and that a 0 in a row of its own is never
    withheld.
    """
    rows_of = {cell.key: (cell.key,) if cell.rows is None else cell.rows for cell in cells}
    sharing: dict[Hashable, int] = {}
    for rows in rows_of.values():
        for row in rows:
            sharing[row] = sharing.get(row, 0) + 1
    hidden = [cell.key for cell in cells if set(rows_of[cell.key]) <= set(withheld)]
    count = {cell.key: cell.count for cell in cells}
    place = {key: number for number, key in enumerate(hidden)}
    left, right = [], []
    for total in totals:
        line, known = [0.0] * len(hidden), 0.0
        for key, sign in [(total.whole, 1), *((part, -1) for part in total.parts)]:
            if key in place:
                line[place[key]] += sign
            else:
                known -= sign * count[key]
        if any(line):
            left.append(line)
            right.append(known)
    bounds = [
        (min(1, count[key]) if all(sharing[row] == 1 for row in rows_of[key]) else 0, None)
        for key in hidden
    ]
    found = {}
    for key in hidden:
        ends = []
        for sign in (1, -1):
            cost = [sign * float(other == key) for other in hidden]
            solved = linprog(cost, A_eq=left or None, b_eq=right or None, bounds=bounds)
            assert solved.status in (0, 3), solved.message
            ends.append(sign * solved.fun if solved.status == 0 else math.inf)
        found[key] = (ends[0], ends[1])
    return found


def breaches(
    cells: Sequence[Cell], totals: Sequence[Total], withheld: Collection[Hashable], k: int
) -> list[str]:
    """The small counts, and the other withheld rows, that a reader knows to within k numbers."""
    found = intervals(cells, totals, withheld)
    wide = {key for key, (low, high) in found.items() if high - low >= k - 1 - 1e-6}
    complaints = []
    inside: dict[Hashable, list[Hashable]] = {}
    for cell in cells:
        is_small = 0 < cell.count < k if cell.small is None else cell.small
        if is_small and cell.key not in found:
            complaints.append(f"{cell.key} is {cell.count}, and shown")
        elif is_small and cell.key not in wide:
            complaints.append(f"{cell.key} is {cell.count}: between {found[cell.key]}")
        for row in (cell.key,) if cell.rows is None else cell.rows:
            inside.setdefault(row, []).append(cell.key)
    for row in withheld:
        hidden = [key for key in inside[row] if key in found]
        if not wide.intersection(hidden):
            complaints.append(f"the row {row} is withheld for nothing: {inside[row]}")
    return complaints
