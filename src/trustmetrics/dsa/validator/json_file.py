"""Reads reports in JSON: one part or all of them, records by column name or rows of cells."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from trustmetrics.dsa.template import written
from trustmetrics.dsa.validator.csv_file import decoded
from trustmetrics.dsa.validator.table import Table

ROWS = ("rows", "data", "records", "values", "items")
HEADER = ("columns", "header", "headers", "fields")
NAME = ("name", "part", "sheet", "title", "id")


def read_json(data: bytes, file: str, name: str) -> list[Table]:
    """Return the tables of a JSON file.

    Raises:
        ValueError: it is not JSON.
        RecursionError: it is nested beyond all measure.
    """
    text, notes = decoded(data)
    try:
        parsed = json.loads(text, parse_float=str, parse_int=str)
    except ValueError:
        # One record to a line, as some programs write it.
        parsed = [json.loads(line, parse_float=str) for line in text.splitlines() if line.strip()]
    found = [
        Table(f"{file}, {place}" if place else file, place or name, rows, first_row=0)
        for place, rows in _tables(parsed, "")
    ]
    if found:
        found[0].notes += notes
    return found


def _tables(data: Any, name: str) -> Iterator[tuple[str, list[list[str]]]]:
    if isinstance(data, list):
        if data and all(isinstance(it, dict) for it in data):
            if any(isinstance(it.get(key), list) for it in data for key in ROWS):
                for it in data:
                    yield from _tables(it, _first(it, NAME) or name)
            else:
                header = list(dict.fromkeys(key for it in data for key in it))
                yield name, [header, *([_text(it.get(key)) for key in header] for it in data)]
        elif data and all(isinstance(it, list) for it in data):
            yield name, [[_text(cell) for cell in it] for it in data]
        return
    if not isinstance(data, dict):
        return
    rows = next((data[key] for key in ROWS if isinstance(data.get(key), list)), None)
    if rows is not None:
        header = next((data[key] for key in HEADER if isinstance(data.get(key), list)), None)
        if header is not None and all(isinstance(it, list) for it in rows):
            names = [_first(it, NAME) if isinstance(it, dict) else _text(it) for it in header]
            rows = [names, *rows]
        yield from _tables(rows, _first(data, NAME) or name)
        return
    for key, value in data.items():
        if isinstance(value, list | dict):
            yield from _tables(value, str(key))


def _first(data: dict[str, Any], keys: tuple[str, ...]) -> str:
    return next((_text(data[key]) for key in keys if isinstance(data.get(key), str | int)), "")


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return written(value) if value == value and abs(value) != float("inf") else str(value)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
