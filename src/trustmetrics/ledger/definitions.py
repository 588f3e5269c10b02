"""What numbers are computed by: the commit, whether the files were as in it, and fingerprints."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from trustmetrics.errors import UserError
from trustmetrics.gate.git import Repository
from trustmetrics.gate.paths import is_part, project_paths
from trustmetrics.register.load import FOLDER, LOCK
from trustmetrics.register.lock import Lock, parse_lock


@dataclass(frozen=True)
class Definitions:
    """What numbers were computed by.

    Attributes:
        commit: the git commit of the project; None: it is in no repository.
        is_dirty: whether files that a number depends on differed from the commit; None: no commit.
        fingerprints: of the meaning, by metric and version.
        vocabularies: digest of the vocabularies' rows that the numbers were computed with; None:
            not known.
    """

    commit: str | None = None
    is_dirty: bool | None = None
    fingerprints: Mapping[tuple[str, int], str] = field(default_factory=dict)
    vocabularies: str | None = None


def definitions_of(project: Path) -> Definitions:
    """Return what a project computes by now: its commit, and the fingerprints in its lock."""
    fingerprints = {key: one.meaning for key, one in lock_of(project).versions.items()}
    try:
        commit = Repository.around(project, needs_history=False).head().commit
    except UserError:
        return Definitions(fingerprints=fingerprints)
    return Definitions(commit, is_tree_changed(project), fingerprints)


def is_tree_changed(project: Path) -> bool:
    """Whether files that numbers depend on differ from the commit that is checked out.

    Raises:
        UserError: there is no repository, or no commit.
    """
    repository = Repository.around(project, needs_history=False)
    paths = [*project_paths(project), f"{FOLDER}/"]
    return any(is_part(path, paths) for path in repository.changed(repository.head(), paths))


def lock_of(project: Path) -> Lock:
    """Return the lock of a tree; an empty one where it has none."""
    file = project / FOLDER / LOCK
    return parse_lock(file.read_text(encoding="utf-8")) if file.is_file() else Lock()
