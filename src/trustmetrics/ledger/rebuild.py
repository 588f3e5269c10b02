"""Builds the metrics behind published numbers again, and reads what they say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from trustmetrics.check.declared import read_contract
from trustmetrics.errors import UserError
from trustmetrics.gate.dbt_run import OnNode
from trustmetrics.gate.git import Repository
from trustmetrics.gate.results import Built, build_tree
from trustmetrics.gate.state import register_of
from trustmetrics.ledger.definitions import lock_of, vocabularies_of
from trustmetrics.ledger.numbers import Row
from trustmetrics.ledger.places import UNMEASURED, Place
from trustmetrics.raw_state import raw_changes, raw_state
from trustmetrics.register.load import Register
from trustmetrics.vocabulary import assembled_seeds


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


@contextmanager
def tree_then(project: Path, rows: Sequence[Row], vocabulary: Path | None = None) -> Iterator[Tree]:
    """Yield the definitions that numbers of one report were computed by.

    They are those of the recorded commit, written into a folder of their own. Where there is no
    repository, or not that commit, or it does not hold what was computed by (the files had been
    changed), they are today's, if the fingerprint of each metric is the one recorded. A mart has
    none, so that of its numbers the name says that nobody can tell.

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
        if any(row["metric_version"] is None for row in rows):
            name = f"today's definitions ({why}); whether a mart's are the same nobody can tell"
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


def build_places(
    tree: Tree,
    raw: Path,
    folder: Path,
    places: Iterable[Place],
    on_node: OnNode,
    as_of: str,
) -> Built:
    """Build what places are read from, and what says which metrics are not measured.

    Args:
        tree: the definitions.
        raw: folder of the raw tables.
        folder: where the database goes.
        places: what is to be read.
        on_node: progress.
        as_of: the instant to look from, UTC.

    Raises:
        UserError: the tree does not build on the raw data.
    """
    models = sorted({model for place in places if (model := place.model(tree.register))})
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
