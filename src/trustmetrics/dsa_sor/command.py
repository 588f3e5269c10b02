"""The command `trustmetrics ingest dsa-sor`."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import click
from rich.console import Console

from trustmetrics.engine_settings import THREADS, check_engine_settings
from trustmetrics.errors import UserError
from trustmetrics.options import A_DAY, A_PATH
from trustmetrics.progress import counted

console = Console(highlight=False, soft_wrap=True, markup=False)
SHOWN = 10
COUNTS = {
    "delay_negative": "statements whose restriction lies before their content; in cases.delay_mark",
    "delay_exactly_zero": "statements with one date for both; in cases.delay_mark",
    "is_detected_beside_a_notice": "detected by automated means beside a notice; no detection",
    "has_restriction_of_no_kind": "with a restriction 'other', which has no kind in the contract",
    "is_inverted": "with automated_detection read the other way, as --inverted says",
}


@click.command(
    "dsa-sor",
    epilog="Example: trustmetrics ingest dsa-sor sor-global-2025-09-01-full.zip --platform "
    "Kleinkram --out data/sor",
)
@click.argument("files", nargs=-1, required=True, type=A_PATH, metavar="FILES...")
@click.option("--out", type=A_PATH, required=True, help="Folder to write the raw tables to.")
@click.option(
    "--platform",
    "platforms",
    multiple=True,
    metavar="NAME",
    help="Take the statements of this platform alone, by its name in the dumps. Repeatable.  "
    "[default: all, each a surface]",
)
@click.option(
    "--inverted",
    multiple=True,
    type=(str, A_DAY, A_DAY),
    metavar="NAME FROM TO",
    help="Read automated_detection of a platform the other way, for statements submitted from one "
    "day to another. Repeatable.",
)
@click.option(
    "--threads",
    type=click.IntRange(1, 64),
    help=f"Parts to map at a time.  [default: {THREADS}, or all cores]",
)
def ingest_dsa_sor(
    files: tuple[Path, ...],
    out: Path,
    platforms: tuple[str, ...],
    inverted: tuple[tuple[str, date, date], ...],
    threads: int | None,
) -> None:
    """Map dumps of the DSA Transparency Database (docs/sources/dsa_sor.md).

    FILES are daily dumps as they were downloaded, full or light, or what was extracted from them:
    inner zips, .csv or .csv.gz, or folders of these. A run that was stopped goes on where it was.
    What cannot be mapped is kept in OUT/_dsa_sor/rejected.csv and counted.
    """
    from trustmetrics.dsa_sor.ingest import ingest
    from trustmetrics.dsa_sor.part import Wanted

    for name, first, last in inverted:
        if last < first:
            raise UserError(f"--inverted '{name}': {last} lies before {first}. Swap them")
    check_engine_settings()
    threads = threads or int(os.environ.get(THREADS) or os.cpu_count() or 1)
    with counted("read, percent") as on_share:
        report = ingest(files, out, Wanted(platforms, inverted), threads, on_share)
    _tell(report, out)


def _tell(report, out: Path) -> None:  # type: ignore[no-untyped-def]
    resumed = f", {report.resumed:,} of them by an earlier run" if report.resumed else ""
    console.print(f"{report.records:>14,}  records in {report.parts:,} parts{resumed}")
    for number, what in (
        (report.statements, "statements in the raw tables"),
        (report.rejected, f"rejected{f', in {report.rejects}' if report.rejects else ''}"),
        (report.duplicates, "duplicates"),
        (report.of_other_platforms, "of other platforms"),
    ):
        console.print(f"{number:>14,}  {what}")
    console.print("rows")
    for table, rows in report.tables.items():
        console.print(f"{rows:>14,}  {table}")
    console.print("of the statements")
    for name, what in COUNTS.items():
        console.print(f"{report.counts[name]:>14,}  {what}")
    for mark in report.marks[:SHOWN]:
        console.print(f"mark: {mark}")
    if len(report.marks) > SHOWN:
        console.print(f"and {len(report.marks) - SHOWN} more, in {out}/_dsa_sor/delays.csv")
    for name in report.unread[:SHOWN]:
        console.print(f"not read: {name}")
    if len(report.unread) > SHOWN:
        console.print(f"and {len(report.unread) - SHOWN} more that were not read")
    names = len([name for name in report.platforms if name])
    if names > 1 and not report.of_other_platforms:
        console.print(
            f"{names} platforms: each is a surface, and 'overall' pools them; --platform takes one"
        )
    declared = report.tables["not_measured"]
    console.print(f"{declared} metrics that the database cannot give are declared in not_measured")
    console.print(f"next: trustmetrics build --raw {out}")
