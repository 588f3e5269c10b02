"""Notices raw files that change while they are read.

A build reads its files one after the other, so that what changes under it gives numbers of no
moment that ever was: half the rows, or a table before and another after a load.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Set
from dataclasses import dataclass
from pathlib import Path

PARQUET_TAIL = 8
SOME_BYTES = 1 << 16
MEND = "Build again when nothing writes to the raw folder any more, or build from a copy of it"


@dataclass(frozen=True)
class FileState:
    """What tells a file from what it was before.

    Attributes:
        size: in bytes.
        changed_at: time of its last modification, nanoseconds since 1970.
        end: digest of its end, which holds the footer of a Parquet file.
    """

    size: int
    changed_at: int
    end: bytes


def raw_state(raw: Path, tables: Set[str]) -> dict[str, FileState]:
    """Return the state of each file that belongs to a raw table, by its path in the folder.

    Args:
        raw: folder of the raw tables.
        tables: their names.
    """
    return {
        str(path.relative_to(raw)): state
        for path in _files(raw, tables)
        if (state := _state(path)) is not None
    }


def raw_changes(before: dict[str, FileState], after: dict[str, FileState]) -> str:
    """Return what changed between two states, on one line; empty where nothing did."""
    if before and not after:
        return f"the raw files changed while they were read: all of them are gone. {MEND}"
    changes = [
        change
        for name in sorted(before.keys() | after.keys())
        if (change := _change(name, before.get(name), after.get(name)))
    ]
    if not changes:
        return ""
    others = len(changes) - 1
    more = f"; so did {others} other file{'s' if others > 1 else ''}" if others else ""
    return f"{changes[0]}{more}. {MEND}"


def _change(name: str, before: FileState | None, after: FileState | None) -> str:
    if before == after:
        return ""
    if after is None:
        return f"{name} changed while it was read: it is gone"
    if before is None:
        return f"{name} changed while it was read: it was not there before"
    if before.size != after.size:
        return f"{name} changed while it was read: from {before.size:,} to {after.size:,} bytes"
    return f"{name} changed while it was read: somebody wrote to it"


def _files(raw: Path, tables: Set[str]) -> Iterator[Path]:
    seen: set[tuple[int, int]] = set()
    for entry in sorted(raw.iterdir()) if raw.is_dir() else ():
        if entry.name.split(".")[0].lower() not in tables:
            continue
        if not entry.is_dir():
            yield entry
            continue
        for folder, folders, files in os.walk(entry, followlinks=True):
            known = Path(folder).stat()
            if (known.st_dev, known.st_ino) in seen:
                folders.clear()
                continue
            seen.add((known.st_dev, known.st_ino))
            yield from (Path(folder) / name for name in files if not name.startswith((".", "_")))


def _state(path: Path) -> FileState | None:
    """None where it is not there, or is not a file."""
    try:
        if not path.is_file():
            return None
        with path.open("rb") as file:
            known = os.fstat(file.fileno())
            file.seek(max(0, known.st_size - _end_size(file.fileno(), known.st_size)))
            return FileState(known.st_size, known.st_mtime_ns, hashlib.sha256(file.read()).digest())
    except OSError:
        return None


def _end_size(descriptor: int, size: int) -> int:
    """How many bytes at the end to look at: the footer of a Parquet file, or some of another."""
    tail = os.pread(descriptor, PARQUET_TAIL, max(0, size - PARQUET_TAIL))
    if tail[4:] != b"PAR1":
        return SOME_BYTES
    return min(size, int.from_bytes(tail[:4], "little") + PARQUET_TAIL)
