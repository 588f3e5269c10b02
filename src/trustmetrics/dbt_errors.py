"""Puts dbt's errors into one line that says what is wrong and how to correct it."""

import re
from itertools import pairwise

FRAME = ("> ", "Compilation Error", "Runtime Error", "Database Error", "compiled code at")
ADVICE = ("Possible fixes", "LINE ", "Possible Solution")
FAILURE = "Failure in test "
# The project's own macros say several things as a list.
ITEM = "- "
MENDS = (
    (
        re.compile(r"No magic bytes found|too small to be a Parquet file"),
        "It is not a Parquet file: write it again, or name it .csv if it is CSV",
    ),
    (
        re.compile(r"Malformed JSON in file"),
        "Write the file again: an object on each line, or an array of objects",
    ),
)


def failed_tests(errors: list[str]) -> str | None:
    """Return the data tests that failed, on one line; None where something else is wrong."""
    if any("\n" in error for error in errors):
        return None
    failures = [f"{one}: {got}" for one, got in pairwise(errors) if one.startswith(FAILURE)]
    return "; ".join(failures) or None


def essence(errors: list[str]) -> str:
    """Return the first informative error without the text that dbt puts around it: one line, or
    one for each item where the error is a list of the project's own."""
    told = next((error for error in errors if "\n" in error), errors[0])
    return _csv_fault(told) or _unframed(told)


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
        if text and not text.startswith(FRAME):
            kept.append(text)
    if any(line.startswith(ITEM) for line in kept):
        return "\n".join(line.removeprefix(ITEM) for line in kept)
    essence = " ".join(kept) or told.strip()
    for form, mend in MENDS:
        if form.search(essence):
            essence = f"{essence.rstrip('. ')}. {mend}"
    return essence
