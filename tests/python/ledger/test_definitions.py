"""What a built database says that it was computed by."""

from __future__ import annotations

import subprocess
from pathlib import Path

import duckdb
import pytest

from trustmetrics.ledger.definitions import (
    NOTED,
    definitions_in,
    definitions_of,
    note_definitions,
)
from trustmetrics.register.lock import Lock, Locked, lock_text


def commit(project: Path, meaning: str) -> str:
    """Commit a lock with one metric of this meaning."""
    lock = Lock("made by hand", {("m", 1): Locked("logic", {}, meaning)})
    (project / "metrics" / "fingerprints.lock.yml").write_text(lock_text(lock), encoding="utf-8")
    who = ("-c", "user.name=a", "-c", "user.email=a@example.com")
    for arguments in (("add", "--all"), ("commit", "--quiet", "--message", meaning)):
        subprocess.run(["git", "-C", project, *who, *arguments], check=True)
    done = ["git", "-C", project, "rev-parse", "HEAD"]
    return subprocess.run(done, check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    (folder / "metrics").mkdir(parents=True)
    (folder / "dbt_project.yml").write_text("name: p\n", encoding="utf-8")
    subprocess.run(["git", "init", "--quiet", folder], check=True)
    return folder


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "built.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema staging")
    return path


def test_numbers_are_of_the_commit_that_built_them_and_not_of_today(
    project: Path, database: Path
) -> None:
    first = commit(project, "first meaning")
    note_definitions(database, project, is_part=False)
    second = commit(project, "second meaning")
    assert definitions_of(project).commit == second
    found = definitions_in(database, project)
    assert (found.commit, found.is_dirty) == (first, False)
    assert found.fingerprints == {("m", 1): "first meaning"}


def test_a_commit_that_is_not_there_has_no_fingerprints(project: Path, database: Path) -> None:
    commit(project, "first meaning")
    note_definitions(database, project, is_part=False)
    with duckdb.connect(str(database)) as connection:
        connection.execute(f"update {NOTED} set commit_id = '{'1' * 40}'")
    found = definitions_in(database, project)
    assert (found.commit, found.fingerprints) == ("1" * 40, {})


def test_a_database_that_says_nothing_is_taken_to_be_of_today(
    project: Path, database: Path
) -> None:
    head = commit(project, "first meaning")
    found = definitions_in(database, project)
    assert (found.commit, found.fingerprints) == (head, {("m", 1): "first meaning"})


def test_a_folder_in_no_repository_has_fingerprints_alone(tmp_path: Path, database: Path) -> None:
    (tmp_path / "dbt_project.yml").write_text("name: p\n", encoding="utf-8")
    note_definitions(database, tmp_path, is_part=False)
    assert definitions_in(database, tmp_path).place == (None, None)
