"""What numbers are computed by: the commit, whether the files were as in it, and fingerprints."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from trustmetrics.built import opened
from trustmetrics.errors import UserError
from trustmetrics.gate.git import Repository
from trustmetrics.gate.paths import is_part, project_paths
from trustmetrics.register.load import FOLDER, LOCK
from trustmetrics.register.lock import Lock, parse_lock

# Beside staging.as_of: what the build was made by, as that says from when it looks.
NOTED = "staging.built_by"
SEEDS = "seeds"
VOCABULARIES = ("action_sla", "case_complexity", "dsa_keywords", "policy_taxonomy")


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

    @property
    def place(self) -> tuple[str | None, bool | None]:
        """The commit, and whether the files differed from it."""
        return self.commit, self.is_dirty


def definitions_of(project: Path) -> Definitions:
    """Return what a project computes by now: its commit, and the fingerprints in its lock."""
    fingerprints = _meanings(lock_of(project))
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


def note_definitions(database: Path, project: Path, is_part: bool) -> None:
    """Note in a database that was just built what it was built by.

    Args:
        database: the DuckDB file, which nobody else has open.
        project: the dbt project's folder.
        is_part: whether the rest of the database is from an earlier build: where that was made by
            something else, no commit is noted.
    """
    made_by = definitions_of(project).place
    with opened(database, read_only=False) as connection:
        if is_part and _noted(connection) != made_by:
            made_by = (None, None)
        connection.execute(f"create or replace table {NOTED} (commit_id varchar, is_dirty boolean)")
        connection.execute(f"insert into {NOTED} values (?, ?)", made_by)


def definitions_in(database: Path, project: Path) -> Definitions:
    """Return what a built database was computed by; where it does not say, what the project is now.

    Args:
        database: the DuckDB file.
        project: the dbt project's folder, for the fingerprints; its repository, where the database
            was built at another commit.

    Raises:
        UserError: the database cannot be read.
    """
    today = definitions_of(project)
    with opened(database) as connection:
        noted = _noted(connection)
        commit, is_dirty = today.place if noted is None else noted
        vocabularies = vocabularies_of(connection)
    fingerprints = today.fingerprints
    if commit and commit != today.commit:
        fingerprints = _fingerprints_at(project, commit)
    return Definitions(commit, is_dirty, fingerprints, vocabularies)


def _fingerprints_at(project: Path, commit: str) -> Mapping[tuple[str, int], str]:
    """The fingerprints in the lock of a commit; none where the repository does not have it."""
    try:
        repository = Repository.around(project, needs_history=False)
        found = repository.commit(commit)
        text = repository.files_at(found, FOLDER).get(LOCK) if found else None
    except UserError:
        text = None
    return _meanings(parse_lock(text)) if text else {}


def _meanings(lock: Lock) -> Mapping[tuple[str, int], str]:
    return {key: one.meaning for key, one in lock.versions.items()}


def vocabularies_of(connection: duckdb.DuckDBPyConnection) -> str | None:
    """Return the digest of each vocabulary's rows in a built database: `name:digest`, by blanks.

    None: the database has none, as that of the public marts.
    """
    found = []
    for name in VOCABULARIES:
        try:
            rows = connection.execute(f"select * from {SEEDS}.{name} order by all").fetchall()
        except duckdb.CatalogException:
            continue
        digest = hashlib.blake2b(repr(rows).encode(), digest_size=8).hexdigest()
        found.append(f"{name}:{digest}")
    return " ".join(found) or None


def _noted(connection: duckdb.DuckDBPyConnection) -> tuple[str | None, bool | None] | None:
    try:
        return connection.execute(f"select commit_id, is_dirty from {NOTED}").fetchone()
    except duckdb.CatalogException:
        return None


def lock_of(project: Path) -> Lock:
    """Return the lock of a tree; an empty one where it has none."""
    file = project / FOLDER / LOCK
    return parse_lock(file.read_text(encoding="utf-8")) if file.is_file() else Lock()
