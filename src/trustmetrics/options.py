"""Options that several commands share."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

import click


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


A_PATH = click.Path(path_type=Path)
A_DAY = Day()
database_option = click.option(
    "--database",
    type=A_PATH,
    envvar="TRUSTMETRICS_DATABASE",
    default=Path("trustmetrics.duckdb"),
    show_default=True,
    help="The DuckDB file.",
)
