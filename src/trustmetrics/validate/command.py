"""The command validate."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from trustmetrics.options import A_PATH, A_SHARE
from trustmetrics.progress import steps
from trustmetrics.project import project_root
from trustmetrics.rejections import DEFAULT_LIMIT
from trustmetrics.validate.folder import Findings, look_at

console = Console(highlight=False, soft_wrap=True)
SHOWN_RULES = 5


@click.command(epilog="Example: trustmetrics validate data/raw --format json")
@click.argument("folder", type=A_PATH, metavar="DIR")
@click.option(
    "--max-rejected",
    type=A_SHARE,
    default=DEFAULT_LIMIT,
    show_default=True,
    help="Share of a table's rows that may break the raw contract.",
)
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True
)
def validate(folder: Path, max_rejected: float, form: str) -> None:
    """Look at the raw tables in DIR before a build: seconds, without dbt.

    Says which tables are there, what is wrong with their files and rows, and which metrics they can
    give. Exit 0: a build of them would be fine; 1: files or too many rows break the contract; 2: it
    could not look.
    """
    with steps("reading", total=None, says_rows=False) as on_table:
        found = look_at(folder, project_root(), on_table)
    beyond = [one.table for one in found.rejected if one.share > max_rejected]
    if form == "json":
        click.echo(json.dumps(_as_json(found, beyond), indent=2, default=str))
    else:
        _print(found, beyond, max_rejected)
    sys.exit(1 if found.faults or beyond else 0)


def _as_json(found: Findings, beyond: list[str]) -> dict[str, object]:
    told = asdict(found)
    told["rejected"] = [
        {**asdict(one), "share": one.share, "is_too_much": one.table in beyond}
        for one in found.rejected
    ]
    return {"is_fine": not (found.faults or beyond), **told}


def _print(found: Findings, beyond: list[str], limit: float) -> None:
    there = [one for one in found.tables if one.files]
    table = Table(box=None, pad_edge=False)
    for heading in ("table", "files", "rows", "rejected"):
        table.add_column(heading, justify="left" if heading == "table" else "right")
    for one in there:
        share = f"{one.rejected:,} ({one.rejected / one.rows:.1%})" if one.rejected else "0"
        table.add_row(one.table, f"{one.files:,}", f"{one.rows:,}", share)
    console.print(table)
    for name in found.unread:
        console.print(f"not read, for no raw table has that name: {name}", markup=False)
    for line in found.faults:
        console.print(f"fault: {line}", markup=False)
    if found.faults:
        count = len(found.faults)
        console.print(f"{count} fault{'s'[: count - 1]} of files: a build would not start")
        return
    for one in found.rejected:
        console.print(
            f"rejected: {one.table}: {one.rejected:,} of {one.rows:,} rows ({one.share:.1%})"
        )
        for rule in one.rules[:SHOWN_RULES]:
            console.print(f"  {rule}", markup=False)
    for line in found.missing:
        console.print(line)
    total = len(found.measured) + len(found.not_measured)
    console.print(f"metrics: {len(found.measured)} of {total} can be measured")
    if found.not_measured:
        console.print(f"these are: {', '.join(found.measured) or 'none'}")
    if beyond:
        console.print(
            f"too much is rejected (more than {limit:.3g} of the rows): {', '.join(beyond)}. "
            "A build would write the database and end with exit code 1. Mend or map the rows "
            "(docs/guides/own_tables.md), or allow more: --max-rejected"
        )
    else:
        console.print("fine: a build can start")
