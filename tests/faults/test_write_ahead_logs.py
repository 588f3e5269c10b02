"""Write-ahead logs that writers left, and writers that are there.

The readable state of a database is its file and its log: a build that replaces it must leave no
log of the old file, one that adds to it must not lose what the log holds, one that fails changes
neither.
"""

from __future__ import annotations

import shutil
import signal
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from tests.faults.builds import (
    DATABASE,
    Build,
    Known,
    ask,
    content,
    dead_writer,
    digest,
    holding,
    holds,
    listing,
    log_of,
    no_survivors,
    nothing_left,
    only,
    says_one_line,
    succeeds,
    workshops,
)

Start = Callable[..., Build]
# What a writer changed: numbers that are read, and a table of its own.
CHANGES = (
    "update marts.kpi_values set value = 42.5; delete from restricted.rejected_rows; "
    "create table main.note as select 'committed' as text"
)
NOTE = "from main.note"


def _read(database: Path, sql: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(database), read_only=True) as connection:
        return connection.execute(sql).fetchall()


@pytest.mark.parametrize("where", ["the file", "a link to it"])
def test_a_dead_writers_log_is_not_replayed_on_a_new_database(
    database: Path, start: Start, known: Known, place: Path, where: str
) -> None:
    named = database
    if where == "a link to it":
        (place / "links").mkdir()
        named = place / "links" / DATABASE
        named.symlink_to(database)
    dead_writer(named, CHANGES)
    succeeds(start(named, whole=True).wait())
    assert content(named) == content(database) == known.other_content
    only(database.parent)
    if named != database:
        assert named.is_symlink() and listing(named.parent) == [DATABASE]
    with pytest.raises(duckdb.CatalogException):
        _read(database, NOTE)


def test_what_a_dead_writer_committed_is_in_a_database_that_is_built_upon(
    database: Path, start: Start, known: Known
) -> None:
    dead_writer(database, CHANGES)
    expected = content(database)
    succeeds(start(database).wait())
    assert _read(database, NOTE) == [("committed",)]
    now = content(database)
    assert now.kpi_values == expected.kpi_values != known.content.kpi_values
    assert now.rejected == known.other_content.rejected
    only(database.parent)


def test_a_log_of_a_table_that_the_part_makes_anew(
    database: Path, start: Start, known: Known
) -> None:
    """Replayed after the move, the log's drop would take the table that was just built."""
    dead_writer(database, "drop table restricted.rejected_rows; create table main.note as select 1")
    succeeds(start(database).wait())
    holds(database, known.part_content)
    only(database.parent)


@pytest.mark.parametrize(
    ("log", "part"),
    [
        ("empty", True),
        ("garbage", True),
        ("another database's", True),
        ("cut off", True),
        ("another database's", False),
    ],
)
def test_a_log_that_is_none(
    database: Path, start: Start, known: Known, place: Path, log: str, part: bool
) -> None:
    """The new database is right, or the build says what is wrong and changes nothing."""
    path = log_of(database)
    if log == "another database's":
        other = place / "other"
        other.mkdir()
        with duckdb.connect(str(other / DATABASE)) as connection:
            connection.execute("create table main.note as select 'other' as text")
        shutil.copyfile(dead_writer(other / DATABASE, "insert into note select 'x'"), path)
    elif log == "cut off":
        path = dead_writer(database, CHANGES)
        path.write_bytes(path.read_bytes()[:-20])
    else:
        path.write_bytes(b"" if log == "empty" else b"this is not a log\n" * 50)
    kept, logged = digest(database), digest(path)
    # Where it is not a part, the log is all that there is.
    if not part:
        database.unlink()
    said = start(database).wait()
    assert "Traceback" not in said.err
    nothing_left(database.parent)
    if said.exit_code:
        says_one_line(said, path.name)
        assert (digest(path) == logged) and (not part or digest(database) == kept)
        return
    assert _read(database, "select count(*) from restricted.rejected_rows") == [(1,)]
    assert not path.exists()


def _hold_and_build(database: Path, start: Start, script: str = "") -> None:
    with holding(database, read_only=False, script=script) as writer:
        said = start(database).wait()
        line = says_one_line(said, str(writer.pid))
        assert DATABASE in line
        assert "building: " not in said.err, "it worked before it noticed"
        assert ask(writer, "select 1") == "[(1,)]"
    nothing_left(database.parent)


def test_a_writer_that_has_it_open_is_told_of_before_the_work(
    database: Path, start: Start, known: Known
) -> None:
    before = digest(database)
    _hold_and_build(database, start)
    assert digest(database) == before and content(database) == known.content


def test_an_open_writers_commits_outlive_the_refused_build(database: Path, start: Start) -> None:
    _hold_and_build(database, start, "create table main.note as select 'committed' as text")
    assert _read(database, NOTE) == [("committed",)]


def test_a_writer_behind_a_link(database: Path, start: Start, place: Path) -> None:
    (place / "links").mkdir()
    link = place / "links" / DATABASE
    link.symlink_to(database)
    with holding(database, read_only=False) as writer:
        says_one_line(start(link).wait(), str(writer.pid))
    assert link.is_symlink()


def test_a_writer_that_comes_during_the_build_and_stays(
    database: Path, start: Start, known: Known
) -> None:
    """Moved over it, its next commit would go to a log beside the new file. So: refuse."""
    build = start(database)
    build.reach("dbt")
    with holding(database, read_only=False) as writer:
        said = build.wait()
        says_one_line(said, str(writer.pid))
        ask(writer, "create table main.note as select 'committed' as text")
    assert _read(database, NOTE) == [("committed",)]
    holds(database, known.content)
    assert listing(database.parent)[0] == DATABASE and not workshops(database.parent)


def test_a_writer_that_comes_during_the_build_and_goes(
    database: Path, start: Start, known: Known
) -> None:
    """Its commit is lost, or the build refuses; no log of the old file is left either way."""
    build = start(database)
    build.reach("dbt")
    dead_writer(database, "update marts.kpi_values set value = 42.5")
    changed = content(database)
    said = build.wait()
    nothing_left(database.parent)
    if said.exit_code:
        says_one_line(said)
        assert content(database) == changed
    else:
        holds(database, known.part_content)
        assert not log_of(database).exists()


def test_readers_go_on_reading_the_old_numbers(database: Path, start: Start, known: Known) -> None:
    ask_for = "select count(*) from restricted.rejected_rows"
    with holding(database, read_only=True) as one, holding(database, read_only=True) as two:
        old = ask(one, ask_for)
        build = start(database)
        while not build.is_over():
            assert ask(two, ask_for) == old
            time.sleep(0.3)
        succeeds(build.wait())
        assert ask(one, ask_for) == ask(two, ask_for) == old
    assert content(database) == known.part_content != known.content
    only(database.parent)


def test_a_reader_beside_a_dead_writers_log(database: Path, start: Start, known: Known) -> None:
    """The log cannot be settled in place while someone reads."""
    dead_writer(database, CHANGES)
    with holding(database, read_only=True) as reader:
        said = start(database).wait()
        assert ask(reader, "select count(*) from main.note") == "[(1,)]"
    if said.exit_code:
        says_one_line(said, str(reader.pid))
    else:
        only(database.parent)
        assert content(database).rejected == known.other_content.rejected
    assert _read(database, NOTE) == [("committed",)]


@pytest.mark.parametrize("end", ["SIGKILL", "SIGTERM", "broken raw data"])
def test_a_build_that_fails_keeps_the_log_as_the_last_good_state(
    database: Path, start: Start, known: Known, place: Path, end: str
) -> None:
    dead_writer(database, CHANGES)
    expected = content(database)
    raw = known.other_raw
    if end == "broken raw data":
        raw = place / "raw"
        shutil.copytree(known.raw, raw)
        (raw / "cases.parquet").unlink()
        (raw / "cases.csv").write_text("case_id\nc\n")
    build = start(database, raw=raw)
    if end != "broken raw data":
        build.reach("building")
        build.send(signal.Signals[end])
    said = build.wait()
    no_survivors(build)
    assert said.exit_code != 0
    assert content(database) == expected
    assert _read(database, NOTE) == [("committed",)]


def test_no_log_can_be_read_between_the_moves(database: Path, start: Start, known: Known) -> None:
    """Whoever opens the database at any moment of the build sees the old state or the new one."""
    dead_writer(database, "update marts.kpi_values set value = 42.5")
    old = content(database)
    build = start(database)
    seen = set()
    build.reach("building")
    while not build.is_over():
        try:
            seen.add(content(database))
        except duckdb.Error:
            continue
    succeeds(build.wait())
    new = content(database)
    assert seen <= {old, new}
    assert (new.kpi_values, new.rejected) == (old.kpi_values, known.other_content.rejected)


def test_a_log_that_cannot_be_removed(database: Path, start: Start, known: Known) -> None:
    """The log is a folder: nothing that a database could have, and nothing to delete unasked."""
    log_of(database).mkdir()
    (log_of(database) / "precious").write_text("mine")
    before = digest(database)
    said = start(database).wait()
    assert "Traceback" not in said.err
    assert (log_of(database) / "precious").read_text() == "mine"
    if said.exit_code:
        says_one_line(said, log_of(database).name)
        assert digest(database) == before
    log_of(database).rename(database.parent / "away")
    holds(database, known.content, known.part_content)
