"""A DuckDB file as something that others use: who has it open, its write-ahead log, its mode, owner
and links; and how another one takes its place."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import duckdb

from trustmetrics.engine_errors import in_use, is_in_use
from trustmetrics.errors import UserError

LOG_ENDING = ".wal"
OLD_LOG = "old.wal"
MAGIC, MAGIC_AT = b"DUCK", 8
AT_START_SECONDS = 3
AT_END_SECONDS = 60
LOOK_AGAIN_SECONDS = 0.2


def real_place(database: Path) -> Path:
    """Return where the file itself lies, or will lie: the end of all symbolic links.

    Raises:
        UserError: the links go round in a circle.
    """
    with suppress(OSError, RuntimeError):
        place = database.resolve()
        # Python 3.13 says nothing of a circle.
        if not place.is_symlink():
            return place
    raise UserError(f"'{database}' is a symbolic link that leads back to itself. Name a file")


def check_nobody_writes(database: Path, seconds: float = AT_START_SECONDS) -> None:
    """Wait for those who have a database open for writing.

    Args:
        database: the DuckDB file; what does not exist, or is not one, nobody writes to.
        seconds: how long to wait.

    Raises:
        UserError: one of them still has it open; names the process.
    """
    with _unwritten(database, seconds):
        pass


def check_name(database: Path) -> None:
    """Refuse a name that DuckDB cuts off: its write-ahead log would lie in another folder.

    Raises:
        UserError: the path has a question mark.
    """
    if "?" in str(database.absolute()):
        raise UserError(
            f"DuckDB does not read the name '{database}' beyond its question mark. Rename the file "
            "or its folder, or name another"
        )


def check_replaceable(database: Path) -> None:
    """Refuse to put a new database where something else is, or where its owner would be another.

    Raises:
        UserError: it is not a DuckDB file, or one of an owner or a group that one may not give to
            a file, or no name for one.
    """
    check_name(database)
    place = real_place(database)
    if not place.exists():
        return
    if place.is_dir():
        raise UserError(f"'{database}' is a folder. Name a file in it")
    if not place.is_file():
        raise UserError(f"'{database}' is not a file but a pipe or a device. Name a file")
    known = place.stat()
    may_give = os.geteuid() in (0, known.st_uid)
    if not may_give or (os.geteuid() and known.st_gid not in (os.getegid(), *os.getgroups())):
        raise UserError(
            f"'{database}' belongs to somebody else (user {known.st_uid}, group {known.st_gid}), "
            "and the new file could not be given to them. Build as that user, or into another file"
        )
    if known.st_size and not _is_duckdb(place):
        raise UserError(
            f"'{database}' is not a DuckDB file, and is not replaced. Name another file, or remove "
            "this one first"
        )


def _is_duckdb(file: Path) -> bool:
    """Whether it begins as a DuckDB file; what cannot be read is none that one may judge."""
    try:
        with file.open("rb") as opened:
            return opened.read(len(MAGIC) + MAGIC_AT)[MAGIC_AT:] == MAGIC
    except OSError:
        return True


def state_of(database: Path) -> tuple[tuple[int, int, int] | None, ...]:
    """Return what tells a database and its write-ahead log from another, or from what they were."""
    return tuple(_state(path) for path in (real_place(database), log_of(database)))


def _state(path: Path) -> tuple[int, int, int] | None:
    try:
        known = path.stat()
    except OSError:
        return None
    return known.st_ino, known.st_size, known.st_mtime_ns


def copy_database(database: Path, copy: Path) -> None:
    """Copy a database to work on, with what its write-ahead log holds."""
    with _unwritten(database, AT_START_SECONDS):
        shutil.copyfile(database, copy)
        if log_of(database).exists():
            shutil.copyfile(log_of(database), log_of(copy))


def put_in_place(draft: Path, database: Path) -> None:
    """Move a new database to where the old one is, in one step, so that who opens it finds one or
    the other. The old one's mode, owner, extended attributes and links stay; its write-ahead log
    goes, for the next to open the database would replay it. Those who read the old one keep
    reading it.

    Args:
        draft: the new file, closed, on the same file system.
        database: the old one, or a link to it; it need not exist.

    Raises:
        UserError: somebody opened the old one for writing, and keeps it open.
    """
    place = real_place(database)
    with _unwritten(database, AT_START_SECONDS):
        _dress_like(draft, place)
        with suppress(FileNotFoundError):
            log_of(place).replace(draft.with_name(OLD_LOG))
        draft.replace(place)
    _make_durable(place.parent)


def _dress_like(draft: Path, old: Path) -> None:
    """Give a new file the mode, the owner and the attributes of an old one."""
    try:
        known = old.stat()
    except FileNotFoundError:
        return
    written = draft.stat()
    os.chown(draft, known.st_uid, known.st_gid)
    shutil.copystat(old, draft)
    os.utime(draft, ns=(written.st_atime_ns, written.st_mtime_ns))


@contextmanager
def _unwritten(database: Path, seconds: float) -> Iterator[None]:
    """Keep a database open for reading, so that nobody opens it for writing meanwhile."""
    end = time.monotonic() + seconds
    with ExitStack() as stack:
        while database.is_file():
            try:
                stack.enter_context(duckdb.connect(str(database), read_only=True))
            except duckdb.Error as error:
                if not is_in_use(str(error)):
                    # Not a DuckDB file, or a damaged one: no lock to wait for.
                    break
                if time.monotonic() < end:
                    time.sleep(LOOK_AGAIN_SECONDS)
                    continue
                raise UserError(in_use(database, str(error))) from error
            break
        yield


def log_of(database: Path) -> Path:
    """Return a database's write-ahead log, which lies beside the file that links lead to."""
    place = real_place(database)
    return place.with_name(place.name + LOG_ENDING)


def _make_durable(folder: Path) -> None:
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
