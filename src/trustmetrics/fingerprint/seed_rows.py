"""The rows of a seed, typed as its YAML says, so that 1.0 and 1 are one weight."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path

from trustmetrics.errors import UserError

NUMBERS = ("int", "double", "float", "numeric", "decimal", "real")


def seed_rows(
    path: Path, types: Mapping[str, str], delimiter: str = ","
) -> list[dict[str, object]]:
    """Read a seed's CSV file.

    Args:
        path: the file.
        types: declared type by column, lower case; a column without one is text.
        delimiter: what separates the cells.

    Returns:
        One dict a row, column to value; an empty cell is None. A cell that does not read as its
        type stays text.

    Raises:
        UserError: the file cannot be read.
    """
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            rows = list(csv.DictReader(file, delimiter=delimiter, restkey="rest"))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise UserError(f"the seed '{path.name}' cannot be read: {error}") from error
    return [
        {name.lower(): _typed(cell, types.get(name.lower(), "")) for name, cell in row.items()}
        for row in rows
    ]


def _typed(cell: object, declared: str) -> object:
    if cell is None or cell == "":
        return None
    read: Callable[[str], object] = str
    if declared.startswith(NUMBERS):
        read = _number
    elif declared == "date":
        read = date.fromisoformat
    elif declared.startswith("bool"):
        read = _boolean
    try:
        return read(str(cell).strip()) if read is not str else str(cell)
    except (ValueError, InvalidOperation):
        return str(cell)


def _number(text: str) -> Decimal:
    number = Decimal(text)
    return Decimal(0) if number == 0 else number.normalize()


def _boolean(text: str) -> bool:
    if text.lower() in ("true", "t", "1"):
        return True
    if text.lower() in ("false", "f", "0"):
        return False
    raise ValueError(text)
