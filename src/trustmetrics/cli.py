"""The command line, kept thin. Exit 0: fine. 1: it found something. 2: it could not run."""

import os
import sys
from datetime import datetime
from pathlib import Path

import click
from rich.console import Console

from trustmetrics import stops
from trustmetrics.build import (
    BuildReport,
    ChecksFailedError,
    build,
    is_ahead_of_clock,
)
from trustmetrics.check.command import check
from trustmetrics.dsa_sor.command import ingest_dsa_sor
from trustmetrics.export.command import export
from trustmetrics.extras import require
from trustmetrics.failures import TRACEBACK, check_current_folder, told
from trustmetrics.gate.command import gate, metric
from trustmetrics.instant import parse_instant
from trustmetrics.investigate.command import investigate
from trustmetrics.mapping.command import ingest_sql, map_group
from trustmetrics.options import A_PATH, A_SHARE, database_option
from trustmetrics.progress import counted, steps
from trustmetrics.public_marts import SCHEMA
from trustmetrics.rejections import DEFAULT_LIMIT
from trustmetrics.report_commands import report_group
from trustmetrics.scorecard.command import scorecard
from trustmetrics.streams import abandon_output, flush_output, prepare_streams
from trustmetrics.validate.command import validate
from trustmetrics.workshop import remove_own

console = Console(highlight=False, soft_wrap=True)
warnings = Console(stderr=True, highlight=False, soft_wrap=True)

SHOWN_RULES = 3
LONGEST_LINE = 1000
LARGEST_SEED = 2**31 - 1
LARGEST_SAMPLE = 1_000_000_000
out_option = click.option(
    "--out", type=A_PATH, required=True, help="Folder to write the raw tables to."
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="trustmetrics")
def app() -> None:
    """Trust-and-safety metrics: raw events in, governed numbers out."""


@app.command(
    "build",
    epilog="Example: trustmetrics build --raw data/raw --as-of '2026-06-30 00:00:00'",
)
@click.option(
    "--raw",
    type=A_PATH,
    envvar="TRUSTMETRICS_RAW",
    required=True,
    help="Folder of the raw tables.",
)
@click.option(
    "--as-of",
    envvar="TRUSTMETRICS_AS_OF",
    default="",
    help="UTC instant to look from.  [default: the latest ingested_at of the valid rows]",
)
@database_option
@click.option(
    "--select",
    multiple=True,
    help="dbt selector: rebuild only that part of the database, or build a new one with that part "
    "and all that it reads. Repeatable.",
)
@click.option(
    "--vocabulary",
    type=A_PATH,
    help="Folder of policy_taxonomy.csv, action_sla.csv, case_complexity.csv or dsa_keywords.csv "
    "of your own.",
)
@click.option(
    "--marts-only",
    type=A_PATH,
    help="A second DuckDB file to write, with the public marts alone: for those who may not see "
    "the ids of the rest.",
)
@click.option(
    "--max-rejected",
    type=A_SHARE,
    default=DEFAULT_LIMIT,
    show_default=True,
    help="Share of a table's rows that may break the raw contract: beyond it, exit 1.",
)
def build_command(
    raw: Path,
    as_of: str,
    database: Path,
    select: tuple[str, ...],
    vocabulary: Path | None,
    marts_only: Path | None,
    max_rejected: float,
) -> None:
    """Build every metric from a folder of raw tables.

    Exit 1 where a data test fails (the last good database stays), or where more of a table's rows
    are rejected than --max-rejected (the database is written, and told to be doubted).
    """
    instant = parse_instant(as_of, "--as-of") if as_of else None
    if instant and is_ahead_of_clock(instant):
        warnings.print(f"warning: as_of {instant} is in the future")
    with counted("building") as on_node:
        report = build(raw, database, instant, list(select), on_node, vocabulary, marts_only)
    _print_report(report, database)
    if marts_only:
        console.print(f"wrote {marts_only}: the public marts alone", markup=False)
        if marts_only.stem.lower() == SCHEMA:
            console.print(
                f"  DuckDB names the catalog after the file: write {SCHEMA}.{SCHEMA}.kpi_values"
            )
    beyond = [one for one in report.rejected or () if one.share > max_rejected]
    if beyond:
        for one in beyond:
            warnings.print(f"trustmetrics: {one}", markup=False)
        warnings.print(
            f"trustmetrics: built, but more than {max_rejected:.3g} of the rows of "
            f"{', '.join(one.table for one in beyond)} are missing from every metric. Mend or map "
            "them (docs/guides/own_tables.md), or allow more: --max-rejected",
            markup=False,
        )
        sys.exit(1)


@app.command(epilog="Example: trustmetrics sample --out data/sample --seed 1 --size 100000")
@out_option
@click.option(
    "--seed",
    type=click.IntRange(0, LARGEST_SEED),
    default=1,
    show_default=True,
    help="The same seed and size give the same data.",
)
@click.option(
    "--size",
    type=click.IntRange(1000, LARGEST_SAMPLE),
    default=100_000,
    show_default=True,
    help="Raw rows over all tables, approximately.",
)
def sample(out: Path, seed: int, size: int) -> None:
    """Make synthetic raw tables with stories worth finding (docs/sample_data.md)."""
    require("sample")
    from trustmetrics.sample import generate

    with steps("sample tables", total=27) as on_table:
        rows = generate(out, seed, size, on_table)
    console.print(f"{sum(rows.values()):,} rows in {len(rows)} tables in {out}")
    console.print(f"next: trustmetrics build --raw {out}")


@app.group()
def ingest() -> None:
    """Map an export of a real system to the raw tables."""


@ingest.command(
    "mediawiki",
    epilog="Example: trustmetrics ingest mediawiki --hits hits.parquet --blocks blocks.parquet "
    "--out data/enwiki",
)
@click.option(
    "--blocks",
    type=A_PATH,
    required=True,
    multiple=True,
    help="Block log: a Parquet or CSV file, or a folder of them. Repeatable.",
)
@click.option(
    "--hits",
    type=A_PATH,
    multiple=True,
    help="Abuse-filter hits, likewise.  [default: none, and no detections]",
)
@out_option
def ingest_mediawiki(blocks: tuple[Path, ...], hits: tuple[Path, ...], out: Path) -> None:
    """Map MediaWiki's abuse-filter and block logs (docs/sources/mediawiki.md).

    Rows that stand in several files count once. What the logs cannot say is declared in the
    table not_measured, and is then in no metric.
    """
    from trustmetrics.ingest import mediawiki

    with steps("mapping", total=None) as on_step:
        report = mediawiki.ingest(hits, blocks, out, on_step)
    for name, count in (report.rows | report.counts).items():
        console.print(f"{name:<44} {count:>12,}")
    for path in report.unread:
        console.print(f"not read: {path} is neither .parquet nor .csv", markup=False)
    declared = report.rows["not_measured"]
    console.print(f"{declared} metrics that the logs cannot give are declared in not_measured")
    console.print(f"next: trustmetrics build --raw {out}", markup=False)


ingest.add_command(ingest_dsa_sor)
ingest.add_command(ingest_sql)
app.add_command(map_group)
app.add_command(check)
app.add_command(export)
app.add_command(gate)
app.add_command(investigate)
app.add_command(metric)
app.add_command(report_group)
app.add_command(scorecard)
app.add_command(validate)


def _print_report(report: BuildReport, database: Path) -> None:
    for message in report.messages:
        console.print(message)
    if report.rejected:
        total = sum(one.rejected for one in report.rejected)
        console.print(f"rejected: {total:,} rows break the raw contract, and are in no metric:")
        for one in report.rejected:
            for rule in one.rules[:SHOWN_RULES]:
                console.print(f"  {one.table}.{rule}", markup=False)
            if len(one.rules) > SHOWN_RULES:
                more = len(one.rules) - SHOWN_RULES
                console.print(f"  {one.table}: and {more} more kinds of breach")
        console.print("  each of them is in restricted.rejected_rows")
    elif report.rejected is None:
        console.print("rejected: not counted, for the selection leaves the counts as they were")
    else:
        console.print("rejected: no row breaks the raw contract")
    if report.conflict_count:
        console.print(
            f"conflicts: {report.conflict_count:,} versions tie on key and ingested_at but differ; "
            "they are in restricted.conflicting_versions"
        )
    for line in report.unmapped:
        console.print(line, markup=False)
    if report.kpi_row_count is None:
        console.print(f"as of {_instant(report.as_of)}: kpi_values was not selected")
    else:
        rows = f"{report.kpi_row_count:,} rows in kpi_values"
        console.print(f"as of {_instant(report.as_of)}: {rows}")
    console.print(f"built {database}")


def _instant(as_of: datetime | None) -> str:
    return f"{as_of} UTC" if as_of else "no valid row"


def main() -> None:
    """Run the command; an error that the user can correct is one line on stderr."""
    prepare_streams()
    try:
        code = _run()
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message())
        sys.exit(2)
    except click.UsageError as error:
        command = error.ctx.command_path if error.ctx else "trustmetrics"
        _fail(f"{error.format_message()} See: {command} --help")
    except ChecksFailedError as error:
        warnings.print(f"trustmetrics: {error}", markup=False)
        warnings.print("the last good database is unchanged", markup=False)
        sys.exit(1)
    except (click.Abort, KeyboardInterrupt):
        _stop()
    except BrokenPipeError:
        # Nobody reads on, as behind head: there is nobody to tell, either.
        abandon_output()
        sys.exit(2)
    except Exception as error:
        if stops.was_stopped:
            # DuckDB raises an error of its own in place of the one that the signal raised.
            _stop()
        if os.environ.get(TRACEBACK):
            raise
        _fail(told(error))
    sys.exit(code)


def _run() -> int | str | None:
    """Run the command, write all that it said, and return its exit code."""
    check_current_folder()
    try:
        code = app(prog_name="trustmetrics", standalone_mode=False)
    except SystemExit as ended:
        code = ended.code
    flush_output()
    return code


def _stop() -> None:
    remove_own()
    _fail(stops.STOPPED)


def _fail(message: str) -> None:
    for line in message.splitlines():
        shown = line if len(line) <= LONGEST_LINE else f"{line[:600]} … {line[-300:]}"
        warnings.print(f"trustmetrics: {shown}", markup=False)
    sys.exit(2)
