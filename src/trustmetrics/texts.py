"""Reads a text file that a person writes, and says which byte of it is not text."""

from __future__ import annotations

from pathlib import Path

from trustmetrics.errors import UserError


def read_text(path: Path, shown: str | None = None) -> str:
    """Return what a file says.

    Args:
        path: the file.
        shown: its name for the message; by default the path.

    Raises:
        UserError: it is not UTF-8.
    """
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise UserError(f"'{shown or path}': {not_utf8(error)}. Save it as UTF-8") from error


def not_utf8(error: UnicodeDecodeError) -> str:
    """Say which byte of a text is the first that is not UTF-8."""
    return f"byte 0x{error.object[error.start]:02x} at position {error.start:,} is not UTF-8"
