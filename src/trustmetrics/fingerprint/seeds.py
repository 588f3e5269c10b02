"""The rows of seeds, and what they say: which of them a condition lets through, and whether a join
finds at most one. A seed is data that the repository holds, so this is known before anything runs.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from itertools import combinations
from pathlib import Path
from typing import Any

from trustmetrics.errors import UserError
from trustmetrics.fingerprint.expression import NULL, Constant, Expression, constant, spelled
from trustmetrics.fingerprint.normal import column_rewriter, may_hold

LOW, HIGH = 0, 1
Row = Mapping[str, object]
BOOLEANS = {"true": True, "t": True, "1": True, "false": False, "f": False, "0": False}


def seed_rows(
    path: Path, types: Mapping[str, str], delimiter: str = ","
) -> list[dict[str, object]]:
    """Read a seed's CSV file, typed as its YAML says, so that 1.0 and 1 are one weight.

    Args:
        path: the file.
        types: declared type by column, lower case; a column without one is text.
        delimiter: what separates the cells.

    Returns:
        One dict a row, column to value; an empty cell is None. A cell that cannot be read as its
        type stays text.

    Raises:
        UserError: the file cannot be read.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"the seed '{path.name}' cannot be read: {error}") from error
    return rows_of(path.name, text, types, delimiter)


def rows_of(
    name: str, text: str, types: Mapping[str, str], delimiter: str = ","
) -> list[dict[str, object]]:
    """Read the text of a seed's CSV file, as seed_rows does; name: the file's, for an error."""
    lines = io.StringIO(text.removeprefix("\ufeff"), newline="")
    try:
        rows = list(csv.DictReader(lines, delimiter=delimiter, restkey="rest"))
    except csv.Error as error:
        raise UserError(f"the seed '{name}' cannot be read: {error}") from error
    return [
        {name.lower(): typed_cell(cell, types.get(name.lower(), "")) for name, cell in row.items()}
        for row in rows
    ]


def typed_cell(cell: object, declared: str) -> object:
    """Return a cell as its declared type; None where it is empty, text where it is none of that."""
    if cell is None or cell == "":
        return None
    try:
        return _parser(declared)(str(cell).strip())
    except (ValueError, InvalidOperation, KeyError):
        return str(cell)


def _parser(declared: str) -> Callable[[str], object]:
    if declared.startswith(("int", "double", "float", "numeric", "decimal", "real")):
        return _number
    if declared.startswith("bool"):
        return lambda text: BOOLEANS[text.lower()]
    return date.fromisoformat if declared == "date" else _refuse


def _number(text: str) -> Decimal:
    number = Decimal(text)
    return Decimal(0) if number == 0 else number.normalize()


def _refuse(text: str) -> object:
    raise ValueError(text)


def contents(rows: Iterable[Row], names: Iterable[str]) -> list[str]:
    """Return some columns of rows, a text each, sorted: the order of rows plays no part."""
    names = sorted(names)
    return sorted(json.dumps([row.get(name) for name in names], default=str) for row in rows)


def let_through(rows: list[Row], conditions: Iterable[Expression]) -> list[Row]:
    """Return the rows that conditions on this seed alone may let through."""
    conditions = list(conditions)
    return [row for row in rows if all(may_hold(_on(row, part)) for part in conditions)]


def _on(row: Row, expression: Expression) -> Expression:
    """An expression over one seed, with a row's values in the place of its columns."""
    return column_rewriter(lambda _, name: spelled(row[name]))(expression)


def has_unique(rows: list[Row], names: Iterable[str]) -> bool:
    """Whether no two rows have the same values, none missing, in the named columns."""
    names = sorted(names)
    keys = [tuple(row[name] for name in names) for row in rows]
    keys = [key for key in keys if None not in key]
    return len(set(keys)) == len(keys)


# The ends of the range that a row leaves to a value of the other side of a join, each with whether
# the end itself is out of it.
Ends = list[tuple[Constant, bool]]
Range = tuple[Ends, Ends]


def matches_one_row(rows: list[Row], slot: int, on: Iterable[Expression]) -> bool:
    """Whether a join to a seed finds at most one of its rows, whatever stands before it.

    Two rows of a taxonomy with one code and times of validity that do not overlap cannot both
    match a code and a date.

    Args:
        rows: the seed's.
        slot: where it stands.
        on: the join's conditions.
    """
    on = list(on)
    ranges = [found for row in rows if (found := _ranges(row, slot, on)) is not None]
    return all(_are_apart(first, second) for first, second in combinations(ranges, 2))


def _ranges(row: Row, slot: int, on: list[Expression]) -> dict[Expression, Range] | None:
    """What a row leaves to values of the other side; None where it matches nothing."""
    ranges: dict[Expression, Range] = {}
    for condition in on:
        for own, outer, ends in _compared(condition, slot):
            value = _on(row, own)
            if value is NULL:
                return None
            known = constant(value)
            # How texts are ordered is the database's affair.
            if known is not None and (condition.op == "eq" or not isinstance(known, str)):
                found = ranges.setdefault(outer, ([], []))
                for end in ends:
                    found[end].append((known, condition.op == "lt"))
    return ranges


def _compared(
    condition: Expression, slot: int
) -> Iterator[tuple[Expression, Expression, tuple[int, ...]]]:
    """The seed's side of a comparison, the other side, and which ends of its range it sets."""
    if condition.op not in ("eq", "lt", "lte"):
        return
    left, right = condition.args
    for own, outer, end in ((left, right, LOW), (right, left, HIGH)):
        if own.slots() == {slot} and slot not in outer.slots():
            yield own, outer, (LOW, HIGH) if condition.op == "eq" else (end,)


def _are_apart(first: dict[Expression, Range], second: dict[Expression, Range]) -> bool:
    """Whether some value cannot lie in the ranges of both rows."""
    return any(
        _is_empty(low, high)
        for outer in first.keys() & second.keys()
        for low in first[outer][LOW] + second[outer][LOW]
        for high in first[outer][HIGH] + second[outer][HIGH]
    )


def _is_empty(low: tuple[Any, bool], high: tuple[Any, bool]) -> bool:
    (least, is_above), (most, is_below) = low, high
    if type(least) is not type(most):
        return False
    return least > most or (least == most and (is_above or is_below))
