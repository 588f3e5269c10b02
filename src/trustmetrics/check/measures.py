"""What a check saw, where it should have been, and whether that holds."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Measure:
    """One figure of the data with its limits: a row of marts.data_checks once it is judged.

    A figure is judged by its limits; a set of values (checks of new values) by what is known.

    Attributes:
        checkpoint: raw or marts.
        table_name: the table with its schema.
        expectation: the kind of check, a name in expectations.yml.
        column_name: the column; None: the check is of the whole table.
        slice: the part of the table, such as "detector_id = x"; None: all of it.
        metric: the metric that the part is; None: it is none.
        observed_value: the figure.
        lower_limit: the least it may be; None: no limit.
        upper_limit: the most it may be; None: no limit.
        observed: the figure in words.
        expected: the limits in words.
        seen_values: the values that are common now.
        known_values: the values that were there before.
        unjudged: why it cannot be judged; None: it can.
        success: whether it held; None: not judged.
    """

    checkpoint: str
    table_name: str
    expectation: str
    column_name: str | None = None
    slice: str | None = None
    observed_value: float | None = None
    lower_limit: float | None = None
    upper_limit: float | None = None
    observed: str | None = None
    expected: str | None = None
    seen_values: tuple[str, ...] | None = None
    known_values: tuple[str, ...] = ()
    unjudged: str | None = None
    success: bool | None = None
    metric: str | None = None

    @property
    def place(self) -> str:
        """Table, column and slice in one string."""
        column = f".{self.column_name}" if self.column_name else ""
        return f"{self.table_name}{column}" + (f" ({self.slice})" if self.slice else "")

    @property
    def excess(self) -> float:
        """How far beyond its limit a figure lies, as a share of the limit; 0 for a set of values.

        Orders failures: a feed that stopped (1 below its limit) comes before one that thinned out.
        """
        value, lower, upper = self.observed_value, self.lower_limit, self.upper_limit
        if value is None:
            return 0.0
        beyond = [(lower - value) / abs(lower)] if lower else []
        beyond += [(value - upper) / abs(upper)] if upper else []
        return max([0.0, *beyond])

    @property
    def sentence(self) -> str:
        """What was found, in one line that names table, column, check and figures."""
        if self.success is None:
            return f"{self.place}: {self.expectation} not judged: {self.unjudged}"
        verdict = "held" if self.success else "failed"
        return (
            f"{self.place}: {self.expectation} {verdict}: saw {self.observed}; "
            f"expected {self.expected}"
        )


def ranked(measures: Sequence[Measure]) -> list[Measure]:
    """Return the measures that failed, worst first."""
    failed = [measure for measure in measures if measure.success is False]
    return sorted(failed, key=lambda measure: -measure.excess)


def within(
    value: float, band: tuple[float, float], write: Callable[[float], str], usual: str
) -> dict[str, Any]:
    """Return the fields of a measure that should lie within a band.

    Args:
        value: the figure.
        band: the least and the most that it may be.
        write: how such a figure is written.
        usual: what it was before, in words.
    """
    lower, upper = band
    return {
        "observed_value": value,
        "lower_limit": lower,
        "upper_limit": upper,
        "expected": f"{write(max(lower, 0))} to {write(upper)} ({usual})",
    }


def at_most(value: float, upper: float, write: Callable[[float], str]) -> dict[str, Any]:
    """Return the fields of a measure that has only an upper limit, as `within` does."""
    return {
        "observed_value": value,
        "upper_limit": upper,
        "expected": f"at most {write(upper)}",
    }


def amount(value: float) -> str:
    """Write a count or a sum: thousands separated, no decimals from 100 on."""
    return f"{value:,.0f}" if abs(value) >= 100 or value == int(value) else f"{value:,.1f}"


def amounts_listed(values: Sequence[float]) -> str:
    """Write counts or sums one after another."""
    return ", ".join(amount(value) for value in values)


def distance(value: float) -> str:
    """Write a distance of two distributions."""
    return f"{value:.2f}"


def percent(share: float) -> str:
    """Write a share."""
    return f"{share:.1%}".replace("%", " %")


def plain(text: str, longest: int = 40) -> str:
    """Write text of the data: cut short, with nothing in it that a terminal would obey."""
    cut = text if len(text) <= longest else text[: longest - 1] + "…"
    return "".join(letter if letter.isprintable() else "�" for letter in cut)


def quoted(values: Sequence[str]) -> str:
    """Write values of the data, each in quotes."""
    return ", ".join(f"'{plain(value)}'" for value in values)
