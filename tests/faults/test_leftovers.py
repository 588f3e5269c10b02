"""What dead builds left is cleared, and only that."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults.builds import (
    DATABASE,
    Build,
    Known,
    end_all,
    holds,
    listing,
    no_survivors,
    nothing_left,
    only,
    succeeds,
    workshops,
)

Start = Callable[..., Build]


def _killed(start: Start, database: Path, **options: str) -> list[Path]:
    """Kill a build in the midst of its work; return what it left."""
    already = set(workshops(database.parent))
    build = start(database, **options)
    build.reach("dbt")
    time.sleep(0.5)
    build.send(signal.SIGKILL)
    build.wait()
    no_survivors(build)
    left = [path for path in workshops(database.parent) if path not in already]
    if not left:
        pytest.skip("kill -9 leaves no folder to clear")
    return left


def test_a_killed_builds_folder_is_cleared_by_the_next(
    database: Path, start: Start, known: Known
) -> None:
    _killed(start, database)
    _killed(start, database)
    succeeds(start(database).wait())
    only(database.parent)
    holds(database, known.part_content)


def test_old_versions_left_such_folders_too(database: Path, start: Start) -> None:
    """A folder as the version before left it: a draft, its log, dbt's target, nothing that says
    whose it was; and one that was empty still."""
    old = database.parent / f".{DATABASE}.build-qx3k_a9f"
    (old / "target").mkdir(parents=True)
    shutil.copyfile(database, old / DATABASE)
    (old / f"{DATABASE}.wal").write_bytes(b"log")
    (old / "target/manifest.json").write_text("{}")
    (database.parent / f".{DATABASE}.build-a1b2c3d4").mkdir()
    hours_ago = time.time() - 7 * 24 * 3600
    for path in [*old.rglob("*"), old, database.parent / f".{DATABASE}.build-a1b2c3d4"]:
        os.utime(path, (hours_ago, hours_ago))
    succeeds(start(database).wait())
    only(database.parent)


def test_a_live_builds_folder_is_left_alone(database: Path, start: Start, known: Known) -> None:
    live = start(database)
    live.reach("building")
    live.pause()
    (folder,) = workshops(database.parent)
    before = listing(folder)
    other = start(database)
    said = other.wait()
    assert said.exit_code in (0, 2), said
    assert set(before) <= set(listing(folder)), "the live build's folder was touched"
    live.resume()
    last = live.wait()
    assert last.exit_code in (0, 2) and len(last.complaints) <= 1, last
    holds(database, known.part_content)
    only(database.parent)


def test_a_live_build_beside_a_dead_one(database: Path, start: Start) -> None:
    _killed(start, database)
    live = start(database)
    live.reach("building")
    live.pause()
    held = [path for path in workshops(database.parent) if (path / "target").exists()]
    start(database).wait()
    assert any(path.exists() for path in held), "the live build's folder is gone"
    live.resume()
    live.wait()
    nothing_left(database.parent)


def test_what_only_looks_like_one_is_left_alone(database: Path, start: Start, place: Path) -> None:
    """A user's own files and folders, of another name or with other things in them, and links."""
    folder = database.parent
    elsewhere = place / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "precious").write_text("mine")
    (folder / f".{DATABASE}.build-notes.txt").write_text("mine")
    (folder / f".{DATABASE}.build-2026").mkdir()
    (folder / f".{DATABASE}.build-2026/precious").write_text("mine")
    (folder / f".{DATABASE}.build-backup01").mkdir()
    (folder / f".{DATABASE}.build-backup01/precious").write_text("mine")
    (folder / f".{DATABASE}.build-abcdefgh").symlink_to(elsewhere)
    (folder / f"{DATABASE}.build-abcdefgh").mkdir()
    (folder / f"{DATABASE}.build-abcdefgh/precious").write_text("mine")
    (folder / f".{DATABASE}.built-abcdefgh").mkdir()
    (folder / f".my{DATABASE}.build-abcdefgh").mkdir()
    (folder / f".my{DATABASE}.build-abcdefgh/precious").write_text("mine")
    before = listing(folder)
    succeeds(start(database).wait())
    assert listing(folder) == before
    assert (elsewhere / "precious").read_text() == "mine"


def test_a_folder_that_holds_a_users_file_among_a_builds(database: Path, start: Start) -> None:
    (left,) = _killed(start, database)
    (left / "precious.xlsx").write_text("mine")
    said = start(database).wait()
    succeeds(said)
    assert (left / "precious.xlsx").read_text() == "mine"


def test_a_link_in_a_dead_builds_folder_is_not_followed(
    database: Path, start: Start, place: Path
) -> None:
    (left,) = _killed(start, database)
    (place / "elsewhere").mkdir()
    (place / "elsewhere/precious").write_text("mine")
    (left / "target/linked").parent.mkdir(exist_ok=True)
    (left / "target/linked").symlink_to(place / "elsewhere")
    succeeds(start(database).wait())
    assert (place / "elsewhere/precious").read_text() == "mine"


def test_another_databases_leftover_is_left_to_its_own_builds(
    database: Path, start: Start, place: Path
) -> None:
    """Same folder, another database, whose build is live: its folder stays and it ends well."""
    other = database.with_name("other.duckdb")
    live = start(other, parsed=None)
    live.reach("workshop")
    live.pause()
    (folder,) = workshops(database.parent)
    succeeds(start(database).wait())
    assert folder.exists()
    end_all(live.mark)
    live.wait()
    assert listing(database.parent)[-1] == DATABASE


def test_a_live_build_of_another_container_is_left_alone(
    database: Path, start: Start, known: Known
) -> None:
    """On a shared folder its process has another number, or none, on this side. It is number 1
    there, and its child's parent number 1 from the start."""
    prefix = ("unshare", "--pid", "--fork", "--mount-proc", "--kill-child")
    if subprocess.run([*prefix, "true"], capture_output=True, check=False).returncode:
        pytest.skip("no namespace of process numbers can be made here: it takes root")
    live = start(database, prefix=prefix)
    live.reach("building")
    live.pause()
    held = {path: listing(path) for path in workshops(database.parent)}
    other = start(database).wait()
    assert other.exit_code in (0, 2) and "Traceback" not in other.err, other
    for path, names in held.items():
        assert set(names) <= set(listing(path)), "the live build's folder was touched"
    live.resume()
    last = live.wait()
    assert last.exit_code in (0, 2) and len(last.complaints) == bool(last.exit_code), last
    holds(database, known.part_content)
    only(database.parent)


def test_a_name_with_the_signs_of_a_pattern_clears_no_other_databases_leftover(
    place: Path, start: Start, known: Known
) -> None:
    """`.[ab].duckdb.build-*` would match the folders of a.duckdb and b.duckdb."""
    other = place / ".a.duckdb.build-abcdefgh"
    other.mkdir()
    shutil.copyfile(known.database, other / "a.duckdb")
    build = start(place / "[ab].duckdb", parsed=None)
    build.reach("dbt")
    build.send(signal.SIGTERM)
    build.wait()
    assert (other / "a.duckdb").exists()
    only(place, other.name, f"{other.name}/a.duckdb")


def test_a_leftover_that_cannot_be_removed_stops_no_build(
    database: Path, start: Start, known: Known
) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root may make a file immutable")
    (left,) = _killed(start, database)
    stuck = left / "stuck"
    stuck.write_text("x")
    if os.system(f"chattr +i '{stuck}' 2>/dev/null"):
        pytest.skip("this file system knows no immutable files")
    said = start(database).wait()
    os.system(f"chattr -i '{stuck}'")
    assert said.exit_code == 0 and "Traceback" not in said.err, said
    holds(database, known.part_content)
