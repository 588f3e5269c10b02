"""What dead processes left is cleared, and only that."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from pathlib import Path

import pytest

from trustmetrics.disk import Disk, full_disk_told
from trustmetrics.errors import UserError
from trustmetrics.workshop import remove_own, workshop

PREFIX = ".x.duckdb.build-"
HOLDS = {"x.duckdb", "target"}
KEEP_ONE = """
import sys, time
from pathlib import Path
from trustmetrics.workshop import workshop
with workshop(Path(sys.argv[1]), sys.argv[2], {"x.duckdb"}) as folder:
    (folder / "x.duckdb").touch()
    print(folder, flush=True)
    time.sleep(600)
"""


def process_with_workshop(folder: Path) -> tuple[subprocess.Popen[str], Path]:
    process = subprocess.Popen(
        [sys.executable, "-c", KEEP_ONE, str(folder), PREFIX], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    return process, Path(process.stdout.readline().strip())


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_is_removed_at_the_end_and_after_an_error(tmp_path: Path) -> None:
    with pytest.raises(ValueError), workshop(tmp_path, PREFIX, HOLDS) as folder:
        (folder / "x.duckdb").touch()
        assert folder.name.startswith(PREFIX)
        assert names(tmp_path) == {folder.name}
        raise ValueError
    assert not names(tmp_path)


def test_what_a_killed_process_left_is_cleared_and_what_lives_is_kept(tmp_path: Path) -> None:
    living, of_living = process_with_workshop(tmp_path)
    dead, of_dead = process_with_workshop(tmp_path)
    dead.kill()
    dead.wait()
    assert names(tmp_path) == {of_living.name, of_dead.name}
    with workshop(tmp_path, PREFIX, HOLDS) as mine:
        assert names(tmp_path) == {of_living.name, mine.name}
    living.kill()
    living.wait()


def test_what_is_not_a_workshop_is_kept(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "x.duckdb").touch()
    (tmp_path / f"{PREFIX}linked").symlink_to(elsewhere)
    (tmp_path / f"{PREFIX}notes.txt").touch()
    (tmp_path / f"{PREFIX}mine").mkdir()
    (tmp_path / f"{PREFIX}mine" / "notes.txt").touch()
    (tmp_path / ".y.duckdb.build-abcdefgh").mkdir()
    (tmp_path / f"{PREFIX}abcdefgh").mkdir()
    before = names(tmp_path)
    with workshop(tmp_path, PREFIX, HOLDS):
        pass
    assert names(tmp_path) == before - {f"{PREFIX}abcdefgh"}
    assert (elsewhere / "x.duckdb").exists()


def test_a_name_with_characters_of_patterns_is_taken_as_it_is(tmp_path: Path) -> None:
    (tmp_path / ".a.build-abcdefgh").mkdir()
    (tmp_path / ".[a].build-abcdefgh").mkdir()
    with workshop(tmp_path, ".[a].build-", HOLDS) as mine:
        assert names(tmp_path) == {".a.build-abcdefgh", mine.name}


def test_a_signal_between_two_lines_leaves_nothing(tmp_path: Path) -> None:
    made = workshop(tmp_path, PREFIX, HOLDS)
    folder = made.__enter__()
    assert folder.exists()
    remove_own()
    assert not names(tmp_path)
    made.__exit__(None, None, None)


def test_a_folder_whose_lock_another_holds_is_not_cleared(tmp_path: Path) -> None:
    (tmp_path / f"{PREFIX}abcdefgh").mkdir()
    descriptor = os.open(tmp_path / f"{PREFIX}abcdefgh", os.O_RDONLY)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    with workshop(tmp_path, PREFIX, HOLDS) as mine:
        assert names(tmp_path) == {f"{PREFIX}abcdefgh", mine.name}
    os.close(descriptor)


def test_a_folder_that_is_missing_is_told(tmp_path: Path) -> None:
    with (
        pytest.raises(UserError, match="nothing can be written in the folder"),
        workshop(tmp_path / "missing", PREFIX, HOLDS),
    ):
        pass


def test_a_full_disk_is_told_with_its_name_and_what_was_needed(tmp_path: Path) -> None:
    disk = Disk(tmp_path, "ext4", size=40_000_000, free=12_300_000)
    (tmp_path / "x.duckdb").write_bytes(bytes(5_000_000))
    with (
        pytest.raises(UserError) as told,
        full_disk_told(disk, tmp_path, last_size=36_000_000),
    ):
        raise OSError(28, "No space left on device")
    assert f"'{tmp_path}' (ext4, 40 MB) is full" in str(told.value)
    assert "more than 36 MB were needed" in str(told.value)
    assert "12.3 MB were free (5 MB were written by then" in str(told.value)


def test_other_errors_stay_what_they_are(tmp_path: Path) -> None:
    with (
        pytest.raises(OSError, match="Permission denied"),
        full_disk_told(Disk.of(tmp_path), tmp_path, None),
    ):
        raise OSError(13, "Permission denied")


def test_the_disk_of_a_folder_is_the_one_that_the_system_names() -> None:
    found = Disk.of(Path("/proc"))
    assert (found.mount, found.kind) == (Path("/proc"), "proc")
