"""The commands that keep published numbers: options in, what they print out."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from trustmetrics.ledger.command_parts import (
    GRAINS,
    console,
    counted_as,
    ledger_option,
    plain_table,
    tell_published,
)
from trustmetrics.options import A_PATH, database_option
from trustmetrics.project import project_root

KINDS = {"day": "daily", "week": "weekly", "month": "monthly", "quarter": "quarterly"}


def _names(context: click.Context, parameter: click.Parameter, value: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in value.split(",") if name.strip())


@click.command(
    "publish",
    epilog="Example: trustmetrics report publish --grain month --period 2026-05 "
    "--metrics appeal_rate,rework_rate",
)
@database_option
@ledger_option
@click.option("--grain", type=GRAINS, required=True, help="The length of the period.")
@click.option("--period", required=True, help="2026-05-31, 2026-W22, 2026-05 or 2026-Q2.")
@click.option(
    "--metrics",
    default="",
    callback=_names,
    help="Ids of metrics, with commas.  [default: every metric that has a value]",
)
@click.option(
    "--slices",
    default="overall",
    show_default=True,
    callback=_names,
    help="Names of slices, with commas.",
)
@click.option("--all-versions", is_flag=True, help="Older versions of a metric, too.")
@click.option("--title", default="", help="What the report is called.")
def publish(
    database: Path,
    ledger: Path,
    grain: str,
    period: str,
    metrics: tuple[str, ...],
    slices: tuple[str, ...],
    all_versions: bool,
    title: str,
) -> None:
    """Record numbers of kpi_values that a report of your own says.

    The reports that trustmetrics itself makes do this where --publish is given.
    """
    from trustmetrics.ledger.definitions import definitions_in
    from trustmetrics.ledger.kpi_numbers import numbers_of
    from trustmetrics.ledger.publish import publish as write

    chosen = numbers_of(database, grain, period, metrics, slices, all_versions)
    definitions = definitions_in(database, project_root())
    kind = KINDS[grain]
    done = write(
        ledger, kind, period, title or f"{kind} {period}", chosen.numbers, chosen.as_of, definitions
    )
    tell_published(done, definitions, ledger)


@click.command("published", epilog="Example: trustmetrics report published")
@database_option
@ledger_option
def published(database: Path, ledger: Path) -> None:
    """List the reports in the ledger."""
    from trustmetrics.ledger.file import reading

    headings = ("report", "published (UTC)", "as of (UTC)", "commit", "title", "numbers")
    table = plain_table(*headings, left=5)
    with reading(ledger) as opened:
        for row in opened.rows():
            if row["number"] == row["number_count"]:
                commit = (row["commit_id"] or "none")[:12] + ("+" if row["is_dirty"] else "")
                instants = (str(row[name])[:16] for name in ("published_at", "as_of"))
                cells = (row["report_id"], *instants, commit, row["report_title"])
                table.add_row(*cells, f"{row['number_count']:,}")
    console.print(table)


@click.command(
    "verify-ledger",
    epilog="Example: trustmetrics report verify-ledger --report may.html",
)
@database_option
@ledger_option
@click.option("--head", "heads", multiple=True, help="A head that was printed. Repeatable.")
@click.option(
    "--report",
    "reports",
    type=A_PATH,
    multiple=True,
    help="A published report, as a text file, that has heads in it. Repeatable.",
)
def verify_ledger(
    database: Path, ledger: Path, heads: tuple[str, ...], reports: tuple[Path, ...]
) -> None:
    """Find rows that were changed, removed, inserted or put elsewhere.

    Without a head that somebody else has kept, nobody can tell a ledger whose last rows are gone,
    or which was written anew, from one that never had them. Exit 0: it is sound; 1: it is not.
    """
    from trustmetrics.errors import UserError
    from trustmetrics.ledger.verify import heads_in, verify
    from trustmetrics.texts import read_text

    known = list(heads)
    for file in reports:
        found_heads = heads_in(read_text(file))
        if not found_heads:
            raise UserError(f"'{file}' has no head in it. Name another, or give it: --head")
        known += found_heads
    found = verify(ledger, known)
    for fault in found.faults:
        console.print(f"fault: {fault}")
    if found.faults:
        count = counted_as(len(found.faults), "fault")
        console.print(f"{count} in {counted_as(found.row_count, 'row')}")
        sys.exit(1)
    held = f", and {counted_as(len(known), 'head')} given found in it" if known else ""
    numbers = counted_as(found.row_count, "number")
    of_reports = counted_as(found.report_count, "report")
    console.print(f"sound: {numbers} of {of_reports}, each row follows from the one before{held}")
    console.print(f"head {found.head}")


@click.command(
    "export-ledger", epilog="Example: trustmetrics report export-ledger --out published.parquet"
)
@database_option
@ledger_option
@click.option("--out", type=A_PATH, required=True, help="The Parquet file to write.")
def export_ledger(database: Path, ledger: Path, out: Path) -> None:
    """Write the ledger as a Parquet file, a row per published number."""
    from trustmetrics.ledger.export import export_ledger as write

    console.print(f"wrote {write(ledger, out):,} rows to {out}")
