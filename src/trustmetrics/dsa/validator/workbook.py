"""Reads the sheets of XLSX and ODS workbooks as tables of text."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from typing import Any
from xml.etree import ElementTree

from trustmetrics.dsa.template import written
from trustmetrics.dsa.validator.table import Table
from trustmetrics.extras import require

LARGEST_SHEET_COLUMNS = 500
# An empty sheet may say that it has a million empty rows.
MOST_EMPTY_ROWS = 1000
OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
SHEET = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"


def read_xlsx(data: bytes, file: str) -> list[Table]:
    """Return the sheets of an XLSX workbook that hold something.

    Raises:
        UserError: openpyxl is not installed.
        Exception: of any kind, where the file is damaged.
    """
    require("xlsx")
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    found = []
    for sheet in book.worksheets:
        sheet.reset_dimensions()
        rows = ([_text(it) for it in row] for row in sheet.iter_rows(values_only=True))
        found.append((sheet.title, rows))
    return list(_tables(file, found))


def read_ods(data: bytes, file: str) -> list[Table]:
    """Return the sheets of an ODS workbook that hold something.

    Raises:
        Exception: of any kind, where the file is damaged.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        root = ElementTree.fromstring(archive.read("content.xml"))
    sheets = root.iter(f"{SHEET}table")
    return list(_tables(file, [(it.get(f"{SHEET}name", ""), _ods_rows(it)) for it in sheets]))


def _tables(file: str, sheets: Iterable[tuple[str, Iterable[list[str]]]]) -> Iterator[Table]:
    for title, rows in sheets:
        kept: list[list[str]] = []
        empty = 0
        for row in rows:
            cells = row[:LARGEST_SHEET_COLUMNS]
            empty = 0 if any(cells) else empty + 1
            if empty > MOST_EMPTY_ROWS:
                break
            kept.append(cells)
        if any(map(any, kept)):
            yield Table(f"{file}, sheet '{title}'", title, kept)


def _text(value: Any) -> str:
    """A cell as CSV would hold it; a workbook keeps integers as floating numbers."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value.replace("_x000D_", "")
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float):
        return written(round(value, 12)) if abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        return str(value if value.time() != time() else value.date())
    if isinstance(value, date | time | timedelta):
        return str(value)
    return str(value)


def _ods_rows(sheet: ElementTree.Element) -> Iterator[list[str]]:
    for row in sheet.iter(f"{SHEET}table-row"):
        cells: list[str] = []
        for cell in row:
            if cell.tag not in (f"{SHEET}table-cell", f"{SHEET}covered-table-cell"):
                continue
            times = int(cell.get(f"{SHEET}number-columns-repeated", "1"))
            room = LARGEST_SHEET_COLUMNS - len(cells)
            cells += [_ods_text(cell)] * min(times, max(room, 0))
        while cells and not cells[-1]:
            cells.pop()
        times = int(row.get(f"{SHEET}number-rows-repeated", "1"))
        for _ in range(min(times, MOST_EMPTY_ROWS + 1)):
            yield list(cells)


def _ods_text(cell: ElementTree.Element) -> str:
    kind = cell.get(f"{OFFICE}value-type")
    if kind in ("float", "percentage", "currency"):
        return _text(float(cell.get(f"{OFFICE}value", "nan")))
    if kind == "date":
        return cell.get(f"{OFFICE}date-value", "").removesuffix("T00:00:00")
    return "\n".join("".join(it.itertext()) for it in cell.iter(f"{TEXT}p"))
