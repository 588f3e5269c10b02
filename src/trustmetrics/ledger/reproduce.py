"""Rebuilds the numbers of a report from raw data as of then, by the definitions of then."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from trustmetrics.errors import UserError
from trustmetrics.gate.dbt_run import OnNode
from trustmetrics.ledger.file import reading
from trustmetrics.ledger.numbers import Row, is_same
from trustmetrics.ledger.places import Place, place_of, values_of
from trustmetrics.ledger.rebuild import build_places, check_vocabularies, tree_then, unchanged
from trustmetrics.ledger.verify import check_chain


@dataclass(frozen=True)
class Compared:
    """A published number and the same number computed again.

    Attributes:
        row: what the ledger says.
        value: as computed again; None: there is none.
    """

    row: Row
    value: float | None

    @property
    def is_same(self) -> bool:
        """Whether both are the same to the last digit that was published."""
        return is_same(self.row["value"], self.value, self.row["decimals"])


@dataclass(frozen=True)
class Reproduced:
    """What a reproduction came to.

    Attributes:
        numbers: every number that could be computed again.
        stated: the numbers that are not computed from raw data, such as those of who files.
        others: the numbers of which the ledger does not say where they come from.
        definitions: where the definitions were taken from, in words.
    """

    numbers: list[Compared]
    stated: list[Row]
    others: list[Row]
    definitions: str

    @property
    def differing(self) -> list[Compared]:
        """The numbers that come out otherwise."""
        return [one for one in self.numbers if not one.is_same]


def rows_of(ledger: Path, report_id: str) -> list[Row]:
    """Return the rows of a report.

    Raises:
        UserError: the ledger does not have it.
    """
    with reading(ledger) as opened:
        rows = list(opened.rows(report_id))
    if not rows:
        raise UserError(
            f"the ledger has no report '{report_id}'. List them: trustmetrics report published"
        )
    return rows


def reproduce(
    project: Path,
    ledger: Path,
    report_id: str,
    raw: Path,
    vocabulary: Path | None,
    on_node: OnNode,
) -> Reproduced:
    """Compute the numbers of a report again.

    Args:
        project: the dbt project's folder, whose repository has the definitions of then.
        ledger: the ledger's file.
        report_id: the report.
        raw: folder of the raw tables; rows that arrived after the report's as_of do not count.
        vocabulary: folder of vocabularies that take the place of the project's own, as then.
        on_node: progress of the build.

    Raises:
        UserError: the ledger does not verify or does not have the report, its definitions or
            vocabularies are not to be had, they do not build, or the raw files change meanwhile.
    """
    check_chain(ledger)
    rows = rows_of(ledger, report_id)
    places, stated, others = sorted_out(rows)
    if not places:
        return Reproduced([], stated, others, "")
    computed = [row for row in rows if row["number"] in places]
    with (
        tree_then(project, computed, vocabulary) as tree,
        TemporaryDirectory(prefix="trustmetrics-reproduce-") as folder,
    ):
        with unchanged(raw, project):
            wanted = places.values()
            built = build_places(tree, raw, Path(folder), wanted, on_node, rows[0]["as_of"])
        check_vocabularies(built, rows[0])
        values = values_of(built, tree.register, wanted)
        numbers = [Compared(row, values.get(places[row["number"]])) for row in computed]
    return Reproduced(numbers, stated, others, tree.name)


def sorted_out(rows: Sequence[Row]) -> tuple[dict[int, Place], list[Row], list[Row]]:
    """Return where the numbers of a report are computed, by number; and those that are not.

    Args:
        rows: of the ledger, of one report.

    Returns:
        the places; the rows that say what else they come from; the rows that do not say.
    """
    found = {row["number"]: place_of(row) for row in rows}
    places = {number: place for number, place in found.items() if place is not None}
    rest = [row for row in rows if row["number"] not in places]
    stated = [row for row in rest if row["source"]]
    return places, stated, [row for row in rest if not row["source"]]
