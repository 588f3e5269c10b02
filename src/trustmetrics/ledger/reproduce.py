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
from trustmetrics.ledger.rebuild import (
    build_metrics,
    check_vocabularies,
    tree_then,
    unchanged,
    values_of,
    wanted_of,
)
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
        others: the numbers that are not of a governed metric, and were not.
        definitions: where the definitions were taken from, in words.
    """

    numbers: list[Compared]
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
    governed = [row for row in rows if row["metric_version"] is not None]
    others = [row for row in rows if row["metric_version"] is None]
    if not governed:
        return Reproduced([], others, "")
    metrics: Sequence[str] = sorted({row["metric"] for row in governed})
    with (
        tree_then(project, governed, vocabulary) as tree,
        TemporaryDirectory(prefix="trustmetrics-reproduce-") as folder,
    ):
        with unchanged(raw, project):
            built = build_metrics(tree, raw, Path(folder), metrics, on_node, rows[0]["as_of"])
        check_vocabularies(built, rows[0])
        places = {row["number"]: wanted_of(row) for row in governed}
        values = values_of(built, tree.register, places.values())
        numbers = [Compared(row, values.get(places[row["number"]])) for row in governed]
    return Reproduced(numbers, others, tree.name)
