"""What a report says: sentences, and numbers that each know the row of a mart they come from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from trustmetrics.ledger.shown import last_place
from trustmetrics.mapping.sql import literal
from trustmetrics.register.units import COUNT, MARKS, PERCENT
from trustmetrics.scorecard.figures import figure, signed
from trustmetrics.scorecard.figures import number as rounded

# A cell that tells a row from others, or several: (names) to the rows of values that count.
Key = Mapping[str | tuple[str, ...], Any]
# Percentage points, the unit of a change of a share.
POINTS = " pt"


@dataclass(frozen=True)
class Source:
    """Where a number stands in a built database.

    Attributes:
        relation: the table, such as marts.kpi_trends.
        expression: the column, or an aggregate over the rows such as count(*).
        key: what tells the row, or the rows, from others, by equality.
        condition: what else holds of the rows, in SQL; empty: nothing.
        called: what a relation that is a query is called; empty: by its own name.
    """

    relation: str
    expression: str
    key: Key
    condition: str = ""
    called: str = ""

    @property
    def query(self) -> str:
        """The query that gives the number."""
        where = [_condition(name, value) for name, value in self.key.items()]
        where += [self.condition] if self.condition else []
        said = f"select {self.expression} from {self.relation}"
        return f"{said} where {' and '.join(where)}" if where else said

    @property
    def is_cell(self) -> bool:
        """Whether it is one column of one row that plain cells identify."""
        return (
            self.expression.isidentifier()
            and not self.condition
            and all(
                isinstance(name, str) and not isinstance(value, list)
                for name, value in self.key.items()
            )
        )


@dataclass(frozen=True)
class Number:
    """A number as a report shows it.

    Attributes:
        value: as the source has it, in the unit of its column.
        text: the figure as shown, without its unit.
        mark: the unit behind it, with a blank where one belongs.
        decimals: the place of the last digit shown, counted in value (ledger.numbers).
        source: where it comes from.
        published: of a value of a governed metric, what the ledger records beside it: metric,
            metric_version, slice, slice_value, period_grain, period_start, bounds and so on.
    """

    value: float
    text: str
    mark: str
    decimals: int | None
    source: Source
    published: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Period:
    """The name of a period or a date: no measurement."""

    text: str


@dataclass(frozen=True)
class Name:
    """The name of a metric, a slice, a team or a command, with a link where it has one."""

    text: str
    href: str | None = None
    is_code: bool = False


Part = str | Number | Period | Name
Sentence = Sequence[Part]


def number(
    value: float,
    value_format: str,
    source: Source,
    *,
    is_signed: bool = False,
    published: Mapping[str, Any] | None = None,
) -> Number:
    """Return a value, shown as the scorecard shows it.

    Args:
        value: in the unit of its column.
        value_format: as in register.units; percentages that are signed are changes, in points.
        source: where it comes from.
        is_signed: whether a plus stands before what is positive.
        published: see Number.
    """
    mark = MARKS.get(value_format, "")
    if not is_signed:
        text = figure(value, value_format)
    elif value_format == COUNT:
        text = f"{value:+,.0f}" if value else "0"
    elif value_format == PERCENT:
        text, mark = _signed(100 * value), POINTS
    else:
        text = _signed(value)
    return Number(value, text, mark, last_place(text, value_format), source, published)


def relative(value: float, source: Source) -> Number:
    """Return a relative change, a share of the value before, in signed percent."""
    text = _signed(100 * value)
    return Number(value, text, " %", last_place(text, PERCENT), source)


def count(value: int, source: Source) -> Number:
    """Return how many there are."""
    return number(value, COUNT, source)


def about(value: float, source: Source) -> Number:
    """Return an expected count, to a digit behind the point."""
    return Number(value, f"{value:.1f}", "", 1, source)


def spelled(one: Number | None) -> Number | None:
    """Return a number with its unit written out, for where it is first read."""
    is_points = one is not None and one.mark == POINTS
    return replace(one, mark=" percentage points") if one is not None and is_points else one


def words(slice_name: str) -> str:
    """Return the name of a slice in words."""
    return slice_name.removesuffix("_id").replace("_", " ")


def _signed(value: float) -> str:
    """A change that would be rounded away keeps the digits that it has."""
    if value == 0 or abs(value) >= 0.05:
        return signed(value)
    return f"{'+' if value > 0 else '-'}{rounded(abs(value))}"


def _condition(name: str | tuple[str, ...], value: Any) -> str:
    if isinstance(name, tuple):
        rows = ", ".join(f"({', '.join(map(_literal, row))})" for row in value)
        return f"({', '.join(name)}) in ({rows})"
    if isinstance(value, list):
        return f"{name} in ({', '.join(map(_literal, value))})"
    return f"{name} is null" if value is None else f"{name} = {_literal(value)}"


def _literal(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    return literal(value.isoformat() if isinstance(value, date | datetime) else str(value))
