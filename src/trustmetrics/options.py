"""Options that several commands share."""

import os
from datetime import date, datetime
from math import isnan
from pathlib import Path
from typing import Any

import click

# What Linux holds; a part of it may have 255.
LONGEST_PATH = 4095


class Day(click.DateTime):
    """A date, written YYYY-MM-DD."""

    def __init__(self) -> None:
        """One format alone."""
        super().__init__(["%Y-%m-%d"])

    def convert(
        self, value: Any, param: click.Parameter | None, context: click.Context | None
    ) -> date:
        """Return the date; fails as click's own types do."""
        moment: datetime = super().convert(value, param, context)
        return moment.date()


class NamedPath(click.Path):
    """A path that something can lie at: it has a name, in UTF-8."""

    def __init__(self) -> None:
        """A Path of pathlib; whether it exists is for the command to say."""
        super().__init__(path_type=Path)

    def convert(
        self, value: Any, param: click.Parameter | None, context: click.Context | None
    ) -> Path:
        """Return the path; fails as click's own types do."""
        text = os.fsdecode(value)
        if not text.strip():
            self.fail("it is empty. Name a file or folder.", param, context)
        try:
            text.encode()
        except UnicodeEncodeError:
            shown = text.encode("ascii", "backslashreplace").decode()
            self.fail(f"the name '{shown}' is not in UTF-8. Rename it.", param, context)
        if len(os.fsencode(text)) > LONGEST_PATH:
            self.fail(f"it is longer than {LONGEST_PATH:,} bytes. Name another.", param, context)
        if "\0" in text:
            self.fail("a name cannot hold a zero byte. Rename it.", param, context)
        path: Path = super().convert(value, param, context)
        return path


class Share(click.FloatRange):
    """A number from 0 to 1."""

    def __init__(self) -> None:
        """Both ends count."""
        super().__init__(0, 1)

    def convert(
        self, value: Any, param: click.Parameter | None, context: click.Context | None
    ) -> float:
        """Return the number; fails as click's own types do, and for NaN, which lies in no range."""
        share: float = super().convert(value, param, context)
        if isnan(share):
            self.fail(f"{value} is not a number from 0 to 1. Give one.", param, context)
        return share


A_PATH = NamedPath()
A_SHARE = Share()
A_DAY = Day()
database_option = click.option(
    "--database",
    type=A_PATH,
    envvar="TRUSTMETRICS_DATABASE",
    default=Path("trustmetrics.duckdb"),
    show_default=True,
    help="The DuckDB file.",
)
