"""Reads CSV of any encoding, separator and quoting, and notes where RFC 4180 is not kept."""

from __future__ import annotations

import codecs
import csv
import io
import re

from trustmetrics.dsa.template import parts
from trustmetrics.dsa.validator.rule import rule_id
from trustmetrics.dsa.validator.table import Note, Table
from trustmetrics.dsa.validator.words import short, squeezed

SEPARATORS = (",", ";", "\t", "|")
SHOWN_SEPARATORS = {";": "';'", "\t": "a tab", "|": "'|'"}
ROWS_TO_TELL_BY = 30
# A field of any length: the limit of the csv module would be a crash.
LONGEST_FIELD = 2**31 - 1
BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def read_csv(data: bytes, file: str, name: str) -> Table:
    """Return a CSV file as a table."""
    text, notes = decoded(data)
    csv.field_size_limit(LONGEST_FIELD)
    separator = _separator(text)
    if separator != ",":
        notes.append(
            Note(rule_id("0.04"), None, f"{SHOWN_SEPARATORS[separator]} between fields", "a comma")
        )
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
    fault = _misquoted(text, separator)
    if fault is not None:
        at = _row_at(text, fault, separator)
        # A quote that is never closed would take the rest of the file for one field.
        unquoted = list(
            csv.reader(io.StringIO(text, newline=""), delimiter=separator, quoting=csv.QUOTE_NONE)
        )
        width = len(rows[0]) if rows else 0
        if _count(unquoted, width) > _count(rows, width):
            rows = unquoted
        line = text[text.rfind("\n", 0, fault) + 1 : fault + 40]
        notes.append(Note(rule_id("0.05"), at, short(line[-60:]), "quotes closed and doubled"))
    notes += _line_ends(text)
    return Table(file, name, rows, notes=notes, has_decimal_comma=separator == ";", is_csv=True)


def decoded(data: bytes) -> tuple[str, list[Note]]:
    """Return a file's text, whatever its encoding, and what is wrong with that."""
    notes: list[Note] = []
    if data.startswith(codecs.BOM_UTF8):
        data = data[len(codecs.BOM_UTF8) :]
        notes.append(Note(rule_id("0.03"), None, "a byte order mark", "no byte order mark"))
    for mark, encoding in BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return data.decode(encoding, "replace"), [_encoded(encoding.upper())]
    head = data[:200]
    if b"\0" in head and len(head) > 3:
        encoding = "utf-16-le" if head[1::2].count(0) > head[::2].count(0) else "utf-16-be"
        return data.decode(encoding, "replace"), [_encoded("UTF-16 without a byte order mark")]
    try:
        return data.decode("utf-8"), notes
    except UnicodeDecodeError as error:
        row = data.count(b"\n", 0, error.start) + 1
        seen = f"byte 0x{data[error.start]:02x} at position {error.start:,}"
        notes.append(Note(rule_id("0.02"), row, f"{seen}; read as Windows-1252", "UTF-8"))
    try:
        return data.decode("cp1252"), notes
    except UnicodeDecodeError:
        return data.decode("latin-1"), notes


def _encoded(encoding: str) -> Note:
    return Note(rule_id("0.02"), None, encoding, "UTF-8")


def _separator(text: str) -> str:
    """The separator by which the first rows hold most names of the templates' columns."""
    known = {squeezed(column.name) for part in parts() for column in part.columns}
    best, most = ",", (0, 0)
    for separator in SEPARATORS:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
        rows = [row for row, _ in zip(reader, range(ROWS_TO_TELL_BY), strict=False)]
        named = max((sum(squeezed(it) in known for it in row) for row in rows), default=0)
        score = (named, min((len(row) for row in rows if len(row) > 1), default=0))
        if score > most:
            best, most = separator, score
    return best


def _misquoted(text: str, separator: str) -> int | None:
    """The first position at which a field breaks the rules of quoting."""
    if '"' not in text:
        return None
    end = rf"(?:{re.escape(separator)}|\r\n|\n|\r|\Z)"
    field = re.compile(rf'(?:"[^"]*(?:""[^"]*)*"|[^"\r\n{re.escape(separator)}]*){end}', re.DOTALL)
    position, length = 0, len(text)
    while position < length:
        found = field.match(text, position)
        if found is None:
            return position
        position = found.end()
    return None


def _row_at(text: str, position: int, separator: str) -> int:
    before = csv.reader(io.StringIO(text[:position], newline=""), delimiter=separator)
    rows = sum(1 for _ in before)
    return max(rows + (text[:position].endswith(("\n", "\r")) or not position), 1)


def _count(rows: list[list[str]], width: int) -> int:
    return sum(len(row) == width for row in rows)


def _line_ends(text: str) -> list[Note]:
    # What stands in quotes may hold line breaks of any kind.
    bare = re.sub(r'"[^"]*"', "", text) if '"' in text else text
    both, lines, returns = bare.count("\r\n"), bare.count("\n"), bare.count("\r")
    kinds = {"CRLF": both, "LF": lines - both, "CR": returns - both}
    there = [f"{kind} {count:,} times" for kind, count in kinds.items() if count]
    if not lines - both and not returns - both:
        return []
    return [Note(rule_id("0.06"), None, ", ".join(there), "CRLF")]
