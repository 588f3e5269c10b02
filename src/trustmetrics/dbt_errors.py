"""Puts dbt's errors into one line that says what is wrong and how to correct it."""

import re
from itertools import pairwise
from pathlib import Path

from trustmetrics.engine_errors import first_known, is_of_engine, plain
from trustmetrics.unreadable import unreadable_file

FRAME = ("> ", "Compilation Error", "Runtime Error", "Database Error", "compiled code at")
ADVICE = ("Possible fixes", "LINE ", "Possible Solution", "Raw Error")
FAILURE = "Failure in test "
# The project's own macros say several things as a list.
ITEM = "- "
NOT_OF_A_FILE = (
    "Each raw file by itself can be read: report this with the command that you ran, or look what "
    "was changed in the models"
)


def failed_tests(errors: list[str]) -> str | None:
    """Return the data tests that failed, on one line; None where something else is wrong."""
    if any("\n" in error for error in errors):
        return None
    failures = [f"{one}: {got}" for one, got in pairwise(errors) if one.startswith(FAILURE)]
    return "; ".join(failures) or None


def essence(errors: list[str], raw: Path | None = None) -> str:
    """Return the first informative error without the text that dbt puts around it: one line, or
    one for each item where the error is a list of the project's own.

    Args:
        errors: as dbt, or DuckDB itself, gave them.
        raw: the raw folder: an error that names no file is searched for in its files.
    """
    told = next((error for error in errors if "\n" in error), errors[0])
    known = _csv_fault(told) or first_known([told])
    if known:
        return known
    unframed = _unframed(told)
    # The project's own macros raise compilation errors.
    if raw and "Compilation Error" not in told and (found := unreadable_file(raw)):
        return found
    return f"{plain(unframed)}. {NOT_OF_A_FILE}" if is_of_engine(unframed) else unframed


def _csv_fault(told: str) -> str | None:
    """Return DuckDB's complaint about a line of a CSV file; None where it is something else."""
    parts = re.split(r"\n\s*Possible ", told, maxsplit=1)
    line = re.search(r"CSV Error on Line: (\d+)", parts[0])
    file = re.search(r"\n\s*file = (.+)", parts[-1])
    if not line or not file:
        return None
    what = parts[0].strip().splitlines()[-1].strip().rstrip(".")
    return (
        f"the file '{file[1].strip()}', line {line[1]}: {what}. Correct that line; "
        "docs/raw_contract.md says how a CSV file is written"
    )


def _unframed(told: str) -> str:
    kept = []
    for line in told.splitlines():
        text = line.strip().removeprefix("Encountered an error:").strip()
        if text.startswith(ADVICE):
            break
        if text.strip("-") and not text.startswith(FRAME):
            kept.append(text)
    if any(line.startswith(ITEM) for line in kept):
        return "\n".join(line.removeprefix(ITEM) for line in kept)
    return " ".join(kept) or told.strip()
