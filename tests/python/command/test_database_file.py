"""One database file takes another's place: its log, mode, owner and links; who has it open."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pytest

from trustmetrics.database_file import (
    check_nobody_writes,
    check_replaceable,
    copy_database,
    log_of,
    put_in_place,
)
from trustmetrics.errors import UserError
from trustmetrics.public_marts import write_public_marts

# Commits a row, and keeps it in the log.
WRITER = """
import sys, time, duckdb
connection = duckdb.connect(sys.argv[1])
connection.execute("pragma disable_checkpoint_on_shutdown")
connection.execute("pragma wal_autocheckpoint = '1TB'")
connection.execute("insert into said values ('in the log')")
print("ready", flush=True)
time.sleep(600)
"""


def make(path: Path, word: str) -> Path:
    with duckdb.connect(str(path)) as connection:
        connection.execute("create table said as select ? as word", [word])
    return path


def said(path: Path) -> list[str]:
    with duckdb.connect(str(path), read_only=True) as connection:
        return [word for (word,) in connection.execute("from said order by word").fetchall()]


@contextmanager
def writer(path: Path) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None and process.stdout.readline() == "ready\n"
    try:
        yield process
    finally:
        process.kill()
        process.wait()


@pytest.fixture
def draft(tmp_path: Path) -> Path:
    (tmp_path / "workshop").mkdir()
    return make(tmp_path / "workshop" / "x.duckdb", "new")


def test_a_log_that_a_killed_writer_left_is_not_replayed_over_the_new_file(
    tmp_path: Path, draft: Path
) -> None:
    place = make(tmp_path / "x.duckdb", "old")
    with writer(place):
        pass
    assert log_of(place).exists()
    put_in_place(draft, place)
    assert not log_of(place).exists()
    assert said(place) == ["new"]


def test_nor_is_one_of_who_opened_the_file_by_a_link(tmp_path: Path, draft: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    place = make(tmp_path / "x.duckdb", "old")
    link = tmp_path / "elsewhere" / "link.duckdb"
    link.symlink_to("../x.duckdb")
    with writer(link):
        pass
    assert log_of(place).exists()
    put_in_place(draft, link)
    assert (said(place), said(link)) == (["new"], ["new"])
    assert link.readlink() == Path("../x.duckdb")
    assert not log_of(place).exists()


def test_a_log_goes_too_where_a_reader_keeps_it_from_being_settled(
    tmp_path: Path, draft: Path
) -> None:
    place = make(tmp_path / "x.duckdb", "old")
    with writer(place):
        pass
    # In a process of its own: DuckDB shares an open file within one.
    reading = (
        "import sys, duckdb, time; c = duckdb.connect(sys.argv[1], read_only=True);"
        "print('ready', flush=True); time.sleep(600)"
    )
    reader = subprocess.Popen(
        [sys.executable, "-c", reading, str(place)], stdout=subprocess.PIPE, text=True
    )
    assert reader.stdout is not None and reader.stdout.readline() == "ready\n"
    try:
        put_in_place(draft, place)
    finally:
        reader.kill()
        reader.wait()
    assert not log_of(place).exists()
    assert said(place) == ["new"]


def test_a_damaged_log_goes(tmp_path: Path, draft: Path) -> None:
    place = make(tmp_path / "x.duckdb", "old")
    log_of(place).write_bytes(b"not a log" * 1000)
    put_in_place(draft, place)
    assert not log_of(place).exists()
    assert said(place) == ["new"]


def test_a_log_without_its_database_goes(tmp_path: Path, draft: Path) -> None:
    place = make(tmp_path / "x.duckdb", "old")
    with writer(place):
        pass
    place.unlink()
    put_in_place(draft, place)
    assert not log_of(place).exists()
    assert said(place) == ["new"]


def test_who_writes_is_named(tmp_path: Path) -> None:
    place = make(tmp_path / "x.duckdb", "old")
    with (
        writer(place) as process,
        pytest.raises(UserError, match=rf"in use by another process \(PID {process.pid}\)"),
    ):
        check_nobody_writes(place, seconds=0)
    check_nobody_writes(place, seconds=0)


def test_a_copy_has_what_the_log_holds(tmp_path: Path) -> None:
    place = make(tmp_path / "x.duckdb", "old")
    with writer(place):
        pass
    (tmp_path / "workshop").mkdir()
    copy = tmp_path / "workshop" / "x.duckdb"
    copy_database(place, copy)
    assert said(copy) == ["in the log", "old"]


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o664, 0o444])
def test_the_mode_stays(tmp_path: Path, draft: Path, mode: int) -> None:
    place = make(tmp_path / "x.duckdb", "old")
    place.chmod(mode)
    put_in_place(draft, place)
    assert stat.S_IMODE(place.stat().st_mode) == mode
    assert said(place) == ["new"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give files away")
def test_the_owner_stays(tmp_path: Path, draft: Path) -> None:
    place = make(tmp_path / "x.duckdb", "old")
    os.chown(place, 1234, 4321)
    place.chmod(0o640)
    put_in_place(draft, place)
    known = place.stat()
    assert (known.st_uid, known.st_gid, stat.S_IMODE(known.st_mode)) == (1234, 4321, 0o640)


def test_a_link_to_nothing_yet_is_followed(tmp_path: Path, draft: Path) -> None:
    link = tmp_path / "link.duckdb"
    link.symlink_to("x.duckdb")
    put_in_place(draft, link)
    assert link.is_symlink()
    assert said(tmp_path / "x.duckdb") == ["new"]


def test_a_link_to_itself_is_told(tmp_path: Path, draft: Path) -> None:
    link = tmp_path / "link.duckdb"
    link.symlink_to("link.duckdb")
    with pytest.raises(UserError, match="leads back to itself"):
        put_in_place(draft, link)


@pytest.mark.parametrize("name", ["x.duckdb", "marts.duckdb"])
def test_what_is_not_a_database_is_not_replaced(tmp_path: Path, name: str) -> None:
    place = tmp_path / name
    check_replaceable(place)
    place.touch()
    check_replaceable(place)
    place.write_text("what somebody wrote")
    with pytest.raises(UserError, match="is not a DuckDB file, and is not replaced"):
        check_replaceable(place)
    place.unlink()
    make(place, "old")
    check_replaceable(place)
    place.unlink()
    os.mkfifo(place)
    with pytest.raises(UserError, match="not a file but a pipe"):
        check_replaceable(place)


@pytest.mark.parametrize(("owner", "group"), [(4321, 1234), (1234, 4321)])
def test_an_owner_that_cannot_be_kept_is_told_before_the_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, owner: int, group: int
) -> None:
    place = make(tmp_path / "x.duckdb", "old")
    monkeypatch.setattr(os, "geteuid", lambda: 1234)
    monkeypatch.setattr(os, "getegid", lambda: 1234)
    monkeypatch.setattr(os, "getgroups", lambda: [1234])
    monkeypatch.setattr(
        Path, "stat", lambda path, **_: os.stat_result((33188, 1, 1, 1, owner, group, 9, 0, 0, 0))
    )
    with pytest.raises(UserError, match=f"user {owner}, group {group}"):
        check_replaceable(place)


def test_the_time_of_change_is_the_new_one(tmp_path: Path, draft: Path) -> None:
    place = make(tmp_path / "x.duckdb", "old")
    os.utime(place, (1_000_000_000, 1_000_000_000))
    put_in_place(draft, place)
    assert place.stat().st_mtime > 1_000_000_000


def test_the_second_file_holds_the_marts_alone(tmp_path: Path) -> None:
    whole = tmp_path / "x.duckdb"
    with duckdb.connect(str(whole)) as connection:
        for schema in ("marts", "staging", "restricted", "raw"):
            connection.execute(f"create schema {schema}")
        connection.execute("create table marts.kpi_values as select 0.25 as value")
        connection.execute(
            "create view marts.kpi_latest as select value * 2 as v from marts.kpi_values"
        )
        connection.execute("create table staging.stg_accounts as select 'account-of-someone' as id")
        connection.execute("create table restricted.rejected_rows as select 'row-of-someone' as id")
    public = tmp_path / "marts.duckdb"
    assert write_public_marts(whole, public) == 2
    with duckdb.connect(str(public), read_only=True) as connection:
        found = connection.execute(
            "select table_schema, table_name from information_schema.tables order by all"
        ).fetchall()
        assert connection.execute("select v from marts.marts.kpi_latest").fetchall() == [(0.5,)]
    assert found == [("marts", "kpi_latest"), ("marts", "kpi_values")]
    assert b"someone" not in public.read_bytes()
