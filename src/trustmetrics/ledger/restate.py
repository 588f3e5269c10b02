"""Finds out why published numbers are others now, by building what would have been known.

Each step adds one cause to the step before, in a fixed order: late data, corrections, deletions,
what happened later, the definition of today. The differences of neighbouring steps are the parts.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb

from trustmetrics.check.declared import read_contract
from trustmetrics.errors import UserError
from trustmetrics.gate.dbt_run import OnNode
from trustmetrics.gate.results import Built
from trustmetrics.ledger.definitions import is_tree_changed, lock_of
from trustmetrics.ledger.later_rows import CAUSES, LaterRows, newest_arrival
from trustmetrics.ledger.numbers import Row, is_same
from trustmetrics.ledger.places import MetricPlace, Place, Values, place_of, values_of
from trustmetrics.ledger.rebuild import (
    Tree,
    build_places,
    check_vocabularies,
    tree_now,
    tree_then,
    unchanged,
)
from trustmetrics.ledger.reproduce import rows_of, sorted_out
from trustmetrics.ledger.restated import exact
from trustmetrics.ledger.verify import check_chain
from trustmetrics.register.load import OPENING, Register, Registered

Progress = Callable[[str], AbstractContextManager[OnNode]]
OF_CAUSE = {
    "late_data": "value_with_late_data",
    "correction": "value_with_corrections",
    "deletion": "value_with_deletions",
}


@dataclass
class Restated:
    """What a report's numbers come to now.

    Attributes:
        rows: as restated.COLUMNS, one per number of a governed metric.
        others: how many numbers are not computed from raw data, and were left out.
        counts: the raw rows that arrived later, by cause.
        definitions: where the definitions of then were taken from, in words.
        build_count: how many builds it took.
        seconds: how long they took in all.
    """

    rows: list[dict[str, Any]] = field(default_factory=list)
    others: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    definitions: str = ""
    build_count: int = 0
    seconds: float = 0.0


def restate(
    project: Path,
    ledger: Path,
    report_id: str,
    raw: Path,
    now: datetime | None,
    vocabulary: Path | None,
    vocabulary_then: Path | None,
    progress: Progress,
) -> Restated:
    """Compute a report's numbers as of then and now, and after each cause in between.

    Args:
        project: the dbt project's folder.
        ledger: the ledger's file.
        report_id: the report.
        raw: folder of the raw tables.
        now: the instant to look from now, UTC; None: the latest arrival of a valid row.
        vocabulary: folder of vocabularies that take the place of the project's own.
        vocabulary_then: the same of then; None: they were those of `vocabulary`.
        progress: gives the progress of a build, by its title.

    Raises:
        UserError: the ledger does not verify or lacks the report, its definitions or vocabularies
            are not to be had, something does not build, or the raw files change meanwhile.
    """
    check_chain(ledger)
    rows = rows_of(ledger, report_id)
    places = sorted_out(rows)[0]
    if not places:
        raise UserError(f"no number of {report_id} is computed from raw data, so none is restated")
    computed = [row for row in rows if row["number"] in places]
    found = Restated(others=len(rows) - len(computed))
    with (
        tree_then(project, computed, vocabulary_then or vocabulary) as then,
        TemporaryDirectory(prefix="trustmetrics-restate-") as folder,
    ):
        found.definitions = then.name
        today = tree_now(project, vocabulary)
        steps = _Steps(then, today, computed, raw, Path(folder), progress, found)
        with unchanged(raw, project):
            steps.run(now)
    return found


def version_now(metric: Registered, version: int, start: date) -> int:
    """Return the version that says today what a version said of a period.

    A later version does where the register says that it restates the past, or the past from a date
    that the period does not lie before.

    Args:
        metric: its entry in the register.
        version: the version that was published.
        start: first date of the period.
    """
    for entry in metric.entries:
        if entry.change in OPENING and entry.version == version + 1:
            restates = entry.data.get("restates_history")
            is_from = isinstance(restates, str) and start >= date.fromisoformat(restates)
            if restates is not True and not is_from:
                break
            version = entry.version
    return version


class _Steps:
    """The builds of one report, and the values that they give."""

    def __init__(
        self,
        then: Tree,
        now: Tree,
        rows: Sequence[Row],
        raw: Path,
        folder: Path,
        progress: Progress,
        found: Restated,
    ) -> None:
        self.then, self.now, self.rows, self.raw = then, now, rows, raw
        self.folder, self.progress, self.found = folder, progress, found
        self.said_at = datetime.fromisoformat(rows[0]["as_of"])
        self.places = sorted_out(rows)[0]
        self.places_now = {row["number"]: _place_now(now.register, row) for row in rows}

    def run(self, now: datetime | None) -> None:
        """Make the builds, and the rows of what they say."""
        values: dict[str, Values] = {}
        built, values["value_then"] = self._build("as of then", self.then, self.raw, self.said_at)
        check_vocabularies(built, self.rows[0])
        contract = read_contract(self.then.project)

        def relation(model: str) -> str:
            return built.relation(model, None) or model

        with duckdb.connect(str(built.database), read_only=True) as connection:
            connection.execute("set timezone = 'UTC'")
            known_at = now or newest_arrival(connection, contract, relation) or self.said_at
            if known_at < self.said_at:
                raise UserError(
                    f"the report looked from {self.said_at}, and is to be restated as of "
                    f"{known_at}, which is earlier. Name a later instant (--as-of), or raw data "
                    "that reach further"
                )
            later = LaterRows(connection, contract, relation, self.said_at, known_at)
            self.found.counts = later.counts
            last = values["value_then"]
            for place, cause in enumerate(CAUSES, 1):
                if later.counts[cause]:
                    folder = self.folder / f"raw-{cause}"
                    folder.mkdir()
                    later.write(CAUSES[:place], folder)
                    title = f"with {cause.replace('_', ' ')}"
                    last = self._build(title, self.then, folder, self.said_at)[1]
                values[OF_CAUSE[cause]] = last
        if known_at > self.said_at:
            last = self._build("as of now", self.then, self.raw, known_at)[1]
        values["value_with_later_events"] = last
        self._redefine(values, known_at)
        self.found.rows = [self._row(row, values, known_at) for row in self.rows]

    def _redefine(self, values: dict[str, Values], known_at: datetime) -> None:
        """Add the values by today's definitions."""
        if self._is_same_definition():
            values["known_value"] = values["value_with_later_events"]
            values["value_then_redefined"] = values["value_then"]
            return
        built = self._build("by today's definition", self.now, self.raw, known_at)[0]
        values["known_value"] = self._values_now(built, values["value_with_later_events"])
        built = self._build("then, by today's definition", self.now, self.raw, self.said_at)[0]
        values["value_then_redefined"] = self._values_now(built, values["value_then"])

    def _is_same_definition(self) -> bool:
        """Whether today's tree computes the same numbers by the same version."""
        if self.places != self.places_now:
            return False
        if self.then.vocabulary != self.now.vocabulary:
            return False
        if self.then.project == self.now.project:
            return True
        old, new = lock_of(self.then.project), lock_of(self.now.project)
        if not all(isinstance(place, MetricPlace) for place in self.places.values()):
            # What a mart means has no fingerprint.
            return False
        keys = {(row["metric"], row["metric_version"]) for row in self.rows}
        is_same = all(
            key in old.versions
            and key in new.versions
            and old.versions[key].meaning == new.versions[key].meaning
            and old.has_words_of(new, key)
            for key in keys
        )
        return is_same and not _is_changed(self.now.project)

    def _values_now(self, built: Built, otherwise: Values) -> Values:
        """The values by today's version of each number, under the place of the version of then.

        A version that was not restated and has no model any more still says what it said.
        """
        found = values_of(built, self.now.register, self.places_now.values())
        values: Values = {}
        for number, place in self.places_now.items():
            old = self.places[number]
            model = place.model(self.now.register)
            version = place.version if isinstance(place, MetricPlace) else None
            has_model = model and built.relation(model, version) is not None
            source, key = (found, place) if has_model else (otherwise, old)
            if key in source:
                values[old] = source[key]
        return values

    def _build(self, title: str, tree: Tree, raw: Path, as_of: datetime) -> tuple[Built, Values]:
        self.found.build_count += 1
        # One folder for each tree, so that dbt parses it once; the database is moved away.
        folder = self.folder / ("now" if tree is self.now else "then")
        places = self.places.values()
        start = time.monotonic()
        with self.progress(title) as on_node:
            built = build_places(tree, raw, folder, places, on_node, as_of.isoformat(" "))
        self.found.seconds += time.monotonic() - start
        database = built.database.with_name(f"step-{self.found.build_count}.duckdb")
        built = Built(built.database.replace(database), built.manifest)
        return built, values_of(built, tree.register, places)

    def _row(self, row: Row, values: dict[str, Values], known_at: datetime) -> dict[str, Any]:
        place, place_now = self.places[row["number"]], self.places_now[row["number"]]
        kept = ("report_id", "report_kind", "report_title", "published_at", "number", "metric")
        kept += ("metric_version", "slice", "slice_value", "period_grain", "period_start")
        known = values["known_value"].get(place)
        return {
            **{name: row[name] for name in kept},
            "shown": row["shown"],
            "is_restated": not is_same(row["value"], known, row["decimals"]),
            "said_as_of": self.said_at,
            "said_value": exact(row["value"]),
            **{name: exact(of_step.get(place)) for name, of_step in values.items()},
            "known_version": getattr(place_now, "version", None),
            "known_as_of": known_at,
        }


def _is_changed(project: Path) -> bool:
    """Whether the tree is not as in its commit; taken to be where there is none."""
    try:
        return is_tree_changed(project)
    except UserError:
        return True


def _place_now(register: Register, row: Row) -> Place:
    metric, version = register.entries.get(row["metric"]), row["metric_version"]
    if metric is not None and version is not None:
        version = version_now(metric, version, date.fromisoformat(row["period_start"]))
    place = place_of(row, version)
    assert place is not None
    return place
