"""Chooses the rows to withhold, so that no sum gives a small count away.

Kelly, Golden and Assad (1992), as Fischetti and Salazar (2001) state it: for one small cell after
the other the cheapest change of the published table that leaves every sum as it is and moves the
cell far enough; whatever it moves is withheld too. Then each row that was withheld for others' sake
is shown again where all stay protected.

A cell is protected by a proof: two tables of whole numbers that agree with all that is shown and
differ in that cell by k - 1 or more. HiGHS only proposes them; they are checked in whole numbers.
Weighted counts are checked to within a rounding error.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass

from trustmetrics.extras import require
from trustmetrics.privacy.cells import DEFAULT_K, Cell, Reason, Report, Total
from trustmetrics.privacy.tables import Tables, two_tables


def suppress(
    cells: Sequence[Cell], totals: Iterable[Total], k: int = DEFAULT_K
) -> dict[Hashable, Reason]:
    """Return the rows to withhold; of cells without rows of their own naming these are their keys.

    What then holds against a reader who knows every row that is shown, every sum, and that a count
    of 0 in a row of its own is always shown: every small cell, and of every other withheld row at
    least one cell, could be so much greater or less that k whole numbers lie in between. In a row
    of its own it could thus be k or more: nobody can tell that it is small.

    Args:
        cells: all counts of all tables that are published together.
        totals: all sums among them. What adds up and is not named here protects nothing.
        k: the least count that is shown; 1 withholds nothing.

    Raises:
        UserError: scipy is not installed; a cell is there twice, is not a count or is not among
            the cells; a total does not add up.
    """
    report = Report(cells, totals, k)
    withheld = dict.fromkeys(report.primary, Reason.PRIMARY)
    if not report.small or not report.totals:
        return withheld
    require("privacy")
    return _Choice(report, withheld).made()


@dataclass
class _Choice:
    """The rows withheld so far, and what proves each protected cell: the cells that it moves."""

    report: Report
    withheld: dict[Hashable, Reason]

    def __post_init__(self) -> None:
        self.tables = Tables(self.report)
        self.proofs: dict[int, frozenset[int]] = {}
        self.hidden = self.report.hidden(self.withheld)

    def made(self) -> dict[Hashable, Reason]:
        count = -1
        while count < len(self.withheld):
            count = len(self.withheld)
            for index in self.report.small:
                self._protect(index)
            for row in self._complementary():
                if not self._is_protected(row):
                    self._protect(self._best_cell(row))
        newest_first = self._complementary()[::-1]
        for row in sorted(newest_first, key=lambda row: -self.report.loss[row]):
            self._show_again(row)
        return self.withheld

    def _complementary(self) -> list[Hashable]:
        return [row for row, why in self.withheld.items() if why is Reason.COMPLEMENTARY]

    def _hidden_in(self, row: Hashable) -> list[int]:
        return [index for index in self.report.rows[row] if index in self.hidden]

    def _best_cell(self, row: Hashable) -> int:
        """The cell of a row that is to be protected: that of the greatest count."""
        return max(self._hidden_in(row), key=lambda index: self.report.cells[index].count)

    def _is_protected(self, row: Hashable) -> bool:
        """Whether one of a row's cells is; a row that hides nothing needs no protection."""
        inside = self._hidden_in(row)
        return not inside or any(self._is_proven(index) for index in inside)

    def _is_proven(self, index: int) -> bool:
        """Whether a cell is protected by what is withheld now."""
        if index not in self.proofs:
            self._prove(index, two_tables(self.tables, self.hidden, index, {}))
        return index in self.proofs

    def _prove(self, index: int, moved: dict[int, float] | None) -> None:
        """Keep what two tables prove: of each cell by how much they differ in it."""
        if moved is None:
            return
        support = frozenset(moved)
        self.proofs[index] = support
        for other, width in moved.items():
            if width >= self.report.width[other]:
                self.proofs.setdefault(other, support)

    def _protect(self, index: int) -> None:
        """Withhold what a cell needs to be protected."""
        if index in self.proofs:
            return
        losses = {
            other: sum(
                self.report.loss[row]
                for row in self.report.rows_of[other]
                if row not in self.withheld
            )
            for other in self.tables.together_with(index)
            if other not in self.hidden and not self.report.is_fixed[other]
        }
        moved = two_tables(self.tables, self.hidden, index, losses)
        if moved is None and not self.report.cells[index].count:
            # Nobody is behind a 0 that cannot move.
            return
        if moved is None:
            # All counts of these sums, many times over, are a table as good as they are.
            moved = self.tables.multiplied(index)
        for other in sorted(moved.keys() - self.hidden):
            for row in self.report.rows_of[other]:
                self.withheld.setdefault(row, Reason.COMPLEMENTARY)
        self.hidden = self.report.hidden(self.withheld)
        self._prove(index, moved)

    def _show_again(self, row: Hashable) -> None:
        """Show a row where all else stays protected."""
        before = self.withheld, self.hidden, self.proofs
        self.withheld = {one: why for one, why in self.withheld.items() if one != row}
        shown = self.hidden.intersection(self.report.rows[row])
        self.hidden = self.hidden - shown
        self.proofs = {
            index: moved
            for index, moved in self.proofs.items()
            if index not in shown and moved.isdisjoint(shown)
        }
        if all(map(self._is_proven, self.report.small)) and all(
            map(self._is_protected, self._complementary())
        ):
            return
        self.withheld, self.hidden, self.proofs = before
