"""Says in one line why a command could not run, whatever was raised."""

from __future__ import annotations

from pathlib import Path

from trustmetrics.engine_errors import engine_sentence, system_sentence
from trustmetrics.errors import UserError
from trustmetrics.texts import not_utf8

# An environment variable: with it, what is unexpected ends with Python's traceback.
TRACEBACK = "TRUSTMETRICS_TRACEBACK"
LONGEST = 300
REPORT = f"To see where it arose, set {TRACEBACK}=1; report it with that"


def check_current_folder() -> None:
    """Refuse to run where the current folder was deleted.

    Raises:
        UserError: it was.
    """
    try:
        Path.cwd()
    except OSError as error:
        raise UserError(
            "the current folder is not there any more. Change to one that is: cd"
        ) from error


def told(error: Exception) -> str:
    """Return what to say of an error: what is wrong and how it is mended."""
    if isinstance(error, UserError):
        return str(error)
    if isinstance(error, OSError):
        return system_sentence(error)
    if isinstance(error, UnicodeDecodeError):
        return f"a file that is read as text: {not_utf8(error)}. Write it again in UTF-8"
    if isinstance(error, MemoryError):
        return "there is not enough memory for this. Close other programs, or use less data"
    # Without the import: a command that never touches DuckDB starts quicker.
    if any("duckdb" in kind.__module__ for kind in type(error).__mro__):
        return engine_sentence(str(error), REPORT)
    said = " ".join(str(error).split())[:LONGEST]
    return f"this is a fault of trustmetrics ({type(error).__name__}: {said}). {REPORT}"
