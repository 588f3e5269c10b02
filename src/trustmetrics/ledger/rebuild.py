"""Builds the metrics behind published numbers again, and reads what they say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb

from trustmetrics.check.declared import read_contract
from trustmetrics.errors import UserError
from trustmetrics.gate.dbt_run import OnNode
from trustmetrics.gate.git import Repository
from trustmetrics.gate.results import Built, build_tree
from trustmetrics.gate.state import register_of
from trustmetrics.ledger.definitions import lock_of, vocabularies_of
from trustmetrics.ledger.numbers import Row
from trustmetrics.raw_state import raw_changes, raw_state
from trustmetrics.register.load import Register
from trustmetrics.vocabulary import assembled_seeds

UNMEASURED = "int_unmeasured_metrics"


@dataclass(frozen=True)
class Tree:
    """The definitions of some time.

    Attributes:
        project: the folder of the dbt project.
        register: its register.
        name: what it is called, for people.
        vocabulary: folder of vocabularies that take the place of the project's own; None: none do.
    """

    project: Path
    register: Register
    name: str
    vocabulary: Path | None = None


@dataclass(frozen=True)
class Wanted:
    """A place of a governed metric, whose value is asked for."""

    metric: str
    version: int
    period_grain: str
    period_start: date
    slice: str
    slice_value: str


def wanted_of(row: Row, version: int | None = None) -> Wanted:
    """Return the place that a row of the ledger is about, of its own version or of another."""
    return Wanted(
        row["metric"],
        version or row["metric_version"],
        row["period_grain"],
        date.fromisoformat(row["period_start"]),
        row["slice"],
        row["slice_value"],
    )


@contextmanager
def tree_then(project: Path, rows: Sequence[Row], vocabulary: Path | None = None) -> Iterator[Tree]:
    """Yield the definitions that numbers of one report were computed by.

    They are those of the recorded commit, written into a folder of their own. Where there is no
    repository, or not that commit, or it does not hold what was computed by (the files had been
    changed), they are today's, if the fingerprint of each metric is the one recorded.

    Raises:
        UserError: neither has them; says what is missing.
    """
    commit, is_dirty = rows[0]["commit_id"], rows[0]["is_dirty"]
    why = "the ledger names no commit"
    with TemporaryDirectory(prefix="trustmetrics-definitions-") as folder:
        if commit:
            why = _export(project, commit, Path(folder))
            if not why:
                exported = Path(folder)
                moved = other_fingerprints(exported, rows)
                if not moved:
                    name = f"commit {commit[:12]}"
                    if is_dirty:
                        name += ", though files differed from it when the report was published"
                    yield Tree(exported, register_of(exported), name, vocabulary)
                    return
                why = f"commit {commit[:12]} has others of {', '.join(moved)}"
                if is_dirty:
                    why += ", for files had been changed and not committed"
        moved = other_fingerprints(project, rows)
        if moved:
            raise UserError(
                f"the definitions of {rows[0]['report_id']} are not to be had: {why}; and today's "
                f"are others, too: {', '.join(moved)}. Run this in a clone that has the commit"
            )
        name = f"today's definitions, which are the same ({why})"
        yield Tree(project, register_of(project), name, vocabulary)


def tree_now(project: Path, vocabulary: Path | None = None) -> Tree:
    """Return the definitions of today."""
    return Tree(project, register_of(project), "today's definitions", vocabulary)


def other_fingerprints(project: Path, rows: Iterable[Row]) -> list[str]:
    """Return the metrics, with their version, that have another fingerprint in a tree."""
    versions = lock_of(project).versions
    recorded = {(row["metric"], row["metric_version"]): row["fingerprint"] for row in rows}
    return sorted(
        f"{metric} version {version}"
        for (metric, version), meaning in recorded.items()
        if version is not None
        and ((metric, version) not in versions or versions[metric, version].meaning != meaning)
    )


def _export(project: Path, commit: str, folder: Path) -> str:
    """Write a commit's tree into a folder; return why it could not be, else nothing."""
    try:
        repository = Repository.around(project, needs_history=False)
        found = repository.commit(commit)
        if found is None:
            return f"this repository does not have the commit {commit[:12]}"
        repository.export(found, folder)
    except UserError as error:
        return str(error)
    return ""


def build_metrics(
    tree: Tree,
    raw: Path,
    folder: Path,
    metrics: Iterable[str],
    on_node: OnNode,
    as_of: str,
) -> Built:
    """Build metrics, and what says which of them are not measured, into a folder.

    Args:
        tree: the definitions.
        raw: folder of the raw tables.
        folder: where the database goes.
        metrics: their ids; those that the tree does not have are left out.
        on_node: progress.
        as_of: the instant to look from, UTC.

    Raises:
        UserError: the tree does not build on the raw data.
    """
    entries = tree.register.entries
    models = [entries[metric].model for metric in metrics if metric in entries]
    with TemporaryDirectory(prefix="trustmetrics-seeds-") as seeds:
        more: dict[str, str] = {}
        if tree.vocabulary:
            into = Path(seeds).resolve() / "seeds"
            own = assembled_seeds(tree.project, tree.register, tree.vocabulary, into)
            more["TRUSTMETRICS_SEEDS"] = str(own)
        return build_tree(
            tree.project, tree.register, raw, folder, [*models, UNMEASURED], on_node, as_of, more
        )


def check_vocabularies(built: Built, row: Row) -> None:
    """Refuse to compare with numbers that were computed with other vocabularies.

    What the metrics of the report do not read was not built, and plays no part.

    Raises:
        UserError: they were.
    """
    if row["vocabularies"] is None:
        return
    with duckdb.connect(str(built.database), read_only=True) as connection:
        there = (vocabularies_of(connection) or "").split()
    other = [one.partition(":")[0] for one in there if one not in row["vocabularies"].split()]
    if other:
        raise UserError(
            f"{row['report_id']} was computed with other rows of {', '.join(other)}. Name the "
            "folder that has them: --vocabulary DIR"
        )


@contextmanager
def unchanged(raw: Path, project: Path) -> Iterator[None]:
    """Refuse what was computed inside from raw files that somebody wrote to meanwhile.

    Raises:
        UserError: somebody did, or there is no such folder.
    """
    if not raw.is_dir():
        raise UserError(
            f"the raw folder '{raw}' does not exist. Name the folder that holds the raw tables: "
            "--raw DIR"
        )
    names = {table.name for table in read_contract(project)}
    before = raw_state(raw, names)
    yield
    if changes := raw_changes(before, raw_state(raw, names)):
        raise UserError(changes)


def values_of(built: Built, register: Register, wanted: Iterable[Wanted]) -> dict[Wanted, float]:
    """Return the values of places that have one; as in kpi_values, where a metric is measured."""
    wanted = set(wanted)
    with duckdb.connect(str(built.database), read_only=True) as connection:
        unmeasured = _unmeasured(connection, built)
        found: dict[Wanted, float] = {}
        for metric, version in sorted({(one.metric, one.version) for one in wanted}):
            entry = register.entries.get(metric)
            relation = built.relation(entry.model, version) if entry else None
            if relation is None or metric in unmeasured:
                continue
            of_metric = [one for one in wanted if (one.metric, one.version) == (metric, version)]
            found |= _values(connection, relation, metric, version, of_metric)
    return {place: value for place, value in found.items() if place in wanted}


def _unmeasured(connection: duckdb.DuckDBPyConnection, built: Built) -> set[str]:
    relation = built.relation(UNMEASURED, None)
    if relation is None:
        return set()
    rows = connection.execute(f"select metric from {relation}").fetchall()
    return {metric for (metric,) in rows}


def _values(
    connection: duckdb.DuckDBPyConnection,
    relation: str,
    metric: str,
    version: int,
    wanted: Sequence[Wanted],
) -> dict[Wanted, float]:
    periods: Mapping[str, Any] = {
        "grains": sorted({one.period_grain for one in wanted}),
        "starts": sorted({one.period_start for one in wanted}),
    }
    rows = connection.execute(
        "select period_grain, period_start, slice, slice_value, value "
        f"from {relation} where metric_version = {version} and value is not null "
        "and period_grain in (select unnest($grains)) "
        "and period_start in (select unnest($starts))",
        periods,
    ).fetchall()
    return {Wanted(metric, version, *place): value for *place, value in rows}
