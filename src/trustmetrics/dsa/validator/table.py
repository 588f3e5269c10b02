"""A table as it was read from a file: cells as text, and what was odd about the file."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Note:
    """What the reading of a file found.

    Attributes:
        rule: the id of the rule that it breaks.
        row: as Finding.row.
        seen: what stands there.
        expected: what should.
    """

    rule: str
    row: int | None
    seen: str
    expected: str


@dataclass
class Table:
    """A CSV file, a sheet, or the records of a JSON file.

    Attributes:
        file: the file as findings name it, with its sheet.
        name: what the part is told from: the file's name without ending, or the sheet's.
        rows: the cells as text; '' where there is nothing.
        first_row: the number of the first of them: 1, or 0 for JSON, whose header is not a record.
        notes: what was odd.
        has_decimal_comma: whether the file is of a country that writes 1,5 for one and a half.
        is_csv: whether it is CSV.
    """

    file: str
    name: str
    rows: list[list[str]]
    first_row: int = 1
    notes: list[Note] = field(default_factory=list)
    has_decimal_comma: bool = False
    is_csv: bool = False
