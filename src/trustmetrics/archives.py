"""Whether compressed raw files are whole. DuckDB reads one that was cut off as far as it goes, so
that rows are missing and nothing says so."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable
from pathlib import Path

import zstandard

CHUNK = 1 << 20


def check_archives(folder: Path) -> list[str]:
    """Return what is wrong with the .gz and .zst files under a folder, a line for each.

    Args:
        folder: the folder, or one file. Files of other endings are not looked at.
    """
    faults: list[str] = []
    for path in [folder] if folder.is_file() else sorted(folder.rglob("*")):
        kind, check = CHECKS.get(path.suffix.lower(), ("", None))
        if check is None or path.name.startswith((".", "_")) or not path.is_file():
            continue
        try:
            is_whole = check(path)
        except (gzip.BadGzipFile, zlib.error, zstandard.ZstdError):
            faults.append(
                f"the file '{path}' is not {kind}, or is damaged. Write it again, or give it the "
                "ending of what it is"
            )
            continue
        if not is_whole:
            faults.append(
                f"the file '{path}' is cut off: its last rows are missing. Copy or write it again"
            )
    return faults


def _is_whole_gzip(path: Path) -> bool:
    try:
        with gzip.open(path) as file:
            while file.read(CHUNK):
                pass
    except EOFError:
        return False
    return True


def _is_whole_zstd(path: Path) -> bool:
    """Each frame of the file must come to its end."""
    frame = zstandard.ZstdDecompressor().decompressobj()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            while chunk:
                if frame.eof:
                    frame = zstandard.ZstdDecompressor().decompressobj()
                frame.decompress(chunk)
                chunk = frame.unused_data if frame.eof else b""
    return frame.eof


CHECKS: dict[str, tuple[str, Callable[[Path], bool]]] = {
    ".gz": ("gzip", _is_whole_gzip),
    ".zst": ("zstd", _is_whole_zstd),
}
