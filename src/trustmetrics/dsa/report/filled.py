"""What a filled report is made of, and what had to be left blank."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from trustmetrics.dsa.report.figures import Figure
from trustmetrics.dsa.template import CONTEXT, Line, Part, RowKey, Value, written

DECIMALS = 4


@dataclass(frozen=True)
class Record:
    """A number of the report, for whoever keeps what was published.

    Attributes:
        part: its number.
        row: what the row is about.
        column: id of the column.
        value: the number as it is written.
        source: the row of the mart that it comes from, with what stands for it where there is none;
            of the filer, what says so.
        exact: the number before it was rounded.
        decimals: how many of its decimals are written; None: as many as the filer gives.
        events: how many events stand behind it; None: the filer's number.
    """

    part: int
    row: RowKey
    column: str
    value: str
    source: Mapping[str, Any]
    exact: float
    decimals: int | None = None
    events: int | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON has it."""
        row = {"line": self.row.line, "scope": self.row.scope, "other": self.row.other}
        return {
            "part": self.part, "row": row, "column": self.column, "value": self.value,
            "source": dict(self.source),
        }  # fmt: skip


@dataclass(frozen=True)
class Blank:
    """A cell that applies and is blank, or several of one kind.

    Attributes:
        part: its number.
        place: row and column, in words.
        why: what is not known.
        mend: where to put it.
        is_owed: whether the report is incomplete without it.
    """

    part: int
    place: str
    why: str
    mend: str
    is_owed: bool = False


@dataclass
class FilledPart:
    """A part being filled.

    Attributes:
        part: its template.
        lines: its rows.
        values: what they hold, by row and column.
    """

    part: Part
    lines: list[Line]
    values: dict[tuple[RowKey, str], Value] = field(default_factory=dict)

    def explain(self, key: RowKey, text: str, column: str = "") -> None:
        """Add contextual information to a row, or to one of its figures."""
        at = (key, f"{column}_{CONTEXT}" if column else CONTEXT)
        before = self.values.get(at)
        self.values[at] = f"{before} {text}" if before else text


@dataclass
class FilledReport:
    """All parts, with what stands behind them.

    Attributes:
        service: its name.
        period: as the templates write it.
        parts: by number.
        records: every number.
        blanks: what applies and is blank.
        notes: what the numbers leave out, count elsewhere or assume.
    """

    service: str
    period: str
    parts: dict[int, FilledPart] = field(default_factory=dict)
    records: list[Record] = field(default_factory=list)
    blanks: list[Blank] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def put_count(self, part: FilledPart, key: RowKey, column: str, figure: Figure) -> None:
        """Place a count into a cell, and keep where it comes from."""
        self._put(part, key, column, round(figure.value), figure, 0)

    def put_rounded(self, part: FilledPart, key: RowKey, column: str, figure: Figure) -> None:
        """Place hours or a share into a cell, to four decimals, half to even."""
        place = Decimal(1).scaleb(-DECIMALS)
        value = Decimal(repr(figure.value)).quantize(place, rounding=ROUND_HALF_EVEN)
        self._put(part, key, column, value, figure, DECIMALS)

    def put_given(
        self, part: FilledPart, key: RowKey, column: str, value: float, given_as: str
    ) -> None:
        """Place a number of the filer's file into a cell; given_as: the key it stands under."""
        part.values[key, column] = value
        source = {"filer": given_as}
        record = Record(part.part.number, key, column, written(value), source, float(value))
        self.records.append(record)

    def _put(
        self,
        part: FilledPart,
        key: RowKey,
        column: str,
        value: int | Decimal,
        figure: Figure,
        decimals: int,
    ) -> None:
        part.values[key, column] = value
        self.records.append(
            Record(
                part=part.part.number,
                row=key,
                column=column,
                value=written(value),
                source=figure.source,
                exact=figure.value,
                decimals=decimals,
                events=figure.events,
            )
        )
