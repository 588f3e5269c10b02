"""The tables that a reader cannot tell from the true one: linear programming, checked exactly."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Container, Mapping, Set
from typing import Any

from trustmetrics.privacy.cells import Report

# Of what HiGHS finds, beside counts.
TOLERANCE = 1e-6
# What it costs to move a cell that is withheld anyway, beside one that is not: nothing much.
HARDLY = 1e-4
# How far from a cell tables are looked for at first: the far corner of a box is three cells away.
NEAR = 6


class Tables:
    """A report's cells in the groups that its sums tie together.

    Attributes:
        report: whose cells.
        sums_of: by cell, the sums that it stands in.
    """

    def __init__(self, report: Report) -> None:
        """report: whose cells."""
        self.report = report
        self.sums_of: list[list[dict[int, int]]] = [[] for _ in report.cells]
        for equation in report.totals:
            for index in equation:
                self.sums_of[index].append(equation)
        self._group: dict[int, list[int]] = {}
        self._is_whole: dict[int, bool] = {}
        for first in range(len(report.cells)):
            if first not in self._group:
                members = sorted(self.near(first, range(len(report.cells))))
                counts = (report.cells[index].count for index in members)
                is_whole = all(float(count).is_integer() for count in counts)
                self._group.update(dict.fromkeys(members, members))
                self._is_whole.update(dict.fromkeys(members, is_whole))

    def together_with(self, index: int) -> list[int]:
        """Return the cells that sums tie to a cell, itself among them."""
        return self._group[index]

    def is_whole(self, index: int) -> bool:
        """Whether all of these counts are whole numbers."""
        return self._is_whole[index]

    def near(
        self,
        index: int,
        free: Container[int],
        dear: Container[int] = (),
        steps: float = math.inf,
    ) -> set[int]:
        """Return the cells that can move when a cell does.

        Args:
            index: the cell.
            free: those that may move at no loss.
            dear: those that may move at a loss.
            steps: how far to go at most: a free cell on the way is one step, a dear one two.
        """
        taken = {index: 0}
        waiting = deque([index])
        while waiting:
            here = waiting.popleft()
            for equation in self.sums_of[here]:
                for other in equation:
                    if other in free:
                        far = taken[here] + 1
                    elif other in dear:
                        far = taken[here] + 2
                    else:
                        continue
                    if far <= steps and far < taken.get(other, math.inf):
                        taken[other] = far
                        waiting.append(other)
        return set(taken)

    def multiplied(self, index: int) -> dict[int, float]:
        """Return what moves where all cells of a group are multiplied by the same number."""
        times = math.ceil(self.report.width[index] / self.report.cells[index].count)
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
        target: one of them.
        losses: of cells that are shown and may be withheld, too, what that costs; the tables that
            move the least of them are taken.

    Returns:
        by how much the two differ, of each cell that either moves; None: there are no such tables,
        or HiGHS finds none that stand the exact check.
    """
    if not tables.sums_of[target]:
        return {target: math.inf}
    for steps in (NEAR, math.inf):
        free = sorted(tables.near(target, hidden, losses, steps))
        for whole_numbers in (False, True) if tables.is_whole(target) else (False,):
            found = _solved(tables, free, target, losses, whole_numbers)
            if found is None:
                break
            moved = _checked(tables, target, *found)
            if moved is not None:
                return moved
    return None


def _checked(
    tables: Tables, target: int, one: dict[int, float], other: dict[int, float]
) -> dict[int, float] | None:
    """By how much two tables differ; None where they are not what they should be."""
    is_whole = tables.is_whole(target)
    slack = 0 if is_whole else TOLERANCE
    if is_whole:
        one, other = _rounded(one), _rounded(other)
    if not (_is_table(tables, one, slack) and _is_table(tables, other, slack)):
        return None
    if abs(one[target] - other[target]) < tables.report.width[target] - slack:
        return None
    return {
        index: abs(one[index] - other[index])
        for index in one
        if max(abs(one[index]), abs(other[index])) > TOLERANCE
    }


def _rounded(table: dict[int, float]) -> dict[int, float]:
    return {index: round(change) for index, change in table.items()}


def _is_table(tables: Tables, change: Mapping[int, float], slack: float) -> bool:
    """Whether a change leaves every sum as it is and every count possible."""
    cells, lowest = tables.report.cells, tables.report.lowest
    return all(
        cells[index].count + moved >= lowest[index] - slack for index, moved in change.items()
    ) and all(
        abs(sum(times * change.get(other, 0) for other, times in equation.items())) <= slack
        for index, moved in change.items()
        if moved
        for equation in tables.sums_of[index]
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
    equations = {id(equation): equation for index in free for equation in tables.sums_of[index]}
    for equation in equations.values():
        inside = [(place[index], times) for index, times in equation.items() if index in place]
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
