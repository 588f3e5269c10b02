"""The commands `trustmetrics map init` and `trustmetrics ingest sql`."""

from collections.abc import Sequence
from pathlib import Path

import click
import duckdb
from rich.console import Console

from trustmetrics.extras import require
from trustmetrics.instant import parse_instant
from trustmetrics.macro_host import MacroHost
from trustmetrics.options import A_PATH
from trustmetrics.progress import steps
from trustmetrics.project import project_root

console = Console(highlight=False, soft_wrap=True, markup=False)
from_option = click.option(
    "--from",
    "source",
    required=True,
    metavar="SOURCE",
    help="A folder of CSV, Parquet or JSON files, a DuckDB or SQLite file, or a Postgres address "
    "(postgresql://USER@HOST/DATABASE).",
)


@click.group("map")
def map_group() -> None:
    """Write SQL that maps your own tables to the raw tables."""


@map_group.command(
    "init",
    epilog="Example: trustmetrics map init --from data/export --out map --time-zone Europe/Berlin",
)
@from_option
@click.option("--out", type=A_PATH, required=True, help="New folder to write the map to.")
@click.option(
    "--time-zone", default="", help="Zone of the times that name none, such as Europe/Berlin."
)
@click.option(
    "--extracted-at", default="", help="When the source was exported, UTC: '2026-04-30 22:00:00'."
)
def map_init(source: str, out: Path, time_zone: str, extracted_at: str) -> None:
    """Guess a SELECT per raw table from names, types and values; mark what you must decide.

    The source is only read. The guide: docs/guides/own_tables.md.
    """
    from trustmetrics.mapping.decisions import decisions_left
    from trustmetrics.mapping.init import make_map
    from trustmetrics.mapping.settings import check_time_zone
    from trustmetrics.mapping.skeleton import UNMATCHED
    from trustmetrics.mapping.source import shown

    if time_zone:
        check_time_zone(time_zone, "--time-zone")
    if extracted_at:
        extracted_at = str(parse_instant(extracted_at, "--extracted-at"))
    with steps("tables looked at", total=None) as on_table:
        made = make_map(project_root(), source, out, time_zone, extracted_at, on_table)
    console.print()
    for one in made.matches:
        console.print(f"{one.raw.name:<22} from {one.source.name} ({one.confidence:.2f})")
    with duckdb.connect() as connection:
        host = MacroHost(project_root(), connection)
        without = [(table, 0, 0, 0) for table in made.unmatched]
        for line in host.call("missing_table_lines", without):
            console.print(line)
    if made.unused:
        console.print(f"not used: {', '.join(made.unused)}")
    if not made.matches:
        _say_unread(made.unread)
        console.print(
            f"no table looks like a raw table. Write the queries: {out}/{UNMATCHED} has a file for "
            f"each to begin with; move it to {out} when it is done"
        )
        return
    left = decisions_left(out)
    console.print(f"wrote {len(made.matches)} files to {out}; {len(left)} places say DECIDE")
    _say_unread(made.unread)
    console.print(
        f"next: read and edit {out}, then: trustmetrics ingest sql --map {out} "
        f"--from {shown(source)} --out data/raw"
    )


def _say_unread(sentences: Sequence[str]) -> None:
    """What the map was made without stands last, where it is seen."""
    for sentence in sentences:
        console.print(f"made without: {sentence}", markup=False)


@click.command(
    "sql", epilog="Example: trustmetrics ingest sql --map map --from data/export --out data/raw"
)
@click.option("--map", "map_folder", type=A_PATH, required=True, help="Folder of the map.")
@from_option
@click.option("--out", type=A_PATH, required=True, help="Folder to write the raw tables to.")
@click.option(
    "--extracted-at",
    default="",
    help="When the source was exported, UTC.  [default: extracted_at in settings.yml]",
)
def ingest_sql(map_folder: Path, source: str, out: Path, extracted_at: str) -> None:
    """Run a map of your own tables and write the raw tables (docs/guides/own_tables.md)."""
    require("map")
    from trustmetrics.mapping.run import run_map

    with steps("tables", total=None) as on_table:
        report = run_map(project_root(), map_folder, source, out, extracted_at, on_table)
    for sentence in report.warnings:
        console.print(f"warning: {sentence}")
    total = sum(report.rows.values())
    console.print(f"{total:,} rows in {len(report.rows)} tables in {out}")
    console.print(f"next: trustmetrics validate {out}, then: trustmetrics build --raw {out}")
