"""What the commands of the ledger share: their options, and how they print."""

from __future__ import annotations

from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from trustmetrics.ledger.file import LEDGER, ledger_file
from trustmetrics.options import A_PATH

# Wide, for a table is for a pager or a file where a terminal is narrower.
console = Console(highlight=False, soft_wrap=True, markup=False, width=240)
GRAINS = click.Choice(["day", "week", "month", "quarter"])


def _ledger(context: click.Context, parameter: click.Parameter, value: Path | None) -> Path:
    """The ledger that is named, else the one beside the database."""
    return value or ledger_file(context.params["database"])


ledger_option = click.option(
    "--ledger",
    type=A_PATH,
    envvar=LEDGER,
    callback=_ledger,
    help="The ledger's file.  [default: <database>.ledger.sqlite]",
)
raw_option = click.option(
    "--raw",
    type=A_PATH,
    envvar="TRUSTMETRICS_RAW",
    required=True,
    help="Folder of the raw tables, in which what was there then still is.",
)
vocabulary_option = click.option(
    "--vocabulary",
    type=A_PATH,
    help="Folder of vocabularies of your own, as for trustmetrics build.",
)


def counted_as(count: int, noun: str) -> str:
    """Return a count with its noun."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def plain_table(*headings: str, left: int = 1) -> Table:
    """Return a table that is never folded, its first columns to the left, others to the right."""
    table = Table(box=None, pad_edge=False)
    for place, heading in enumerate(headings):
        table.add_column(heading, justify="left" if place < left else "right", no_wrap=True)
    return table
