"""What a check saw, and where it should have been."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Measure:
    """One figure of the data with its limits, before anybody has judged it.

    A figure is judged by its limits; a set of values (checks of new values) by what is known.

    Attributes:
        checkpoint: raw or marts.
        table: the table with its schema.
        check: the kind of check, a name in expectations.yml.
        column: the column, None where the check is of the whole table.
        slice: the part of the table, such as "detector_id = x"; None: all of it.
        value: the figure.
        lower: the least it may be; None: no limit.
        upper: the most it may be; None: no limit.
        seen_values: the values that are common now.
        known_values: the values that were there before.
        observed: the figure in words.
        expected: the limits in words.
        unjudged: why it cannot be judged; None: it can.
    """

    checkpoint: str
    table: str
    check: str
    column: str | None = None
    slice: str | None = None
    value: float | None = None
    lower: float | None = None
    upper: float | None = None
    seen_values: tuple[str, ...] | None = None
    known_values: tuple[str, ...] = ()
    observed: str = ""
    expected: str = ""
    unjudged: str | None = None

    @property
    def place(self) -> str:
        """Table, column and slice in one string."""
        column = f".{self.column}" if self.column else ""
        return f"{self.table}{column}" + (f" ({self.slice})" if self.slice else "")


@dataclass(frozen=True)
class Result:
    """A measure with its judgement: held is None where it could not be judged."""

    measure: Measure
    held: bool | None
    observed: str

    @property
    def excess(self) -> float:
        """How far beyond its limit a figure lies, as a share of the limit; 0 for a set of values.

        Orders failures: a feed that stopped (1 below its limit) stands before one that thinned out.
        """
        value, lower, upper = self.measure.value, self.measure.lower, self.measure.upper
        if value is None:
            return 0.0
        beyond = [(lower - value) / abs(lower)] if lower else []
        beyond += [(value - upper) / abs(upper)] if upper else []
        return max([0.0, *beyond])

    @property
    def sentence(self) -> str:
        """What was found, in one line that names table, column, check and figures."""
        measure = self.measure
        if self.held is None:
            return f"{measure.place}: {measure.check} not judged: {measure.unjudged}"
        verdict = "held" if self.held else "failed"
        return (
            f"{measure.place}: {measure.check} {verdict}: saw {self.observed}; "
            f"expected {measure.expected}"
        )


def amount(value: float) -> str:
    """A count or a sum for reading: thousands set off, no decimals from 100 on."""
    return f"{value:,.0f}" if abs(value) >= 100 or value == int(value) else f"{value:,.1f}"


def amounts_listed(values: list[float]) -> str:
    """Counts or sums for reading, one after another."""
    return ", ".join(amount(value) for value in values)


def percent(share: float) -> str:
    """A share for reading."""
    return f"{share:.1%}".replace("%", " %")


def within(lower: float, upper: float, write: Callable[[float], str]) -> str:
    """Limits for reading, each written by a function of a number."""
    return f"{write(max(lower, 0))} to {write(upper)}"


def plain(text: str, longest: int = 40) -> str:
    """Text of the data for reading: cut, and nothing in it that a terminal would obey."""
    cut = text if len(text) <= longest else text[: longest - 1] + "…"
    return "".join(letter if letter.isprintable() else "�" for letter in cut)


def quoted(values: Sequence[str]) -> str:
    """Values of the data for reading, quoted."""
    return ", ".join(f"'{plain(value)}'" for value in values)
