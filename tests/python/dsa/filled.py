"""A valid transparency report of a very large platform, and ways to break one thing in it."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from trustmetrics.dsa.template import (
    Line,
    Part,
    RowKey,
    Value,
    as_csv,
    part,
    part_csv,
    parts,
    the_template,
)

SERVICE = "Example"
PERIOD = "2026-01-01/2026-06-30"
STATES = ("AT", "DE")
DETAILS = "Measured on a random sample of what the classifiers removed."
# How many complaints there are, and their outcomes: total, upheld, partially reversed, reversed.
COMPLAINTS = {
    "complaints": (100, 60, 10, 25),
    "visibility": (50, 30, 5, 15),
    "service": (0, 0, 0, 0),
    "account": (30, 20, 5, 5),
    "monetary": (0, 0, 0, 0),
    "notice": (20, 10, 0, 10),
    "notice_tf": (4, 4, 0, 0),
    "disputes": (8, 3, 1, 2),
}
OMITTED = {"complaints": 5, "disputes": 2}

Values = dict[tuple[RowKey, str], Value]


class Filled:
    """A filled report: the rows of each part as text, to be changed before they are written."""

    def __init__(self) -> None:
        keys, grids = _made()
        self.keys = {number: list(it) for number, it in keys.items()}
        self.grids = {number: [list(row) for row in it] for number, it in grids.items()}
        # What is written in place of a part's rows, by the name of the file.
        self.raw: dict[str, bytes] = {}
        self.names = {it.number: it.file for it in parts()}

    def at(self, number: int, line: str, scope: str = "") -> int:
        """The row of a grid; the header's is 0, so that a finding's is one more."""
        return next(
            place
            for place, key in enumerate(self.keys[number], 1)
            if key.line == line and key.scope == scope
        )

    def place(self, number: int, column: str) -> int:
        return [it.id for it in part(number).columns].index(column)

    def get(self, number: int, line: str, column: str, scope: str = "") -> str:
        return self.grids[number][self.at(number, line, scope)][self.place(number, column)]

    def set(self, number: int, line: str, column: str, value: object, scope: str = "") -> int:
        """Write into a cell; return the row as findings number it."""
        at = self.at(number, line, scope)
        self.grids[number][at][self.place(number, column)] = str(value)
        return at + 1

    def column(self, number: int, column: str, value: object) -> None:
        """Write into all cells of a column."""
        for row in self.grids[number][1:]:
            row[self.place(number, column)] = str(value)

    def drop(self, number: int, line: str, scope: str = "") -> None:
        at = self.at(number, line, scope)
        del self.grids[number][at]
        del self.keys[number][at - 1]

    def add(self, number: int, line: str, scope: str = "", /, **cells: object) -> int:
        """Add a copy of a row below it, with other cells; return its number."""
        at = self.at(number, line, scope)
        row = list(self.grids[number][at])
        for column, value in cells.items():
            row[self.place(number, column)] = str(value)
        self.grids[number].insert(at + 1, row)
        self.keys[number].insert(at, self.keys[number][at - 1])
        return at + 2

    def text(self, number: int) -> str:
        return as_csv(self.grids[number])

    def files(self) -> dict[str, bytes]:
        found = {self.names[number]: self.text(number).encode() for number in self.grids}
        return found | self.raw

    def write(self, folder: Path) -> Path:
        folder.mkdir(parents=True, exist_ok=True)
        for name, data in self.files().items():
            (folder / name).write_bytes(data)
        return folder

    def as_json(self) -> str:
        """All parts as records by column name."""
        data: dict[str, Any] = {}
        for number, (header, *rows) in self.grids.items():
            data[part(number).sheet] = [dict(zip(header, it, strict=True)) for it in rows]
        return json.dumps(data)


@cache
def _made() -> tuple[dict[int, list[RowKey]], dict[int, list[list[str]]]]:
    lines = {it.number: _lines(it) for it in parts()}
    values = _values(lines)
    keys = {number: [it.key for it in found] for number, found in lines.items()}
    grids = {
        number: list(
            csv.reader(io.StringIO(part_csv(number, found, values[number], SERVICE, PERIOD)))
        )
        for number, found in lines.items()
    }
    return keys, grids


def _lines(one: Part) -> list[Line]:
    described = {
        it.label: [f"Something else, {it.label}"]
        for it in the_template().categories.values()
        if it.is_other
    }
    return one.lines(member_states=STATES, languages=the_template().languages, others=described)


def _values(lines: Mapping[int, list[Line]]) -> dict[int, Values]:
    values: dict[int, Values] = {number: {} for number in lines}
    for number in (3, 4, 5, 6):
        values[number] = _categories(number, lines[number])
    for line in lines[1]:
        values[1][line.key, "value"] = {
            "provider": "Example Ltd",
            "published": "2026-08-28",
            "previous": "2026-02-27",
            "from": "2026-01-01",
            "to": "2026-06-30",
        }[line.key.line]
    for line in lines[7]:
        values[7][line.key, "value"] = _complaint(line.key)
    for line in lines[8]:
        values[8][line.key, "value"] = _automated(line, values)
        if line.kind == "share":
            values[8][line.key, "context"] = DETAILS
    for line in lines[9]:
        whole = {"internal": 40, "external": 60, "linguistic": 100}[line.key.line]
        values[9][line.key, "value"] = whole if line.key.scope == "total" else 10
    for line in lines[10]:
        values[10][line.key, "value"] = 27_000 if line.key.scope == "total" else 1000
    for line in lines[11]:
        values[11][line.key, "value"] = f"What we have to say of the {line.key.line}."
    return values


def _categories(number: int, lines: list[Line]) -> Values:
    """Fill a part's leaves by turns, every sum from them, and medians where there are cases."""
    one = part(number)
    counts = [it.id for it in one.columns if it.kind == "count"]
    parents = {it.parent for it in one.categories}
    leaves = [
        it
        for it in lines
        if it.key.line not in parents and it.key.line != "TOTAL" and it.key.scope != "total"
    ]
    sums: dict[tuple[str, str], dict[str, int]] = {}
    for turn, line in enumerate(leaves):
        own = _leaf(number, turn, counts)
        for scope in {line.key.scope, "total" if number == 3 else line.key.scope}:
            parent = the_template().categories[line.key.line].parent
            for above in filter(None, (line.key.line, parent, "TOTAL")):
                whole = sums.setdefault((above, scope), dict.fromkeys(counts, 0))
                for column in counts:
                    whole[column] += own[column]
    values: Values = {}
    for line in lines:
        found = sums[line.key.line, line.key.scope]
        values.update({(line.key, column): count for column, count in found.items()})
        values.update({(line.key, it): value for it, value in _medians(number, found)})
        for column in ("monetary_suspension", "monetary_termination", "monetary_other"):
            values.pop((line.key, column), None)
    return values


def _leaf(number: int, turn: int, counts: list[str]) -> dict[str, int]:
    found = dict.fromkeys(counts, 0)
    if number == 3:
        found |= {"orders": turn % 2, "items": 2 * (turn % 2), "information_orders": turn % 3}
    elif number == 4:
        notices = turn % 4
        law, flagged = notices // 2, int(notices >= 2)
        found |= {"notices": notices, "items": 2 * notices, "law": law, "terms": notices - law}
        found |= {"notices_tf": flagged, "items_tf": 2 * flagged, "terms_tf": flagged}
    else:
        measures = turn % 5
        found |= {"measures": measures, "automated": measures // 2}
        found |= {"removal": measures // 2, "labelled": measures - measures // 2}
    return found


def _medians(number: int, found: Mapping[str, int]) -> list[tuple[str, Value]]:
    if number == 3:
        orders, information = found["orders"], found["information_orders"]
        return [
            ("inform_hours", 0.5 if orders else None),
            ("effect_hours", 24 if orders else None),
            ("information_inform_hours", 0.5 if information else None),
            ("information_effect_hours", 72.25 if information else None),
        ]
    if number == 4:
        return [
            ("hours", 5.5 if found["notices"] else None),
            ("hours_tf", 3 if found["notices_tf"] else None),
        ]
    return []


def _complaint(key: RowKey) -> Value:
    if key.line not in COMPLAINTS:
        return 3
    total, upheld, partially, reversed_ = COMPLAINTS[key.line]
    return {
        "total": total,
        "upheld": upheld,
        "partially_reversed": partially,
        "reversed": reversed_,
        "omitted": OMITTED.get(key.line),
        "median": 20.5 if total else None,
        "implemented": 0.75,
    }[key.scope]


def _automated(line: Line, values: Mapping[int, Values]) -> Value:
    key, total = line.key, RowKey("TOTAL")
    if line.kind == "share":
        return 0.95
    if key.line.startswith("notices"):
        column = "notices_tf" if key.scope == "nam_tf" else "notices"
        return 0 if key.line == "notices_solely" else values[4][total, column]
    if key.scope in the_template().languages:
        return 5
    own = sum(int(str(values[number][total, "measures"])) for number in (5, 6))
    found = own // 3 if key.line == "solely" else own - own // 3
    return found if key.scope == "own" else found + 7
