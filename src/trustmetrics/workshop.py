"""A folder to work in, beside what is being made, so that the result can be moved into place.

Each is locked while its process lives. The lock goes with the process, however that ends, so that
the next one can tell what dead ones left behind, and clears that.
"""

from __future__ import annotations

import fcntl
import glob
import os
import shutil
import tempfile
from collections.abc import Iterator, Set
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from trustmetrics.disk import Disk, full_disk_told, is_full
from trustmetrics.errors import UserError
from trustmetrics.stops import unstoppable

# By the descriptor of the folder that each lies in: that folder may be renamed meanwhile.
_own: dict[Path, int] = {}


@contextmanager
def workshop(folder: Path, prefix: str, holds: Set[str]) -> Iterator[Path]:
    """Make a folder of one's own, and remove it at the end with all that is in it.

    Args:
        folder: where to make it.
        prefix: what its name begins with: what it is for.
        holds: the names that such a folder may have in it. What dead processes left is cleared
            only where it holds nothing else.

    Raises:
        UserError: nothing can be written in the folder.
        OSError: the disk is full.
    """
    path, lock = None, None
    try:
        with _alone_in(folder), unstoppable():
            _clear_dead(folder, prefix, holds)
            path = _make(folder, prefix)
            _own[path] = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
            lock = lock_folder(path)
        yield path
    finally:
        if path is not None:
            with unstoppable():
                _remove(path)
                if lock is not None:
                    os.close(lock)


@contextmanager
def tables_in_place(out: Path, prefix: str, names: Set[str], plans: Set[str]) -> Iterator[Path]:
    """Yield a folder to write raw tables to; they move to `out` where no error is raised.

    Args:
        out: folder of the raw tables; made if needed.
        prefix: what the name of the folder begins with.
        names: the raw tables that may be written, as `<name>.parquet`.
        plans: other names that the folder may hold meanwhile.

    Raises:
        UserError: the folder cannot be written to, or the disk is full.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(f"{out}: not a folder that can be written to; choose another") from error
    disk = Disk.of(out)
    files = {f"{name}.parquet" for name in names}
    with ExitStack() as opened:
        with full_disk_told(disk, None, option="--out DIR"):
            folder = opened.enter_context(workshop(out, prefix, files | plans))
        with full_disk_told(disk, folder, option="--out DIR"):
            yield folder
            with unstoppable():
                for file in files:
                    with suppress(FileNotFoundError):
                        (folder / file).replace(out / file)


def remove_own() -> None:
    """Remove what this process made and could not remove, because a signal came in between."""
    for path in list(_own):
        _remove(path)


def _make(folder: Path, prefix: str) -> Path:
    try:
        return Path(tempfile.mkdtemp(prefix=prefix, dir=folder))
    except OSError as error:
        if is_full(error):
            raise
        raise UserError(
            f"nothing can be written in the folder '{folder}': {(error.strerror or '').lower()}. "
            "Name another folder, or give yourself the right to write there"
        ) from error


def _remove(path: Path) -> None:
    if (folder := _own.pop(path, None)) is not None:
        shutil.rmtree(path.name, ignore_errors=True, dir_fd=folder)
        os.close(folder)
        # Where the folder it lies in was removed meanwhile, what worked in it made both again.
        shutil.rmtree(path, ignore_errors=True)


def _clear_dead(folder: Path, prefix: str, holds: Set[str]) -> None:
    for path in folder.glob(f"{glob.escape(prefix)}*"):
        if not path.is_dir() or path in _own:
            continue
        with suppress(OSError):
            if not holds.issuperset(entry.name for entry in path.iterdir()):
                continue
            lock = lock_folder(path)
            if lock is not None:
                # Not what a link leads to: rmtree refuses that.
                shutil.rmtree(path, ignore_errors=True)
                os.close(lock)


def lock_folder(folder: Path) -> int | None:
    """Return a descriptor that holds the folder's lock until it is closed; None where another one
    holds it, or where the file system has no locks."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        return None
    return descriptor


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Keep others from clearing here between the making of a workshop and its locking."""
    descriptor = None
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
    try:
        yield
    finally:
        if descriptor is not None:
            os.close(descriptor)
