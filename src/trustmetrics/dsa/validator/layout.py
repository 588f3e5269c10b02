"""Tells which part a table holds, where its header is, and which column is which."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from functools import cache
from itertools import pairwise

from trustmetrics.dsa.template import Part, part, parts
from trustmetrics.dsa.validator.rule import rule_id
from trustmetrics.dsa.validator.table import Note, Table
from trustmetrics.dsa.validator.words import folded, short, squeezed

# Parts of the names of files and sheets, letters and digits alone, in the order of being tried.
NAME_WORDS = (
    ("identification", 1), ("summary", 1), ("categor", 2), ("memberstate", 3), ("orders", 3),
    ("initiativeillegal", 5), ("initiativetc", 6), ("initiativeterms", 6), ("notice", 4),
    ("appeal", 7), ("recidivism", 7), ("automated", 8), ("humanresource", 9), ("amar", 10),
    ("activerecipients", 10), ("qualitative", 11),
)  # fmt: skip
NAME_NUMBER = re.compile(
    r"(?:^|[\s_(-])(?:part[\s_-]*)?0?(1[01]|[1-9])(?:[\s_.)-]|$)", re.IGNORECASE
)
ROWS_BEFORE_HEADER = 40
ROWS_TO_TELL_BY = 60
FEWEST_NAMES = 3
LIKE_ENOUGH = 0.85
LIKE_IN_PLACE = 0.4
FIRST_COLUMNS = frozenset({"applicability", "categorylabel"})


@dataclass
class Sheet:
    """A part as one file gives it.

    Attributes:
        part: which.
        file: for findings.
        columns: the place of each column that is there, by id.
        rows: the rows that hold something, with their numbers.
        notes: what is odd about file and header.
        is_translated: whether the header is not in English, so that columns were told by place.
        has_decimal_comma: as Table's.
    """

    part: Part
    file: str
    columns: dict[str, int]
    rows: list[tuple[int, list[str]]]
    notes: list[Note] = field(default_factory=list)
    is_translated: bool = False
    has_decimal_comma: bool = False


def sheets_of(table: Table) -> list[Sheet]:
    """Return the parts that a table holds: one, as a rule; none where it cannot be told."""
    pieces = list(_pieces(table))
    found: list[Sheet] = []
    for piece in pieces:
        # What the name says of the whole file does not tell its pieces apart.
        unnamed = replace(piece, name="") if len(pieces) > 1 else piece
        sheet = _sheet(unnamed) or _sheet(piece)
        if sheet is None:
            continue
        if found and found[-1].part == sheet.part and found[-1].columns == sheet.columns:
            found[-1].rows += sheet.rows
            again = Note(rule_id("0.27"), piece.first_row, "the header again", "once")
            found[-1].notes += [again, *sheet.notes]
        else:
            found.append(sheet)
    if len(found) > 1:
        held = " and ".join(str(it.part.number) for it in found)
        for sheet in found[1:]:
            sheet.notes.append(Note(rule_id("0.11"), None, f"parts {held}", "one part in a file"))
    if found:
        found[0].notes = table.notes + found[0].notes
    return found


def _pieces(table: Table) -> Iterator[Table]:
    """The table, cut at each header but the first."""
    starts = [
        at
        for at, row in enumerate(table.rows)
        if row
        and squeezed(row[0].lstrip("\ufeff")) in FIRST_COLUMNS
        and _names(row) >= FEWEST_NAMES
    ]
    for first, end in pairwise([0, *starts[1:], len(table.rows)]):
        rows, row = table.rows[first:end], table.first_row + first
        yield replace(table, rows=rows, first_row=row, notes=[])


def _names(row: Sequence[str], of: int | None = None) -> int:
    """How many cells are names of columns, of a part or of the one that has most."""
    cells = {squeezed(it) for it in row} - {""}
    known = _known()
    return max(len(cells & known[number]) for number in (known if of is None else [of]))


@cache
def _known() -> dict[int, set[str]]:
    """The names of the columns of each part, as they are compared."""
    return {one.number: {squeezed(it.name) for it in one.columns} for one in parts()}


def _sheet(table: Table) -> Sheet | None:
    head = table.rows[:ROWS_BEFORE_HEADER]
    scores = [_names(row) for row in head]
    at = scores.index(max(scores)) if scores and max(scores) >= FEWEST_NAMES else None
    number, notes = _told(table, head[at] if at is not None else None, at)
    if number is None:
        return None
    one = part(number)
    sheet = Sheet(one, table.file, {}, [], notes, at is None, table.has_decimal_comma)
    has_header = at is not None
    if at is None:
        at = _untold_header(table, one, sheet)
        if at is None:
            return None
        has_header = sheet.is_translated
    names = [it.name for it in one.columns]
    header = table.rows[at] if has_header else names
    if has_header and at > 0:
        before = next((it for it in table.rows[:at] if any(map(str.strip, it))), ["an empty row"])
        seen = short(" ".join(filter(None, before)))
        notes.append(Note(rule_id("0.14"), table.first_row, seen, "the header"))
    if sheet.is_translated:
        sheet.columns = {it.id: place for place, it in enumerate(one.columns)}
        seen, row = ", ".join(map(short, header[:4])), table.first_row + at
        notes.append(Note(rule_id("0.19"), row, seen, "the names of the English template"))
    else:
        sheet.columns, found = _columns(one, header, table, at)
        notes += found
    sheet.rows, found = _rows(table, at, header)
    notes += found
    return sheet


def _told(
    table: Table, header: Sequence[str] | None, at: int | None
) -> tuple[int | None, list[Note]]:
    """The number of the part, and whether it had to be told by the columns."""
    named = _named(table.name)
    if header is None:
        return named, []
    scores = {it.number: _names(header, it.number) / len(it.columns) for it in parts()}
    best = max(scores.values())
    candidates = [number for number, score in scores.items() if score >= best - 0.1]
    if named is not None and scores[named] >= best / 2 and named not in candidates:
        candidates.append(named)
    rows = table.rows[(at or 0) + 1 :][:ROWS_TO_TELL_BY]
    held = {number: _held(part(number), rows) for number in candidates}
    most = max(held.values())
    if named in held and (held[named] or not most):
        return named, []
    number = max(candidates, key=lambda it: (held[it], scores[it]))
    seen = f"'{table.name}'" if table.name else "no name of its own"
    note = Note(rule_id("0.12"), None, seen, f"a name with {part(number).sheet}")
    return number, [note] if table.name else []


def _named(name: str) -> int | None:
    """The part that a file's or sheet's name says."""
    flat = squeezed(name)
    for word, number in NAME_WORDS:
        if word in flat:
            return number
    found = NAME_NUMBER.findall(name)
    return int(found[-1]) if found else None


def _held(one: Part, rows: Sequence[Sequence[str]]) -> int:
    """How many rows have texts of the part alone: parts 7 to 9 have the same header."""
    texts = {squeezed(it) for it in one.indicators.values()}
    if not texts:
        texts = {squeezed(it.code) for it in one.categories} - {"total"}
    return sum(any(squeezed(cell) in texts for cell in row if cell) for row in rows)


def _untold_header(table: Table, one: Part, sheet: Sheet) -> int | None:
    """Where the header is that is not in English; where there is none, the place before the rows.

    None where the table is no part at all, as a cover sheet that is called Summary.
    """
    first = next((at for at, row in enumerate(table.rows) if any(row)), 0)
    if _held(one, table.rows[first : first + 1]) or "TOTAL" in table.rows[first]:
        sheet.is_translated = False
        row = table.first_row + first
        sheet.notes.append(Note(rule_id("0.14"), row, "no header", "the template's header"))
        return first - 1
    width = len(one.columns)
    for at, row in enumerate(table.rows[:ROWS_BEFORE_HEADER]):
        is_filled = len(row) >= width and all(map(str.strip, row[:width]))
        if is_filled and not any(map(str.strip, row[width:])):
            return at
    return None


def _columns(
    one: Part, header: Sequence[str], table: Table, at: int
) -> tuple[dict[str, int], list[Note]]:
    """The place of each column, and what is wrong with the header."""
    row = table.first_row + at
    notes: list[Note] = []
    found: dict[str, int] = {}
    left = dict(enumerate(header))
    for alike in (lambda a, b: a == b, lambda a, b: folded(a) == folded(b), _squeezed_alike):
        for column in one.columns:
            if column.id in found:
                continue
            for place, name in left.items():
                if alike(name, column.name):
                    found[column.id] = place
                    del left[place]
                    if name not in (column.name, column.name.strip()):
                        notes.append(Note(rule_id("0.21"), row, f"'{name}'", f"'{column.name}'"))
                    break
    filled = {
        place for place in left if any(len(it) > place and it[place].strip() for it in table.rows)
    }
    for place, column in enumerate(one.columns):
        if column.id in found:
            continue
        like = _likeliest(column.name, place, left, filled)
        if like is None:
            notes.append(Note(rule_id("0.15"), row, f"no column '{column.name}'", "the column"))
            continue
        found[column.id] = like
        seen = f"'{short(left.pop(like))}'"
        notes.append(Note(rule_id("0.18"), row, seen, f"'{column.name}'"))
    blank = [place for place, name in left.items() if not name.strip() and place not in filled]
    if blank:
        seen = f"{len(blank):,} without name or content"
        notes.append(Note(rule_id("0.20"), row, seen, f"{len(one.columns)} columns"))
    for place, name in left.items():
        if place not in blank:
            seen = f"column {place + 1}: '{short(name)}'"
            notes.append(Note(rule_id("0.16"), row, seen, "the template's columns alone"))
    notes += _misplaced(one, found, row)
    return found, notes


def _squeezed_alike(name: str, wanted: str) -> bool:
    return squeezed(name) == squeezed(wanted)


def _likeliest(wanted: str, place: int, left: dict[int, str], filled: set[int]) -> int | None:
    """The column that has another name: much alike, or in its place and a little alike."""
    scores = {
        at: SequenceMatcher(None, folded(name), folded(wanted)).ratio() for at, name in left.items()
    }
    best = max(scores, key=lambda at: scores[at], default=None)
    if best is not None and scores[best] >= LIKE_ENOUGH:
        return best
    if place in left and (scores[place] >= LIKE_IN_PLACE or (not left[place] and place in filled)):
        return place
    return None


def _misplaced(one: Part, found: dict[str, int], row: int) -> list[Note]:
    wanted = [it.id for it in one.columns if it.id in found]
    seen = sorted(found, key=lambda it: found[it])
    for there, right in zip(seen, wanted, strict=True):
        if there != right:
            return [
                Note(
                    rule_id("0.17"),
                    row,
                    f"'{one.column(there).name.strip()}'",
                    f"'{one.column(right).name.strip()}' in its place",
                )
            ]
    return []


def _rows(
    table: Table, at: int, header: Sequence[str]
) -> tuple[list[tuple[int, list[str]]], list[Note]]:
    """The rows below the header that hold something."""
    notes: list[Note] = []
    found: list[tuple[int, list[str]]] = []
    empty: list[int] = []
    width = len(header)
    for number, cells in enumerate(table.rows[at + 1 :], table.first_row + at + 1):
        if not any(map(str.strip, cells)):
            empty.append(number)
            continue
        if table.is_csv and len(cells) != width:
            notes.append(
                Note(rule_id("0.07"), number, f"{len(cells)} fields", f"{width}, as in the header")
            )
        found.append((number, cells))
    if empty:
        seen = f"{len(empty):,} empty row{'s'[: len(empty) - 1]}"
        notes.append(Note(rule_id("0.20"), empty[0], seen, "no empty row"))
    return found, notes
