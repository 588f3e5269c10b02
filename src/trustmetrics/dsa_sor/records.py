"""Reads a CSV part line by line, for parts that the fast reader cannot be trusted with.

A record that does not fit the header costs its own line and no other. Two ways of quoting are
known: a quote in quotes is doubled, or, as PHP writes it behind a backslash, is not.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

MOST_LINES = 200
# In bytes: with every quote doubled, the fast reader's longest line.
LONGEST_RECORD = 1 << 21
LONGEST_LINE = 2 * LONGEST_RECORD
# What a record begins with. A line that does so is not the middle of another record.
BEGINS = re.compile(
    r'"?[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"?,'
)
# A field and what ends it: doubled quotes; or quotes behind backslashes, and doubled ones.
PHP_FIELD = re.compile(r'"((?:[^"\\]|\\.|"")*+)"(,|$)|([^",]*)(,|$)', re.DOTALL)
OPEN_QUOTE = "a quote is opened and not closed"


@dataclass(frozen=True)
class Record:
    """What one or more lines hold.

    Attributes:
        line: the number of the first line, from 1, the header's.
        text: the lines, without the line break at the end.
        cells: those that were asked for; None where the record does not fit the header.
        fault: why it does not; empty where it does.
    """

    line: int
    text: str
    cells: list[str] | None
    fault: str = ""


def read_records(
    lines: Iterable[bytes], width: int, taken: Sequence[int], first: int = 2
) -> Iterator[Record]:
    """Yield a part's records; every line that is not blank is in one of them.

    Args:
        lines: the lines below the header, with their line breaks.
        width: the number of the header's columns.
        taken: the positions of the columns whose cells are wanted. What is not text in others does
            not count.
        first: the number of the first of the lines.
    """
    ahead = _Ahead(lines, first)
    while (line := ahead.take()) is not None:
        if not line.strip():
            continue
        number, text = ahead.number, _decoded(line)
        if len(line) > LONGEST_RECORD:
            fault = f"longer than {LONGEST_RECORD:,} bytes"
            yield Record(number, _printable(text), None, fault)
            continue
        cells, fault = _cells(text, width)
        if cells is None and fault == OPEN_QUOTE:
            text, cells = _with_more(ahead, text, width)
        if cells is not None:
            cells = [cells[position] for position in taken]
            bad = next((cell for cell in cells if not _is_text(cell)), None)
            if bad is not None:
                cells, fault = None, f"'{_printable(bad)}' is not UTF-8"
        yield Record(number, _printable(text), cells, "" if cells else fault)


def _decoded(line: bytes) -> str:
    """A line without its break; bytes that are not UTF-8 stand in it as they are."""
    return line.decode(errors="surrogateescape").rstrip("\r\n")


def _printable(text: str) -> str:
    return text.encode(errors="surrogateescape").decode(errors="backslashreplace")


def _is_text(cell: str) -> bool:
    try:
        cell.encode()
    except UnicodeEncodeError:
        return False
    return True


class _Ahead:
    """Lines that can be looked at before they are taken."""

    def __init__(self, lines: Iterable[bytes], first: int) -> None:
        self._lines = iter(lines)
        self._waiting: list[bytes] = []
        self.number = first - 1

    def take(self) -> bytes | None:
        line = self._waiting.pop(0) if self._waiting else next(self._lines, None)
        self.number += line is not None
        return line

    def peek(self, index: int) -> bytes | None:
        while len(self._waiting) <= index:
            line = next(self._lines, None)
            if line is None:
                return None
            self._waiting.append(line)
        return self._waiting[index]


def _with_more(ahead: _Ahead, text: str, width: int) -> tuple[str, list[str] | None]:
    """Try whether the record goes on in the lines that follow; takes them only where it does."""
    joined, index = text, 0
    size = len(text)
    while index < MOST_LINES:
        line = ahead.peek(index)
        size += len(line or b"")
        if line is None or size > LONGEST_RECORD:
            break
        more = _decoded(line)
        if BEGINS.match(more):
            break
        index += 1
        joined += "\n" + more
        if '"' in more:
            cells, fault = _cells(joined, width)
            if cells is not None:
                for _ in range(index):
                    ahead.take()
                return joined, cells
            if fault != OPEN_QUOTE:
                break
    return text, None


def _cells(text: str, width: int) -> tuple[list[str] | None, str]:
    """The cells of a text that holds one record; else why it does not."""
    fault = ""
    try:
        cells = next(csv.reader([text], strict=True), [])
        if len(cells) == width:
            return cells, ""
        fault = f"{len(cells)} cells instead of {width}"
    except csv.Error as error:
        fault = OPEN_QUOTE if "unexpected end" in str(error) else f"not CSV: {error}"
    if '\\"' in text:
        cells = _php_cells(text)
        if cells is not None and len(cells) == width:
            return cells, ""
    return None, fault


def _php_cells(text: str) -> list[str] | None:
    """The cells as PHP writes them: a quote behind a backslash stands as it is."""
    cells, position = [], 0
    while True:
        found = PHP_FIELD.match(text, position)
        if found is None:
            return None
        quoted, end, plain, plain_end = found.groups()
        cells.append(plain if quoted is None else quoted.replace('""', '"'))
        position = found.end()
        if not (end if quoted is not None else plain_end):
            return cells
