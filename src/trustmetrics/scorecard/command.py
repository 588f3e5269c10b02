"""The command `trustmetrics scorecard`."""

from __future__ import annotations

from pathlib import Path

import click
from rich.console import Console

from trustmetrics.options import database_option


@click.command(
    epilog="Example: trustmetrics scorecard --grain quarter. What each column says: "
    "docs/guides/read_the_scorecard.md"
)
@database_option
@click.option(
    "--grain",
    type=click.Choice(["day", "week", "month", "quarter"]),
    default="month",
    show_default=True,
    help="The periods to look at.",
)
@click.option(
    "--format",
    "style",
    type=click.Choice(["text", "json", "markdown", "csv"]),
    default="text",
    show_default=True,
    help="json and csv have the raw numbers.",
)
@click.option("--all-versions", is_flag=True, help="Older versions of a metric, too.")
@click.option(
    "--worst",
    type=click.IntRange(min=0),
    default=5,
    show_default=True,
    help="The most slices to name as worse than they usually are.",
)
def scorecard(database: Path, grain: str, style: str, all_versions: bool, worst: int) -> None:
    """Show where each metric stands, how it moved and whether its target is met.

    Latest mature period of each metric, what needs attention first, and the slices that are most
    clearly worse than they usually are.
    """
    from trustmetrics.scorecard.formats import as_csv, as_json, as_markdown
    from trustmetrics.scorecard.read import read_scorecard
    from trustmetrics.scorecard.text import WIDTH, print_page

    card = read_scorecard(database, grain, all_versions, worst)
    if style == "text":
        print_page(card, Console(highlight=False, width=WIDTH))
    else:
        write = {"json": as_json, "csv": as_csv, "markdown": as_markdown}[style]
        click.echo(write(card))
