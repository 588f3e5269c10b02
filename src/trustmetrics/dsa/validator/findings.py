"""Collects findings, and what the rules share while they look at a report."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from trustmetrics.dsa.validator.layout import Sheet
from trustmetrics.dsa.validator.rule import Finding, rule_id
from trustmetrics.dsa.validator.values import Number, Period

# Which providers the audience of a row includes, from the smallest duty to the largest.
AUDIENCES = ("all", "hosting", "platform", "vlop", "vlop_vlose")


@dataclass(slots=True)
class Row:
    """A row of a part, read.

    Attributes:
        number: as findings number it.
        cells: as text, in the file's order.
        line: the label of its category, else the id of its indicator; '' where it is unknown.
        scope: an id of the part's scopes, a member state, a language, or '' where unknown.
        parent: the label of the high-level category that it is below, or is; '' in other parts.
        is_sub: whether it is a sub-category.
        code: the category's code as written, or the indicator's id.
        description: of a sub-category "Other".
        kind: of the cell Value.
        audience: to whom it applies.
        is_placeholder: whether it stands for several member states or languages.
        numbers: by column id; no entry where the cell is blank, None where it cannot be read.
    """

    number: int
    cells: list[str]
    line: str = ""
    scope: str = ""
    parent: str = ""
    is_sub: bool = False
    code: str = ""
    description: str = ""
    kind: str = ""
    audience: str = "all"
    is_placeholder: bool = False
    numbers: dict[str, Number | None] = field(default_factory=dict)

    @property
    def has_figures(self) -> bool:
        """Whether any cell for a number holds something."""
        return bool(self.numbers)


@dataclass
class Reading:
    """A part as it was read.

    Attributes:
        sheet: where it stands.
        rows: those that are the template's, or like them.
    """

    sheet: Sheet
    rows: list[Row] = field(default_factory=list)

    @property
    def number(self) -> int:
        """The part's."""
        return self.sheet.part.number

    def cell(self, row: Row, column: str) -> str:
        """The text of a cell; '' where the file lacks the column."""
        place = self.sheet.columns.get(column)
        return row.cells[place].strip() if place is not None and place < len(row.cells) else ""

    def first(self, line: str, scope: str = "") -> Row | None:
        """The first row of a line and scope."""
        return next((it for it in self.rows if it.line == line and it.scope == scope), None)


@dataclass
class Report:
    """A report, read.

    Attributes:
        readings: the parts that were found, in their order; a part twice where two files hold it.
        findings: so far.
        service: the name that most rows give.
        period: the reporting period, of part 1 or else of most rows.
        tier: the largest duty that the provider is under, of AUDIENCES, as far as the report tells.
    """

    readings: list[Reading] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    service: str = ""
    period: Period | None = None
    tier: str = "all"

    def part(self, number: int) -> Reading | None:
        """The first reading of a part."""
        return next((it for it in self.readings if it.number == number), None)

    def applies(self, audience: str) -> bool:
        """Whether rows of an audience apply to the provider."""
        return AUDIENCES.index(audience) <= AUDIENCES.index(self.tier)

    @property
    def is_large(self) -> bool:
        """Whether the provider is a very large platform or search engine."""
        return self.applies("vlop")

    def add(
        self,
        number: str,
        reading: Reading | None,
        row: Row | int | None,
        column: str,
        seen: str,
        expected: str,
    ) -> None:
        """Add a finding.

        Args:
            number: of the rule: '0.32'.
            reading: the part; None for the report.
            row: the row, or its number.
            column: the id of a column, or ''.
            seen: what stands there.
            expected: what should.
        """
        name = reading.sheet.part.column(column).name.strip() if reading and column else ""
        self.findings.append(
            Finding(
                rule_id(number),
                reading.number if reading else 0,
                reading.sheet.file if reading else "",
                row.number if isinstance(row, Row) else row,
                name,
                seen,
                expected,
            )
        )


def commonest(values: list[str]) -> str:
    """The value that is there most often, the first of those that tie; '' of none."""
    counts: dict[str, int] = defaultdict(int)
    for value in values:
        counts[value] += 1
    return max(counts, key=lambda it: counts[it], default="")
