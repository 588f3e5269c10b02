"""Scorecards made by hand for the tests."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from rich.console import Console

from trustmetrics.scorecard.read import Line, Scorecard, WorseSlice
from trustmetrics.scorecard.text import WIDTH, print_page

USUAL: dict[str, Any] = {
    "metric": "rework_rate",
    "metric_version": 1,
    "is_newest": True,
    "title": "Rework rate",
    "family": "quality",
    "indicator": "lagging",
    "statistic": "proportion",
    "unit": "proportion, 0 to 1",
    "value_format": "percent",
    "slices": "queue",
    "slice": "overall",
    "slice_value": "all",
    "slice_label": "all",
    "period_start": date(2026, 5, 1),
    "is_mature": True,
    "value": 0.03,
    "ci_lower": 0.02,
    "ci_upper": 0.045,
    "sample_size": 500,
    "change_on_previous": -0.01,
    "relative_change_on_previous": -0.25,
    "change_lower": -0.02,
    "change_upper": -0.001,
    "definition_changed": False,
    "direction": "down",
    "target_kind": "level",
    "comparator": "<",
    "target_value": 0.05,
    "measured": 0.03,
    "status": "met",
    "reason": None,
    "newest_start": date(2026, 6, 1),
    "newest_value": 0.031,
    "history": (0.05, 0.03, 0.03),
}


def line(**changes: Any) -> Line:
    """A line of the scorecard, with some of what it says changed."""
    assert changes.keys() <= USUAL.keys()
    return Line(**USUAL | changes)


def card(*lines: Line, segments: Sequence[Line] = (), **changes: Any) -> Scorecard:
    """A scorecard of months with these lines."""
    usual: dict[str, Any] = {
        "as_of": datetime(2026, 7, 2, 9, 51),
        "grain": "month",
        "not_measured": (),
    }
    return Scorecard(lines=lines, segments=segments, **usual | changes)


def worse(**changes: Any) -> WorseSlice:
    """A slice that got worse, with some of what it says changed."""
    usual: dict[str, Any] = {
        "metric": "rework_rate",
        "statistic": "proportion",
        "unit": "proportion, 0 to 1",
        "value_format": "percent",
        "slice": "queue",
        "slice_value": "appeals",
        "period_start": date(2026, 5, 1),
        "value": 0.3,
        "usual_value": 0.04,
        "deviation": 3.21,
        "sample_size": 1200,
        "earlier_periods": 12,
    }
    return WorseSlice(**usual | changes)


def page(shown: Scorecard, encoding: str = "utf-8") -> list[str]:
    """The lines of the page on a terminal of this encoding."""
    told = io.BytesIO()
    with io.TextIOWrapper(told, encoding=encoding) as file:
        print_page(shown, Console(file=file, highlight=False, width=WIDTH))
        file.flush()
        return told.getvalue().decode(encoding).splitlines()


def row_of(shown: Scorecard, name: str, encoding: str = "utf-8") -> str:
    """The row of the table that begins with this name, its spaces made one."""
    (found,) = [one for one in page(shown, encoding) if one.startswith(f"  {name} ")]
    return " ".join(found.split())
