"""Builds, readers and movers of files at the same time."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from tests.faults.builds import (
    DATABASE,
    Build,
    Known,
    content,
    digest,
    holds,
    listing,
    log_of,
    nothing_left,
    only,
    succeeds,
    workshops,
)

Start = Callable[..., Build]


def _all_ended_well(builds: list[Build]) -> int:
    """Each with 0, or with one line; return how many with 0."""
    good = 0
    for build in builds:
        said = build.wait()
        assert "Traceback" not in said.err, said.err[-300:]
        assert said.exit_code in (0, 2), said
        assert len(said.complaints) == (1 if said.exit_code else 0), said
        good += said.exit_code == 0
    return good


@pytest.mark.parametrize("lag", [0.0])
def test_two_builds_of_the_same_input(
    database: Path, start: Start, known: Known, lag: float
) -> None:
    builds = [start(database)]
    time.sleep(lag)
    builds.append(start(database))
    assert _all_ended_well(builds) >= 1
    holds(database, known.part_content)
    only(database.parent)


def test_two_first_builds(place: Path, start: Start, known: Known) -> None:
    builds = [start(place / DATABASE), start(place / DATABASE, raw=known.raw)]
    assert _all_ended_well(builds) >= 1
    only(place)
    with duckdb.connect(str(place / DATABASE), read_only=True) as connection:
        connection.execute("from restricted.rejected_rows").fetchall()


def test_two_builds_of_different_input_leave_one_of_the_two(
    database: Path, start: Start, known: Known
) -> None:
    builds = [start(database), start(database, raw=known.raw)]
    assert _all_ended_well(builds) >= 1
    holds(database, known.content, known.part_content)
    only(database.parent)


def test_two_parts_at_once_lose_neither_silently(
    database: Path, start: Start, known: Known
) -> None:
    """Each builds upon the database as it was: the second to end must not undo the first."""
    with duckdb.connect(str(database)) as connection:
        connection.execute(
            "delete from restricted.rejected_rows; delete from marts.rework_rate_v1; checkpoint"
        )
    builds = [start(database)]
    builds.append(start(database, "--select", "rework_rate_v1", raw=known.raw))
    results = [build.wait() for build in builds]
    for said in results:
        assert "Traceback" not in said.err and len(said.complaints) <= 1, said
    if all(said.exit_code == 0 for said in results):
        with duckdb.connect(str(database), read_only=True) as connection:
            (rates,) = connection.execute("select count(*) from marts.rework_rate_v1").fetchall()[0]
        assert content(database).rejected == known.other_content.rejected or rates
        assert content(database).rejected == known.other_content.rejected and rates, (
            "both ended with 0, and what one of them built is lost"
        )


def test_three_starts_within_a_second(database: Path, start: Start, known: Known) -> None:
    builds = []
    for _ in range(3):
        builds.append(start(database))
        time.sleep(0.1)
    assert _all_ended_well(builds) >= 1
    holds(database, known.part_content)
    only(database.parent)


def test_the_commands_that_read_during_a_build(database: Path, start: Start, known: Known) -> None:
    build = start(database)
    build.reach("dbt")
    commands = [
        ["scorecard", "--database", str(database)],
        ["check", "--database", str(database)],
        ["investigate", "spike", "--database", str(database)],
    ]
    readers = [start(database, command=command, whole=True) for command in commands]
    for reader in readers:
        said = reader.wait()
        assert "Traceback" not in said.err, said.err[-300:]
        assert said.exit_code in (0, 1, 2)
    said = build.wait()
    assert said.exit_code in (0, 2) and len(said.complaints) <= 1, said
    holds(database, known.content, known.part_content)
    assert not workshops(database.parent) and not log_of(database).exists()


def test_the_database_is_deleted_during_the_build(
    database: Path, start: Start, known: Known
) -> None:
    build = start(database)
    build.reach("building")
    database.unlink()
    said = build.wait()
    assert "Traceback" not in said.err
    nothing_left(database.parent)
    if said.exit_code == 0:
        holds(database, known.part_content)
    else:
        assert len(said.complaints) == 1 and listing(database.parent) == []


def test_the_database_is_replaced_during_the_build(
    database: Path, start: Start, known: Known
) -> None:
    build = start(database)
    build.reach("building")
    shutil.copyfile(known.other_database, database.with_name("new"))
    database.with_name("new").replace(database)
    said = build.wait()
    assert "Traceback" not in said.err and len(said.complaints) == bool(said.exit_code), said
    holds(database, known.other_content, known.part_content)
    only(database.parent)


@pytest.mark.parametrize("fate", ["renamed", "removed", "a file in its place"])
def test_the_databases_folder_goes_during_the_build(
    database: Path, start: Start, known: Known, fate: str
) -> None:
    folder = database.parent
    build = start(database)
    build.reach("dbt")
    if fate == "removed":
        shutil.rmtree(folder)
    else:
        folder.rename(folder.with_name("moved"))
    if fate == "a file in its place":
        folder.write_text("x")
    said = build.wait()
    assert "Traceback" not in said.err, said.err[-300:]
    assert len(said.complaints) <= 1 and said.exit_code in (0, 2), said
    if fate != "removed":
        moved = folder.with_name("moved")
        holds(moved / DATABASE, known.content, known.part_content)
        nothing_left(moved)
    if fate == "removed" and said.exit_code:
        assert not folder.exists() or listing(folder) == []


def test_the_history_of_the_checks_is_kept(database: Path, start: Start) -> None:
    history = database.with_name(f"{DATABASE}.checks.parquet")
    start(database, command=["check", "--database", str(database)], whole=True).wait()
    assert history.is_file(), "check keeps no history"
    before = digest(history)
    for path in (database, database):
        succeeds(start(path).wait())
    assert digest(history) == before
    with duckdb.connect(str(database), read_only=True) as connection:
        (kept,) = connection.execute("select count(*) from marts.data_checks").fetchall()[0]
        (all_of_it,) = connection.execute(f"select count(*) from '{history}'").fetchall()[0]
    assert kept == all_of_it > 0
