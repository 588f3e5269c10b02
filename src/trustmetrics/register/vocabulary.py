"""A vocabulary of the register, and what differs between two states of its seed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

SUBFOLDER = "vocabularies"
INTRODUCED, EXTENDED, CHANGED, RETIRED = "introduced", "extended", "changed", "retired"
Code = tuple[str, ...]
Rows = Sequence[Mapping[str, object]]


@dataclass(frozen=True)
class Change:
    """One entry of a vocabulary's history.

    Attributes:
        number: its place in the history, from 1.
        change: introduced, extended, changed or retired.
        codes: the codes that it is about.
        moves: by metric, the slices that it can move.
        data: all of its fields.
    """

    number: int
    change: str
    codes: frozenset[Code]
    moves: Mapping[str, Sequence[str]]
    data: Mapping[str, Any]

    def text(self, name: str) -> str:
        """Return a field as text; empty where it is missing."""
        value = self.data.get(name)
        return "" if value is None else str(value).strip()


@dataclass(frozen=True)
class Vocabulary:
    """A seed that metrics read and that has a history of its own.

    Attributes:
        name: the seed.
        path: its file in the register, from the project's folder.
        data: all of its fields.
        changes: its history, oldest first.
    """

    name: str
    path: str
    data: Mapping[str, Any]
    changes: tuple[Change, ...]

    @property
    def code(self) -> list[str]:
        """The columns that identify a code, lower case."""
        return [name.lower() for name in self.data["code"]]

    @property
    def validity(self) -> tuple[str, str] | None:
        """The columns of the first and the last day of validity, lower case; None: none."""
        columns = self.data.get("validity")
        return (columns["from"].lower(), columns["to"].lower()) if columns else None

    def code_of(self, row: Mapping[str, object]) -> Code:
        """Return the code of a row."""
        return tuple(_cell(row.get(name)) for name in self.code)

    def differences(self, before: Rows, now: Rows, columns: Iterable[str]) -> dict[Code, str]:
        """Return what happened to each code whose rows differ: extended, changed or retired.

        Args:
            before: the rows that were.
            now: the rows that are.
            columns: those that count, for metrics read them.
        """
        # Another column is a change of meaning, which the fingerprints show, and none of rows.
        common = set(before[0]) & set(now[0]) if before and now else {*columns, *self.code}
        if not common.issuperset(self.code):
            return {}
        names = sorted({*columns, *self.code} & common)
        was, is_ = self._by_code(before, names), self._by_code(now, names)
        return {
            code: self._kind(was.get(code, []), is_.get(code, []), names)
            for code in sorted({*was, *is_})
            if was.get(code) != is_.get(code)
        }

    def _by_code(self, rows: Rows, names: Sequence[str]) -> dict[Code, list[tuple[str, ...]]]:
        found: defaultdict[Code, list[tuple[str, ...]]] = defaultdict(list)
        for row in rows:
            found[self.code_of(row)].append(tuple(_cell(row.get(name)) for name in names))
        return {code: sorted(cells) for code, cells in found.items()}

    def _kind(
        self, was: list[tuple[str, ...]], now: list[tuple[str, ...]], names: Sequence[str]
    ) -> str:
        if not was or not now:
            return RETIRED if was else EXTENDED
        end = names.index(self.validity[1]) if self.validity and self.validity[1] in names else None
        if end is None or len(was) != len(now):
            return CHANGED
        # Its validity has ended: nothing else differs, and no end that was set is another one now.
        pairs = [
            (before, after)
            for before, after in zip(_but(was, end), _but(now, end), strict=True)
            if before != after
        ]
        only_ends = all(old[0] == new[0] and old[1] == "" for old, new in pairs)
        return RETIRED if only_ends else CHANGED


def _but(rows: list[tuple[str, ...]], end: int) -> list[tuple[tuple[str, ...], str]]:
    """Each row as its cells but one, and that one."""
    return sorted((row[:end] + row[end + 1 :], row[end]) for row in rows)


def _cell(value: object) -> str:
    """A cell as text, the same of the seed's file and of the register's."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def spelled_code(code: Code) -> str:
    """Return a code for people: the cells of one of several columns joined."""
    return "/".join(code)


def vocabulary_of(path: str, data: Mapping[str, Any]) -> Vocabulary:
    """Return the vocabulary that a valid file of the register is.

    Raises:
        ValueError: its history does not begin with `introduced`, or a code does not fit the
            columns; the message says where.
    """
    width = len(data["code"])
    changes = []
    for number, item in enumerate(data["changes"], 1):
        if (item["change"] == INTRODUCED) != (number == 1):
            raise ValueError(
                f"entry {number} of changes is {item['change']}. The first entry is introduced, "
                "and no other one"
            )
        codes = [one if isinstance(one, list) else [one] for one in item.get("codes") or ()]
        odd = next((one for one in codes if len(one) != width), None)
        if odd is not None:
            raise ValueError(
                f"entry {number} of changes has the code {odd}, but a code has "
                f"{width} column{'s' if width > 1 else ''}: {', '.join(data['code'])}"
            )
        cells = frozenset(tuple(map(_cell, one)) for one in codes)
        changes.append(Change(number, item["change"], cells, item.get("moves") or {}, item))
    return Vocabulary(data["vocabulary"], path, data, tuple(changes))
