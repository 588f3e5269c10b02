"""Says what a full disk means for a build."""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from trustmetrics.engine_errors import NO_ROOM
from trustmetrics.errors import UserError

MOUNTS = Path("/proc/mounts")
HARDLY_ANY = 1 << 20
HARDLY_ANY_FILES = 100


def is_full(error: Exception) -> bool:
    """Whether the system, or DuckDB, had no room for what was to be written."""
    return getattr(error, "errno", None) in (errno.ENOSPC, errno.EDQUOT) or bool(
        NO_ROOM.search(str(error))
    )


@dataclass(frozen=True)
class Disk:
    """The file system of a folder, as it was before a piece of work.

    Attributes:
        mount: where it is mounted.
        kind: its type; empty where the system does not say.
        size: its bytes in all.
        free: the bytes that were free for this user.
    """

    mount: Path
    kind: str
    size: int
    free: int

    @classmethod
    def of(cls, folder: Path) -> Disk:
        """Return the file system of a folder, which need not exist yet."""
        folder = next(
            one for one in (folder.absolute(), *folder.absolute().parents) if one.exists()
        )
        mount = folder.resolve()
        while not mount.is_mount():
            mount = mount.parent
        state = os.statvfs(folder)
        return cls(
            mount, _kind(mount), state.f_blocks * state.f_frsize, state.f_bavail * state.f_frsize
        )

    def is_full_now(self) -> bool:
        """Whether hardly a byte, or no further file, finds room."""
        state = os.statvfs(self.mount)
        return state.f_bavail * state.f_frsize < HARDLY_ANY or _lacks_files(state)

    def no_room(self, written: int, last_size: int | None, option: str) -> str:
        """Say that the work did not find room.

        Args:
            written: the bytes that it had written by then.
            last_size: the bytes of the last good database; None where there is none.
            option: what names another place; empty where nothing does.
        """
        state = os.statvfs(self.mount)
        elsewhere = f", or name another place: {option}" if option else ""
        name = f"the file system '{self.mount}' ({self.kind + ', ' if self.kind else ''}"
        name += f"{_amount(self.size)})"
        if _lacks_files(state):
            return (
                f"{name} is full: it holds {state.f_files:,} files at most, and the "
                f"work needs some hundred for a while. Remove files there{elsewhere}"
            )
        needed = max(self.free, written, last_size or 0)
        last = f"; the last good database has {_amount(last_size)}" if last_size else ""
        return (
            f"{name} is full: more than {_amount(needed)} were needed beside what is there, "
            f"{_amount(self.free)} were free ({_amount(written)} were written by then{last}). "
            f"Make room there{elsewhere}"
        )


@contextmanager
def full_disk_told(
    disk: Disk,
    folder: Path | None,
    last_size: int | None = None,
    option: str = "--database FILE",
) -> Iterator[None]:
    """Turn the errors of a full disk into one that says which one it is and how much was needed.

    Args:
        disk: of what is written inside, as it was before.
        folder: what is written inside; None: nothing yet.
        last_size: the bytes of the last good database; None where there is none.
        option: what names another place; empty where nothing does.

    Raises:
        UserError: the disk is full.
    """
    try:
        yield
    except (OSError, duckdb.Error) as error:
        if is_full(error):
            written = size_of(folder) if folder else 0
            raise UserError(disk.no_room(written, last_size, option)) from error
        raise


def size_of(folder: Path) -> int:
    """Return the bytes that the files under a folder take."""
    total = 0
    for root, _, files in os.walk(folder):
        for name in files:
            try:
                total += (Path(root) / name).stat().st_blocks * 512
            except OSError:
                continue
    return total


def _lacks_files(state: os.statvfs_result) -> bool:
    """Some file systems make inodes as they go, and have none to count."""
    return state.f_files > 0 and state.f_favail < HARDLY_ANY_FILES


def _amount(size: int) -> str:
    for unit, bytes_ in (("GB", 1e9), ("MB", 1e6)):
        if size >= bytes_:
            return f"{size / bytes_:.3g} {unit}"
    return f"{size / 1e3:.3g} kB"


def _kind(mount: Path) -> str:
    try:
        lines = MOUNTS.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    # Written with octal escapes, such as \040 for a blank.
    found = [
        parts[2]
        for line in lines
        if len(parts := line.split()) > 2
        and re.sub(r"\\([0-7]{3})", lambda code: chr(int(code[1], 8)), parts[1]) == str(mount)
    ]
    return found[-1] if found else ""
