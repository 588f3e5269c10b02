"""How a value is shown where a report has no words of its own, and which digit is the last."""

from __future__ import annotations

import re

from trustmetrics.register.units import PERCENT
from trustmetrics.scorecard.figures import figure, with_unit

FIGURE = re.compile(
    r"[<>]?[-+]?[\d,]+(?:\.(?P<decimals>\d+))?(?:e(?P<power>[-+]\d+))?(?P<scale>[kMBT]?)"
)
POWERS = {"": 0, "k": 3, "M": 6, "B": 9, "T": 12}


def shown_as(value: float | None, value_format: str) -> tuple[str, int | None]:
    """Return a value as the scorecard shows it, and the place of its last digit in the value.

    Args:
        value: in the metric's unit; None: it was not reached.
        value_format: as in register.units.

    Returns:
        the text, and decimals as in PublishedNumber.
    """
    return with_unit(value, value_format), last_place(figure(value, value_format), value_format)


def last_place(text: str, value_format: str) -> int | None:
    """Return the place of the last digit of a figure that is shown without its unit.

    Args:
        text: such as 77.9, 1,234, 1.6M or 2e-05.
        value_format: percent: the text is a hundred times the value.

    Returns:
        decimals as in PublishedNumber; None where the text is not a figure.
    """
    found = FIGURE.fullmatch(text)
    if found is None:
        return None
    power = POWERS[found["scale"]] + int(found["power"] or 0)
    return len(found["decimals"] or "") - power + (2 if value_format == PERCENT else 0)
