"""Cells of a report, the sums that tie them together, and which rows are withheld.

The rule is a minimum frequency: a count above 0 and below k is small. Withholding the small ones
alone protects nobody where a total stands beside the others, so that others are withheld with them
(complementary suppression; Hundepool et al. 2012, Statistical Disclosure Control, chapter 4).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from trustmetrics.errors import UserError

DEFAULT_K = 10
# Of sums of doubles, such as weighted counts, relative to the whole.
ROUNDING = 1e-9


class Reason(StrEnum):
    """Why a row is withheld; for the publisher alone, as it tells that a count is small."""

    PRIMARY = "primary"
    COMPLEMENTARY = "complementary"


@dataclass(frozen=True)
class Cell:
    """A count of a report.

    Attributes:
        key: its name; cells are told apart by it.
        count: at least 0; a whole number, or a weighted count.
        rows: the rows that show it, each shown or withheld as a whole; None: one of its own, named
            like the cell. Empty: no row shows it, and a reader can still work it out.
        loss: what withholding its row costs, above 0; of a row of several cells the greatest.
        small: whether it is to be protected; None: where it is above 0 and stands for fewer than k.
        unit: what one case adds to the count on average: 1, of a weighted count the mean weight.
    """

    key: Hashable
    count: float
    rows: tuple[Hashable, ...] | None = None
    loss: float = 1
    small: bool | None = None
    unit: float = 1

    def is_small(self, k: int) -> bool:
        """Whether it is to be protected, where k is the least count that is shown."""
        return 0 < self.count < k * self.unit if self.small is None else self.small


@dataclass(frozen=True)
class Total:
    """A sum that every reader knows: the count of `whole` is that of all `parts` together."""

    whole: Hashable
    parts: tuple[Hashable, ...]


class Report:
    """The cells and sums of all tables that are published together, checked.

    Attributes:
        cells: in the order given.
        totals: each as a mapping of a cell's number to its coefficient; they come to 0.
        rows: the cells' numbers by row.
        lowest: by cell, the least count that a reader must reckon with once it is withheld.
        primary: the rows with a small cell.
        small: the numbers of the cells to protect: of a 0 the row is withheld, if it is called
            small, and that is all.
        is_fixed: by cell, whether it is shown whatever else is withheld: zeros in a row of their
            own.
        width: by cell, by how much two tables differ in it that protect it: k - 1 cases.
    """

    def __init__(self, cells: Sequence[Cell], totals: Iterable[Total], k: int) -> None:
        """Arguments and errors as of suppress."""
        if k < 1:
            raise UserError(f"k is the least count that is shown: {k} must be 1 or more")
        number = {cell.key: index for index, cell in enumerate(cells)}
        if len(number) < len(cells):
            twice, _ = Counter(cell.key for cell in cells).most_common(1)[0]
            raise UserError(f"the cell {twice!r} is there twice. Give each count once")
        self.cells = list(cells)
        self.rows: dict[Hashable, list[int]] = {}
        self.rows_of: list[tuple[Hashable, ...]] = []
        for index, cell in enumerate(cells):
            if not (math.isfinite(cell.count) and cell.count >= 0 and cell.unit > 0):
                raise UserError(f"the cell {cell.key!r} is {cell.count} by {cell.unit}: no count")
            shown_in = (cell.key,) if cell.rows is None else tuple(dict.fromkeys(cell.rows))
            self.rows_of.append(shown_in)
            for row in shown_in:
                self.rows.setdefault(row, []).append(index)
        self.loss = {
            row: max(self.cells[index].loss for index in members)
            for row, members in self.rows.items()
        }
        small = [index for index, cell in enumerate(cells) if cell.is_small(k)]
        self.primary = list(dict.fromkeys(row for one in small for row in self.rows_of[one]))
        self.small = [index for index in small if cells[index].count]
        self.width = [(k - 1) * cell.unit for cell in cells]
        alone = [all(len(self.rows[row]) == 1 for row in shown_in) for shown_in in self.rows_of]
        # Zeros of their own are always shown: who reads knows that what is withheld is none.
        self.lowest = [
            min(1, cell.count) if is_alone else 0
            for cell, is_alone in zip(cells, alone, strict=True)
        ]
        self.is_fixed = [
            is_alone and cell.count == 0 for cell, is_alone in zip(cells, alone, strict=True)
        ]
        self.in_no_row = {index for index, rows in enumerate(self.rows_of) if not rows}
        self.totals = [_equation(total, number, self.cells) for total in totals]

    def hidden(self, withheld: Collection[Hashable]) -> set[int]:
        """Return the numbers of the cells that no row shows, where these rows are withheld."""
        touched = {index for row in withheld for index in self.rows[row]}
        return {
            index for index in touched if all(row in withheld for row in self.rows_of[index])
        } | self.in_no_row


def _equation(total: Total, number: dict[Hashable, int], cells: Sequence[Cell]) -> dict[int, int]:
    unknown = [key for key in (total.whole, *total.parts) if key not in number]
    if unknown:
        raise UserError(f"the total {total.whole!r} names {unknown[0]!r}, which is not a cell")
    equation: Counter[int] = Counter(number[part] for part in total.parts)
    parts = math.fsum(cells[index].count * times for index, times in equation.items())
    whole = cells[number[total.whole]].count
    if not math.isclose(parts, whole, rel_tol=ROUNDING, abs_tol=ROUNDING):
        raise UserError(
            f"the parts of {total.whole!r} sum to {parts:,.12g}, and it is {whole:,.12g}. Give the "
            "rest as a cell that no row shows"
        )
    equation[number[total.whole]] -= 1
    return {index: times for index, times in equation.items() if times}
