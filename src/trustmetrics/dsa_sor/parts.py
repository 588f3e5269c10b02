"""Finds the CSV parts of dumps, wherever they lie: in a zip of zips, a zip, a folder, or as files.

One inner zip at a time is copied out of its outer one, and is removed when its parts are done.
"""

from __future__ import annotations

import gzip
import hashlib
import threading
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from shutil import copyfileobj
from typing import BinaryIO

from trustmetrics.errors import UserError

CHUNK = 1 << 20
MEND = "Download it again"
DAMAGED = (zipfile.BadZipFile, gzip.BadGzipFile, zlib.error, EOFError, NotImplementedError)
CSV_ENDINGS = (".csv", ".csv.gz")


class DamagedError(Exception):
    """A file, or a file in a file, that is damaged, cut off, or not what its name says."""


@dataclass(frozen=True)
class Part:
    """A CSV file with a header.

    Attributes:
        label: where it lies: the file, and its path in each zip, after slashes.
        key: tells it from every other part of the run, and is the same in a run that goes on.
        weight: its bytes as given, compressed or not.
        open: opens it for reading, decompressed.
        done: to call when it has been read for the last time.
    """

    label: str
    key: str
    weight: int
    open: Callable[[], AbstractContextManager[BinaryIO]]
    done: Callable[[], None] = field(default=lambda: None)


@dataclass
class Found:
    """What the given paths hold.

    Attributes:
        files: the files, each once, by name.
        unread: what is neither a zip nor CSV.
        weight: the bytes of the files.
    """

    files: list[Path] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    weight: int = 0


def find_files(paths: Sequence[Path]) -> Found:
    """List the files of dumps among paths; a folder's in folders of any depth.

    Raises:
        UserError: a path does not exist or holds nothing that can be read. All faults, a line each.
    """
    found, faults = Found(), []
    for path in paths:
        inside = _inside(path) if path.is_dir() else [path]
        readable = [one for one in inside if _kind(one.name) and one.is_file()]
        if path.is_dir():
            found.unread += [str(one) for one in inside if one not in readable]
        if not path.exists():
            faults.append(f"'{path}' does not exist. Name a dump, or the folder that holds it")
        elif not readable:
            faults.append(
                f"'{path}' is not a dump: name a .zip, .csv or .csv.gz file, or a folder of them"
            )
        found.files += [one for one in readable if one not in found.files]
    faults += [
        f"'{path}' is not a zip file, or is cut off. {MEND}"
        for path in found.files
        if _kind(path.name) == "zip" and not zipfile.is_zipfile(path)
    ]
    if faults:
        raise UserError("\n".join(faults))
    found.weight = sum(path.stat().st_size for path in found.files)
    return found


def walk(found: Found, scratch: Path, on_damage: Callable[[str], None]) -> Iterator[Part]:
    """Yield the parts of files, in a fixed order.

    Args:
        found: the files; what is found in zips and not read is added to its `unread`.
        scratch: a folder for inner zips while their parts are read.
        on_damage: called with what is wrong with a file, in one line; the walk goes on.
    """
    seen: Counter[str] = Counter()
    for path in found.files:
        try:
            for part in _parts(path, found, scratch, on_damage):
                # The same part twice is two parts, or its records would not be counted as twice.
                seen[part.key] += 1
                again = f"-{seen[part.key]}" if seen[part.key] > 1 else ""
                yield Part(part.label, part.key + again, part.weight, part.open, part.done)
        except DAMAGED as error:
            on_damage(f"'{path}' is damaged ({error}). {MEND}")


def _parts(
    path: Path, found: Found, scratch: Path, on_damage: Callable[[str], None]
) -> Iterator[Part]:
    state = path.stat()
    if _kind(path.name) != "zip":
        key = _key(path.name, state.st_size, state.st_mtime_ns)
        yield Part(str(path), key, state.st_size, lambda: _opened(path))
        return
    with zipfile.ZipFile(path) as outer:
        for entry in _entries(outer, str(path), found):
            label = f"{path}/{entry.filename}"
            if _kind(entry.filename) == "csv":
                yield _zipped(path, entry, label, entry.compress_size, lambda: None)
                continue
            inner = scratch / f"inner-{_key(label)}.zip"
            try:
                with outer.open(entry) as packed, inner.open("wb") as copy:
                    copyfileobj(packed, copy, CHUNK)
                yield from _inner_parts(inner, entry, label, found)
            except DAMAGED as error:
                inner.unlink(missing_ok=True)
                on_damage(f"'{label}' is damaged ({error}). {MEND}")


def _inner_parts(inner: Path, packed: zipfile.ZipInfo, label: str, found: Found) -> Iterator[Part]:
    with zipfile.ZipFile(inner) as zipped:
        entries = list(_entries(zipped, label, found))
    nested = [entry for entry in entries if _kind(entry.filename) == "zip"]
    found.unread += [f"{label}/{entry.filename}" for entry in nested]
    entries = [entry for entry in entries if entry not in nested]
    last = _Countdown(len(entries), lambda: inner.unlink(missing_ok=True))
    whole = sum(entry.compress_size for entry in entries) or 1
    for entry in entries:
        weight = packed.compress_size * entry.compress_size // whole
        yield _zipped(inner, entry, f"{label}/{entry.filename}", weight, last)
    if not entries:
        inner.unlink(missing_ok=True)


def _zipped(
    path: Path, entry: zipfile.ZipInfo, label: str, weight: int, done: Callable[[], None]
) -> Part:
    key = _key(PurePosixPath(entry.filename).name, entry.file_size, entry.CRC)
    return Part(label, key, weight, lambda: _Entry(path, entry), done)


class _Countdown:
    """Does something when it has been called a number of times, from whatever threads."""

    def __init__(self, left: int, then: Callable[[], None]) -> None:
        self._left, self._then, self._lock = left, then, threading.Lock()

    def __call__(self) -> None:
        with self._lock:
            self._left -= 1
            if self._left == 0:
                self._then()


class _Entry:
    """A file in a zip, opened with a zip of its own, so that threads do not share one."""

    def __init__(self, path: Path, entry: zipfile.ZipInfo) -> None:
        self._path, self._entry = path, entry

    def __enter__(self) -> BinaryIO:
        self._zip = zipfile.ZipFile(self._path)
        self._file = self._zip.open(self._entry)
        return self._file  # type: ignore[return-value]

    def __exit__(self, *_: object) -> None:
        with suppress(*DAMAGED):
            self._file.close()
        self._zip.close()


def _opened(path: Path) -> BinaryIO:
    if path.suffix.lower() == ".gz":
        return gzip.open(path, "rb")  # type: ignore[return-value]
    return path.open("rb")


def _entries(zipped: zipfile.ZipFile, label: str, found: Found) -> Iterator[zipfile.ZipInfo]:
    for entry in zipped.infolist():
        name = PurePosixPath(entry.filename).name
        hidden = name.startswith((".", "_")) or entry.filename.startswith("__MACOSX/")
        if entry.is_dir() or hidden:
            continue
        if entry.flag_bits & 1:
            raise DamagedError(f"'{label}/{entry.filename}' is encrypted")
        if _kind(name) and not name.lower().endswith(".gz"):
            yield entry
        else:
            found.unread.append(f"{label}/{entry.filename}")


def _inside(folder: Path) -> list[Path]:
    return [
        one
        for one in sorted(folder.rglob("*"))
        if one.is_file() and not one.name.startswith((".", "_"))
    ]


def _kind(name: str) -> str | None:
    lowered = name.lower()
    if lowered.endswith(".zip"):
        return "zip"
    return "csv" if lowered.endswith(CSV_ENDINGS) else None


def _key(*facts: object) -> str:
    return hashlib.sha256("\0".join(map(str, facts)).encode()).hexdigest()[:20]
