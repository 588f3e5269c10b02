"""Modes, owners and links of the database are kept.

Only the numbers change: who may read them, and by which name, is the user's.
"""

from __future__ import annotations

import os
import shutil
import socket
import stat
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults.builds import (
    DATABASE,
    ROOT,
    Build,
    Known,
    content,
    digest,
    holding,
    holds,
    listing,
    only,
    says_one_line,
    succeeds,
    workshops,
)
from tests.faults.mounts import Mounts

Start = Callable[..., Build]
NOBODY = 12345
WITHOUT_RIGHTS = ("setpriv", "--bounding-set=-all", "--inh-caps=-all")
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root may change owners")


def _mode(path: Path) -> str:
    return oct(stat.S_IMODE(path.stat().st_mode))


@pytest.mark.parametrize(("mode", "umask"), [(0o600, 0o022), (0o2660, 0o077)])
def test_the_mode_is_kept(
    database: Path, start: Start, known: Known, mode: int, umask: int
) -> None:
    database.chmod(mode)
    succeeds(start(database, umask=umask).wait())
    assert _mode(database) == oct(mode)
    holds(database, known.part_content)


@pytest.mark.parametrize(("umask", "mode"), [(0o077, 0o600)])
def test_a_new_databases_mode_is_that_of_the_umask(
    place: Path, start: Start, umask: int, mode: int
) -> None:
    succeeds(start(place / DATABASE, umask=umask).wait())
    assert _mode(place / DATABASE) == oct(mode)
    only(place)


def test_nobody_else_may_read_the_draft_of_a_private_database(database: Path, start: Start) -> None:
    """It holds ids, too: neither it nor what else lies in the workshop is open to others."""
    database.chmod(0o600)
    build = start(database)
    build.reach("building")
    open_to_others = [
        str(path)
        for folder in workshops(database.parent)
        if folder.stat().st_mode & 0o077
        for path in folder.rglob("*")
        if path.name.startswith(DATABASE) and path.stat().st_mode & 0o077
    ]
    succeeds(build.wait())
    assert open_to_others == []


@as_root
@pytest.mark.parametrize(("uid", "gid", "mode"), [(NOBODY, NOBODY, 0o640), (0, NOBODY, 0o660)])
def test_owner_and_group_are_kept(
    database: Path, start: Start, uid: int, gid: int, mode: int
) -> None:
    os.chown(database, uid, gid)
    database.chmod(mode)
    succeeds(start(database).wait())
    status = database.stat()
    assert (status.st_uid, status.st_gid, _mode(database)) == (uid, gid, oct(mode))


def test_extended_attributes_are_kept(database: Path, start: Start) -> None:
    try:
        os.setxattr(database, "user.classification", b"internal")
    except OSError:
        pytest.skip("this file system has no extended attributes")
    succeeds(start(database).wait())
    try:
        kept = os.getxattr(database, "user.classification")
    except OSError:
        kept = b"none"
    assert kept == b"internal"


def _link(place: Path, database: Path, kind: str) -> Path:
    links = place / "links"
    links.mkdir()
    link = links / DATABASE
    if kind == "a chain":
        (links / "second").symlink_to("third")
        (links / "third").symlink_to(Path("../db") / DATABASE)
        link.symlink_to("second")
    elif kind == "a linked folder":
        links.rmdir()
        links.symlink_to(database.parent, target_is_directory=True)
    return link


@pytest.mark.parametrize("kind", ["a chain", "a linked folder"])
def test_a_link_stays_one(
    database: Path, start: Start, known: Known, place: Path, kind: str
) -> None:
    database.chmod(0o600)
    link = _link(place, database, kind)
    pointed = {path: path.readlink() for path in place.rglob("*") if path.is_symlink()}
    succeeds(start(link).wait())
    assert {p: p.readlink() for p in place.rglob("*") if p.is_symlink()} == pointed
    holds(database, known.part_content)
    assert _mode(database) == "0o600"
    only(database.parent)


def test_a_link_of_another_name_than_its_target(
    database: Path, start: Start, known: Known, place: Path
) -> None:
    """The catalog is named after one of them; the views must hold under both."""
    link = place / "current.duckdb"
    link.symlink_to(database)
    succeeds(start(link, parsed=None).wait())
    assert link.is_symlink()
    assert content(link) == content(database) == known.part_content


def test_a_link_into_another_file_system(
    known: Known, start: Start, place: Path, mounts: Mounts
) -> None:
    other = mounts.small(place / "other", 200)
    target = Path(shutil.copyfile(known.database, other / DATABASE))
    (place / DATABASE).symlink_to(target)
    succeeds(start(place / DATABASE).wait())
    assert (place / DATABASE).is_symlink()
    holds(target, known.part_content)
    only(other)
    assert sorted(p.name for p in place.iterdir()) == ["other", DATABASE]


def test_a_link_to_a_file_that_is_still_to_be_made(place: Path, start: Start) -> None:
    (place / "db").mkdir()
    (place / DATABASE).symlink_to(f"db/{DATABASE}")
    succeeds(start(place / DATABASE).wait())
    assert (place / DATABASE).is_symlink()
    assert (place / "db" / DATABASE).is_file() and not (place / "db" / DATABASE).is_symlink()


@pytest.mark.parametrize("target", ["gone/t.duckdb", DATABASE, "folder", "file/t.duckdb"])
def test_a_link_that_leads_nowhere_is_told_of_before_the_work(
    place: Path, start: Start, target: str
) -> None:
    """Into a folder that is missing, to itself, to a folder, through a file."""
    (place / "folder").mkdir()
    (place / "file").write_text("x")
    link = place / DATABASE
    link.symlink_to(target)
    said = start(link).wait()
    says_one_line(said)
    assert "building: " not in said.err
    assert str(link.readlink()) == target
    assert listing(place) == sorted(["file", "folder", DATABASE])


@pytest.mark.parametrize("kind", ["a pipe", "a socket", "a link to a pipe"])
def test_what_is_no_file_is_told_of_before_the_work(place: Path, start: Start, kind: str) -> None:
    """Opened, a pipe waits for ever for its other end."""
    named = place / DATABASE
    special = place / "special" if "link" in kind else named
    if kind == "a socket":
        with socket.socket(socket.AF_UNIX) as listening:
            os.chdir(place)
            listening.bind(named.name)
            os.chdir(ROOT)
    else:
        os.mkfifo(special)
    if special != named:
        named.symlink_to(special)
    said = start(named).wait(120)
    says_one_line(said, DATABASE)
    assert "building: " not in said.err
    assert stat.S_ISFIFO(named.stat().st_mode) or named.is_socket()


def test_a_path_from_the_folder_that_one_is_in(database: Path, start: Start, known: Known) -> None:
    database.chmod(0o600)
    with holding(database, read_only=False) as writer:
        says_one_line(start(Path(DATABASE), cwd=database.parent).wait(), str(writer.pid))
    succeeds(start(Path(DATABASE), cwd=database.parent).wait())
    holds(database, known.part_content)
    assert _mode(database) == "0o600"
    only(database.parent)


def test_a_hard_link_goes_on_holding_the_old_numbers_or_the_new(
    database: Path, start: Start, known: Known
) -> None:
    """The name that was built holds the new ones; the other name is a whole database."""
    os.link(database, database.parent / "other-name")
    succeeds(start(database).wait())
    holds(database, known.part_content)
    holds(database.parent / "other-name", known.content, known.part_content)


@pytest.fixture
def mine(database: Path, place: Path, known: Known) -> Path:
    """A database and a folder `raw` beside its own, for a root that has none of root's rights.

    Becoming another user would not do, for that user may not reach the interpreter.
    """
    if os.geteuid() != 0:
        pytest.skip("only root may give files to another user")
    if subprocess.run([*WITHOUT_RIGHTS, "true"], capture_output=True, check=False).returncode:
        pytest.skip("setpriv cannot take rights away here")
    shutil.copytree(known.other_raw, place / "raw")
    return database


def _as_a_user(start: Start, database: Path) -> Build:
    return start(database, raw=database.parents[1] / "raw", prefix=WITHOUT_RIGHTS)


def _give_away(path: Path, mode: int) -> None:
    path.chmod(mode)
    os.chown(path, NOBODY, NOBODY)


def test_a_folder_that_may_not_be_written(mine: Path, start: Start) -> None:
    _give_away(mine.parent, 0o755)
    before = digest(mine)
    said = _as_a_user(start, mine).wait()
    says_one_line(said, str(mine.parent))
    assert "building: " not in said.err
    assert digest(mine) == before
    only(mine.parent)


def test_a_database_that_may_not_be_read(mine: Path, start: Start) -> None:
    _give_away(mine, 0o600)
    before = digest(mine)
    says_one_line(_as_a_user(start, mine).wait(), DATABASE)
    assert digest(mine) == before
    only(mine.parent)


def test_another_owners_database_in_a_folder_with_the_sticky_bit(mine: Path, start: Start) -> None:
    """As in /tmp: the folder may be written, but the file there may not be replaced."""
    _give_away(mine, 0o644)
    _give_away(mine.parent, 0o1777)
    before = digest(mine)
    says_one_line(_as_a_user(start, mine).wait(), DATABASE)
    assert digest(mine) == before and mine.stat().st_uid == NOBODY
    only(mine.parent)


def test_another_owners_database_in_a_folder_of_ones_own(
    mine: Path, start: Start, known: Known
) -> None:
    """Its owner cannot be kept by somebody who is not root: then nothing is changed silently."""
    _give_away(mine, 0o644)
    before = digest(mine)
    said = _as_a_user(start, mine).wait()
    assert "Traceback" not in said.err
    if said.exit_code == 0:
        is_kept = mine.stat().st_uid == NOBODY
        assert is_kept or said.complaints, "the owner changed, and it is silent"
        holds(mine, known.part_content)
    else:
        says_one_line(said, DATABASE)
        assert digest(mine) == before
    only(mine.parent)


def test_a_database_of_a_group_that_one_is_not_in(mine: Path, start: Start, known: Known) -> None:
    """The group cannot be kept: then its rights must not go to another group."""
    os.chown(mine, 0, NOBODY)
    mine.chmod(0o660)
    said = _as_a_user(start, mine).wait()
    assert "Traceback" not in said.err and said.exit_code in (0, 2), said
    status = mine.stat()
    is_kept = (status.st_gid, stat.S_IMODE(status.st_mode)) == (NOBODY, 0o660)
    assert is_kept or not status.st_mode & 0o060, "another group may read it now"
    holds(mine, known.content, known.part_content)


def test_raw_data_that_may_not_be_read(mine: Path, start: Start) -> None:
    secret = mine.parents[1] / "raw/cases.parquet"
    _give_away(secret, 0o600)
    before = digest(mine)
    says_one_line(_as_a_user(start, mine).wait(), "cases.parquet")
    assert digest(mine) == before
    only(mine.parent)
