"""What lies in a raw folder and cannot be read as a file: it is told before DuckDB comes upon it,
which would wait for a pipe for ever, or pass over a link as if it were not there."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Set
from pathlib import Path

from trustmetrics.archives import check_archives

KINDS = (
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


def check_raw_folder(raw: Path, tables: Set[str]) -> list[str]:
    """Return what is wrong with the files of a raw folder before any is read, a line for each.

    Args:
        raw: the folder.
        tables: the names of the raw tables; of what belongs to none only the name is looked at.
    """
    faults = [fault for path in _entries(raw) if (fault := _fault(path, raw, tables))]
    return faults or check_archives(raw)


def _entries(folder: Path) -> Iterator[Path]:
    """Everything beneath a folder; links to folders are named and, but for the first, not followed:
    that is how DuckDB reads it."""
    for top in sorted(folder.iterdir()):
        yield top
        if top.is_dir():
            for inner, folders, files in os.walk(top):
                yield from (Path(inner) / name for name in sorted([*folders, *files]))


def _fault(path: Path, raw: Path, tables: Set[str]) -> str | None:
    try:
        str(path).encode()
    except UnicodeEncodeError:
        shown = str(path).encode("ascii", "backslashreplace").decode()
        return f"'{shown}': the name is not in UTF-8. Rename it, or move it out of the folder"
    parts = path.relative_to(raw).parts
    if parts[0].split(".")[0].lower() not in tables or any(one[0] in "._" for one in parts):
        return None
    try:
        mode = path.stat().st_mode
    except OSError:
        return (
            f"'{path}' is a link to a file that is not there. Restore that file, or remove the link"
        )
    if kind := next((kind for is_kind, kind in KINDS if is_kind(mode)), None):
        return f"'{path}' is {kind}, not a file. Write its rows to a file, or remove it"
    if stat.S_ISDIR(mode) and path.is_symlink() and len(parts) > 1:
        return (
            f"'{path}' is a link to a folder, which is not followed inside a table's folder. Copy "
            "its files here, or remove the link"
        )
    return None
