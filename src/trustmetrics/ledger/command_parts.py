"""What the commands of the ledger share: their options, and how they print."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.table import Table

from trustmetrics.ledger.file import LEDGER, ledger_file
from trustmetrics.ledger.numbers import Publication
from trustmetrics.options import A_PATH

if TYPE_CHECKING:
    from trustmetrics.ledger.definitions import Definitions

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


def tell_published(done: Publication, definitions: Definitions, ledger: Path) -> None:
    """Print what was published, its head, and what will be in the way of reproducing it."""
    if definitions.commit is None:
        console.print(
            "note: no single commit built the database (no git repository, or parts were built at "
            "different commits), so its definitions are known by fingerprint alone"
        )
    elif definitions.is_dirty:
        console.print(
            "note: files differ from the commit. To be able to reproduce the report, commit, build "
            "and publish again"
        )
    numbers = counted_as(done.number_count, "number")
    console.print(f"published {done.report_id}: {numbers} in {ledger}")
    console.print(f"head {done.head}")
    console.print("keep the head with the report: it shows that nothing was taken from the ledger")
