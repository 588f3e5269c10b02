"""The tables that a reader cannot tell from the true one: linear programming, checked exactly."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Set
from typing import Any

from trustmetrics.privacy.cells import Report

# Of what HiGHS finds, beside counts.
TOLERANCE = 1e-6
# What it costs to move a cell that is withheld anyway, beside one that is not: nothing much.
HARDLY = 1e-4


class Tables:
    """A report's cells in the groups that its sums tie together."""

    def __init__(self, report: Report) -> None:
        """report: whose cells."""
        self.report = report
        group = list(range(len(report.cells)))

        def first_of(index: int) -> int:
            while group[index] != index:
                group[index] = group[group[index]]
                index = group[index]
            return index

        for equation in report.totals:
            first, *others = map(first_of, equation)
            for other in others:
                group[first_of(other)] = first_of(first)
        self._group = [first_of(index) for index in range(len(report.cells))]
        self._members: dict[int, list[int]] = {}
        for index, name in enumerate(self._group):
            self._members.setdefault(name, []).append(index)
        self._equations: dict[int, list[dict[int, int]]] = {}
        for equation in report.totals:
            self._equations.setdefault(self._group[next(iter(equation))], []).append(equation)
        self._is_whole = {
            name: all(float(report.cells[index].count).is_integer() for index in members)
            for name, members in self._members.items()
        }

    def together_with(self, index: int) -> list[int]:
        """Return the cells that sums tie to a cell, itself among them."""
        return self._members[self._group[index]]

    def equations_of(self, index: int) -> list[dict[int, int]]:
        """Return the sums that tie them together."""
        return self._equations.get(self._group[index], [])

    def is_whole(self, index: int) -> bool:
        """Whether all of these counts are whole numbers."""
        return self._is_whole[self._group[index]]

    def multiplied(self, index: int) -> dict[int, float]:
        """Return what moves where all cells of a group are multiplied by the same number."""
        count = self.report.cells[index].count
        times = math.ceil(self.report.width[index] / count)
        return {
            other: times * self.report.cells[other].count
            for other in self.together_with(index)
            if self.report.cells[other].count
        }


def two_tables(
    tables: Tables, hidden: Set[int], target: int, losses: Mapping[int, float]
) -> dict[int, float] | None:
    """Find two tables that agree with all that is shown and differ enough in one cell.

    Args:
        tables: the report's.
        hidden: the cells that no row shows.
        target: the cell.
        losses: of cells that are shown and may be withheld, too, what that costs; the tables that
            move the least of them are taken.

    Returns:
        by how much the two differ, of each cell that either moves; None: there are no such tables,
        or HiGHS finds none that stand the exact check.
    """
    if not tables.equations_of(target):
        return {target: math.inf}
    if target not in hidden and target not in losses:
        return None
    free = [
        index for index in tables.together_with(target) if index in hidden or index in losses
    ]
    is_whole = tables.is_whole(target)
    for whole_numbers in (False, True) if is_whole else (False,):
        found = _solved(tables, free, target, losses, whole_numbers)
        if found is None:
            return None
        one, other = found
        if is_whole:
            one, other = map(_rounded, (one, other))
        if _is_table(tables, free, target, one) and _is_table(tables, free, target, other):
            moved = {
                index: abs(one[index] - other[index])
                for index in free
                if max(abs(one[index]), abs(other[index])) > TOLERANCE
            }
            if moved.get(target, 0) >= tables.report.width[target] - (0 if is_whole else TOLERANCE):
                return moved
    return None


def _rounded(table: dict[int, float]) -> dict[int, float]:
    return {index: round(change) for index, change in table.items()}


def _is_table(
    tables: Tables, free: Collection[int], target: int, change: Mapping[int, float]
) -> bool:
    """Whether a change leaves every sum as it is and every count possible."""
    slack = 0 if tables.is_whole(target) else TOLERANCE
    counts, lowest = tables.report.cells, tables.report.lowest
    return all(
        counts[index].count + change[index] >= lowest[index] - slack for index in free
    ) and all(
        abs(sum(times * change.get(index, 0) for index, times in equation.items())) <= slack
        for equation in tables.equations_of(target)
    )


def _solved(
    tables: Tables,
    free: list[int],
    target: int,
    losses: Mapping[int, float],
    whole_numbers: bool,
) -> tuple[dict[int, float], dict[int, float]] | None:
    """The cheapest two changes, by HiGHS. Each is a rise less a fall, of each cell that is free."""
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import coo_array

    size = len(free)
    place = {index: number for number, index in enumerate(free)}
    entries: list[tuple[int, int, int]] = []
    row = 0
    for equation in tables.equations_of(target):
        inside = [(place[index], times) for index, times in equation.items() if index in place]
        if not inside:
            continue
        for table in (0, 1):
            for number, times in inside:
                start = 2 * table * size + number
                entries += [(row, start, times), (row, start + size, -times)]
            row += 1
    # The first table's change less the second's, in the cell that is to be protected.
    here = place[target]
    entries += [(row, here + part * size, sign) for part, sign in enumerate((1, -1, -1, 1))]
    lines, columns, values = zip(*entries, strict=True)
    matrix: Any = coo_array((values, (lines, columns)), shape=(row + 1, 4 * size)).tocsr()
    cost = [losses.get(index, 0) + HARDLY for index in free]
    falls = [tables.report.cells[index].count - tables.report.lowest[index] for index in free]
    rises = [math.inf] * size
    result = milp(
        cost * 4,
        constraints=LinearConstraint(
            matrix, [0] * row + [tables.report.width[target]], [0] * row + [math.inf]
        ),
        bounds=Bounds([0] * (4 * size), (rises + falls) * 2),
        integrality=[int(whole_numbers)] * (4 * size),
    )
    if not result.success:
        return None
    found = list(map(float, result.x))
    one, other = (
        {
            index: found[start + number] - found[start + size + number]
            for number, index in enumerate(free)
        }
        for start in (0, 2 * size)
    )
    return one, other
