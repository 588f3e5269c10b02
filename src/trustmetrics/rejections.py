"""Which raw rows break the contract, by how much, and how that is mended."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from trustmetrics.check.declared import Column, RawTable

DEFAULT_LIMIT = 0.05
LONGEST_CELL = 40
NAMES_OF_IDS = ("_id", "_hash")

# Where a cell stands for a person or a thing, it is not shown; json_extract_string takes the cell
# from the row as it came.
BREACHES = """
with cells as (
    select
        table_name,
        column_name,
        reason,
        json_extract_string(row, '$."' || column_name || '"') as cell,
        count(*) as breach_count
    from restricted.rejected_rows
    group by all
),

rules as (
    select
        table_name,
        column_name,
        reason,
        cast(sum(breach_count) as bigint) as breach_count,
        first(cell order by breach_count desc, cell nulls last) as commonest_cell
    from cells
    group by table_name, column_name, reason
)

select
    table_name,
    column_name,
    reason,
    breach_count,
    commonest_cell
from rules
order by breach_count desc, table_name, column_name, reason
"""
TABLES = """
select
    table_name,
    raw_row_count,
    rejected_row_count
from marts.data_quality
where rejected_row_count > 0
order by rejected_row_count / raw_row_count desc, table_name
"""
TIMES = ("timestamp", "date")
NUMBERS = ("integer", "double")
# What a cell that cannot be read looks like, by type, and how it is mended. The first that fits.
FORMS: tuple[tuple[Sequence[str], str, str], ...] = (
    (
        (),
        r"(?i)(null|none|nan|n/?a|\\n|-|inf(inity)?)",
        "stands for no value: leave it empty",
    ),
    ((), r"[\[{].*", "is a list or an object: a cell holds one value"),
    (("timestamp",), r".*[zZ]", "ends in Z: timestamps are UTC without offset; take the Z away"),
    (
        ("timestamp",),
        r".*\d{2}:\d{2}.*[+-]\d{2}(:?\d{2})?",
        "ends in an offset: timestamps are UTC without offset; convert it",
    ),
    (
        TIMES,
        r"\d{9,19}(\.\d+)?",
        "counts since 1970: write YYYY-MM-DD, with HH:MM:SS for a timestamp",
    ),
    (TIMES, r"\d{1,2}[./-]\d{1,2}[./-]\d{2,4}.*", "is not in the order YYYY-MM-DD: convert it"),
    (("timestamp",), r"\d{4}-\d{2}-\d{2}", "is a date: a timestamp has a time, HH:MM:SS"),
    (("timestamp",), r"\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}", "has no seconds: write HH:MM:SS"),
    (("timestamp",), r".*\.\d{7,}", "has more than six decimals of a second: leave out the rest"),
    (("date",), r"\d{4}-\d{2}-\d{2}[ T].*", "has a time: a date is YYYY-MM-DD"),
    (("integer",), r"-?\d+\.\d*", "has decimals: write a whole number"),
    (("double",), r"-?\d+,\d+", "has a decimal comma: write a point"),
    (NUMBERS, r"-?\d{1,3}([,. _']\d{3})+.*", "has marks between the thousands: leave them out"),
    (NUMBERS, r".*[%€$£]", "has a unit: write the number alone"),
    (("boolean",), r"(?i)(yes|no|y|n|t|f|0|1|on|off)", "is not true or false: write one of these"),
)
RULES = {
    "null_value": "is empty, which this column may not be",
    "not_parsable": "cannot be read as {type}",
    "not_finite": "is not a finite number",
    "not_in_enum": "is not one of {enum}: map it to one of these",
    "out_of_bounds": "is out of bounds ({bounds})",
    "out_of_calendar": "lies outside the years 2000 to 2099",
    "out_of_order": "lies before the time that it follows",
    "reserved_value": "is a reserved word: give it another name",
    "misaligned_period": "is not the first day of its period",
}


@dataclass(frozen=True)
class Rule:
    """A rule of the contract that rows of a table break.

    Attributes:
        column: the column.
        reason: as in rejected_rows.
        breaches: how many rows break it.
        example: the commonest cell that breaks it; None where it is empty, or may be an id.
        mend: what is wrong and what to do, in a few words that follow on the cell.
    """

    column: str
    reason: str
    breaches: int
    example: str | None
    mend: str

    def __str__(self) -> str:
        """Return the rule as part of a line."""
        such = f", such as '{self.example}'" if self.example is not None else ""
        return f"{self.column}: {self.reason} ({self.breaches:,}{such}: {self.mend})"


@dataclass(frozen=True)
class Rejected:
    """The rows of one raw table that break the contract.

    Attributes:
        table: its name.
        rows: all of its rows.
        rejected: those that break a rule.
        rules: the rules that they break, the commonest first.
    """

    table: str
    rows: int
    rejected: int
    rules: tuple[Rule, ...]

    @property
    def share(self) -> float:
        """The share of its rows that break a rule, 0 to 1."""
        return self.rejected / self.rows

    def __str__(self) -> str:
        """Return one line: how many, and the commonest rule with its mend."""
        return (
            f"{self.table}: {self.rejected:,} of {self.rows:,} rows ({self.share:.1%}) break the "
            f"contract; most often {self.rules[0]}"
        )


def rejected_by_table(
    connection: duckdb.DuckDBPyConnection, contract: Sequence[RawTable]
) -> list[Rejected]:
    """Return what marts.data_quality and restricted.rejected_rows say, the greatest share first.

    Args:
        connection: a database that has both.
        contract: the raw tables.
    """
    columns = {(table.name, column.name): column for table in contract for column in table.columns}
    rules: dict[str, list[Rule]] = {}
    for table, column, reason, breaches, cell in connection.execute(BREACHES).fetchall():
        rules.setdefault(table, []).append(_rule(columns[table, column], reason, breaches, cell))
    return [
        Rejected(table, rows, rejected, tuple(rules[table]))
        for table, rows, rejected in connection.execute(TABLES).fetchall()
    ]


def _rule(column: Column, reason: str, breaches: int, cell: str | None) -> Rule:
    bounds = [f"at least {column.minimum:g}"] if column.minimum is not None else []
    bounds += [f"at most {column.maximum:g}"] if column.maximum is not None else []
    mend = RULES[reason].format(
        type=column.data_type, enum=", ".join(column.enum), bounds=" and ".join(bounds)
    )
    if cell is not None and reason == "not_parsable":
        mend = _form(column.data_type, cell.strip()) or mend
    if cell is not None and reason == "not_in_enum" and cell.strip().lower() in column.enum:
        mend = f"differs from {cell.strip().lower()} in case or spaces: write it so"
    is_shown = cell is not None and not column.name.endswith(NAMES_OF_IDS)
    return Rule(column.name, reason, breaches, _short(cell) if is_shown else None, mend)


def _form(data_type: str, cell: str) -> str | None:
    return next(
        (
            mend
            for types, form, mend in FORMS
            if (not types or data_type in types) and re.fullmatch(form, cell, re.DOTALL)
        ),
        None,
    )


def _short(cell: str) -> str:
    plain = " ".join(cell.split())
    return plain if len(plain) <= LONGEST_CELL else plain[: LONGEST_CELL - 1] + "…"
