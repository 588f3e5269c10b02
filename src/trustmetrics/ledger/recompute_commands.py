"""The commands that compute published numbers again: options in, what they print out."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click
from rich.table import Table

from trustmetrics.ledger.command_parts import (
    GRAINS,
    console,
    counted_as,
    ledger_option,
    plain_table,
    raw_option,
    vocabulary_option,
)
from trustmetrics.options import A_PATH, database_option
from trustmetrics.progress import counted
from trustmetrics.project import project_root


@click.command(
    "reproduce",
    epilog="Example: trustmetrics report reproduce weekly-2026-W22-1 --raw data/raw",
)
@click.argument("report_id", metavar="ID")
@database_option
@ledger_option
@raw_option
@vocabulary_option
def reproduce(
    report_id: str, database: Path, ledger: Path, raw: Path, vocabulary: Path | None
) -> None:
    """Compute the numbers of a report again, from raw data and by the definitions of then.

    Compares to the last digit that was published. Exit 0: all are the same; 1: some are not, and
    are listed; 2: it could not be done.
    """
    from trustmetrics.ledger.reproduce import reproduce as compute

    with counted("rebuilding") as on_node:
        found = compute(project_root(), ledger, report_id, raw, vocabulary, on_node)
    if found.definitions:
        console.print(f"by {found.definitions}")
    if found.differing:
        table = plain_table("number", "published", "recorded value", "computed again")
        for one in found.differing:
            row = one.row
            place = f"{row['metric']}, {row['slice']} {row['slice_value']}, {row['period_start']}"
            table.add_row(place, row["shown"], str(row["value"]), str(one.value))
        console.print(table)
    if found.stated:
        count = counted_as(len(found.stated), "number")
        console.print(f"{count} not computed from raw data, as the ledger says: as published")
    if found.others:
        names = sorted({row["metric"] for row in found.others})
        console.print(
            f"not computed again: {counted_as(len(found.others), 'number')} of unknown source "
            f"({', '.join(names[:5])}{', ...' if len(names) > 5 else ''})"
        )
    same = len(found.numbers) - len(found.differing)
    numbers = counted_as(len(found.numbers), "number")
    verb = "is" if len(found.numbers) == 1 else "are"
    console.print(f"{same:,} of {numbers} {verb} the same to the last digit")
    sys.exit(1 if found.differing else 2 if found.others else 0)


@click.command(
    "restate",
    epilog="Example: trustmetrics report restate --report weekly-2026-W22-1 --raw data/raw",
)
@database_option
@ledger_option
@raw_option
@click.option(
    "--report",
    "reports",
    multiple=True,
    metavar="ID",
    help="A published report. Repeatable.  [default: the last one of each kind]",
)
@click.option(
    "--as-of",
    default="",
    help="UTC instant to look from now.  [default: the latest ingested_at of the valid rows]",
)
@vocabulary_option
@click.option(
    "--vocabulary-then",
    type=A_PATH,
    help="Folder of the vocabularies of then.  [default: those of --vocabulary]",
)
@click.option("--all", "show_all", is_flag=True, help="Show numbers that are the same, too.")
def restate(
    database: Path,
    ledger: Path,
    raw: Path,
    reports: tuple[str, ...],
    as_of: str,
    vocabulary: Path | None,
    vocabulary_then: Path | None,
    show_all: bool,
) -> None:
    """Say what published numbers come to now, and why they differ.

    Builds the report's metrics up to seven times: as of then; with late data, corrections,
    deletions; as of now; by today's definition, as of now and then. What the mart restatements says
    after the next build comes from here. Exit 0: all are the same to the last digit; 1: some are
    not.
    """
    from trustmetrics.instant import parse_instant
    from trustmetrics.ledger.restate import restate as compute
    from trustmetrics.ledger.restated import check_restated, keep, restated_file
    from trustmetrics.ledger.restatements import restatements

    now = parse_instant(as_of, "--as-of") if as_of else None
    check_restated(ledger)
    changed = 0
    for report_id in reports or last_reports(ledger):
        found = compute(
            project_root(), ledger, report_id, raw, now, vocabulary, vocabulary_then, counted
        )
        keep(ledger, found.rows)
        mart = restatements(project_root(), ledger)
        of_report = [row for row in mart if row["report_id"] == report_id]
        restated = [row for row in of_report if row["is_restated"]]
        changed += len(restated)
        known = found.rows[0]["known_as_of"]
        console.print(f"{report_id}, by {found.definitions}, as of {known} UTC")
        came = ", ".join(f"{count:,} {cause}" for cause, count in found.counts.items())
        console.print(f"  raw rows that came later: {came.replace('_', ' ')}")
        shown = of_report if show_all else restated
        if shown:
            console.print(_restated_table(shown))
        moved = "is another one" if len(found.rows) == 1 else "are others"
        console.print(f"  {len(restated):,} of {counted_as(len(found.rows), 'number')} {moved} now")
        if found.others:
            console.print(
                f"  left out: {counted_as(found.others, 'number')} not computed from raw data"
            )
        each = found.seconds / found.build_count
        console.print(f"  {counted_as(found.build_count, 'build')}, {each:.0f} s each")
    console.print(f"kept in {restated_file(ledger)}")
    console.print("next, for the mart: trustmetrics build --raw DIR --select +restatements")
    sys.exit(1 if changed else 0)


def last_reports(ledger: Path) -> list[str]:
    """Return the id of the last report of each kind."""
    from trustmetrics.ledger.file import reading

    with reading(ledger) as opened:
        return sorted({row["report_kind"]: row["report_id"] for row in opened.rows()}.values())


def _restated_table(rows: list[dict[str, Any]]) -> Table:
    from trustmetrics.gate.state import register_of
    from trustmetrics.ledger.restatements import PARTS, signed
    from trustmetrics.ledger.shown import shown_as
    from trustmetrics.register.units import NUMBER, value_format
    from trustmetrics.scorecard.figures import period

    register = register_of(project_root())
    named = [name for name in PARTS if any(row[name] for row in rows)]
    titles = (name.replace("_", " ") for name in named)
    table = plain_table("metric", "slice", "period", "said", "now", *titles, left=3)
    for row in rows:
        entry = register.entries.get(row["metric"])
        form = (value_format(entry.data) if entry else None) or NUMBER
        known = row["known_value"]
        now = "none" if known is None else shown_as(float(known), form)[0]
        said = ["" if row[name] is None else signed(row[name], form) for name in named]
        when = period(row["period_start"], row["period_grain"])
        place = (row["metric"], f"{row['slice']} {row['slice_value']}", when)
        table.add_row(*place, row["shown"], now, *said)
    return table


@click.command(
    "triangle",
    epilog="Example: trustmetrics report triangle appeal_overturn_rate --raw data/raw",
)
@click.argument("metric")
@database_option
@raw_option
@click.option("--grain", type=GRAINS, default="month", show_default=True, help="Of the periods.")
@click.option(
    "--periods",
    type=click.IntRange(2, 60),
    default=6,
    show_default=True,
    help="How many periods, and builds.",
)
@click.option("--slice", "slice_name", default="overall", show_default=True, help="Its slice.")
@click.option("--slice-value", default="all", show_default=True, help="The value of the slice.")
@click.option("--version", type=click.IntRange(1), help="Of the definition.  [default: the newest]")
@click.option(
    "--as-of",
    default="",
    help="UTC instant by which the newest period has ended.  [default: that of the database]",
)
@click.option("--out", type=A_PATH, help="A CSV file to write: a row per period and age.")
def triangle(
    metric: str,
    database: Path,
    raw: Path,
    grain: str,
    periods: int,
    slice_name: str,
    slice_value: str,
    version: int | None,
    as_of: str,
    out: Path | None,
) -> None:
    """Show how a metric's value of a period was revised as the period grew older.

    A row per period, a column per age: 0 is the value at the very end of the period, 1 that one
    period later. By the definition of today throughout.
    """
    from trustmetrics.built import opened
    from trustmetrics.check.database import read_as_of
    from trustmetrics.drafts import drafted
    from trustmetrics.instant import parse_instant
    from trustmetrics.ledger.triangle import as_csv
    from trustmetrics.ledger.triangle import triangle as compute

    if as_of:
        last = parse_instant(as_of, "--as-of")
    else:
        with opened(database) as connection:
            last = read_as_of(connection, database)
    place = (slice_name, slice_value)
    found = compute(project_root(), raw, metric, version, grain, place, last, periods, counted)
    console.print(f"{metric} version {found.version}, {slice_name} {slice_value}")
    console.print(_triangle_table(found))
    console.print(f"age: {grain}s since the period's end")
    if out:
        with drafted(out) as draft:
            draft.write_text(as_csv(found), encoding="utf-8")
        console.print(f"wrote {out}")


def _triangle_table(found: Any) -> Table:
    from trustmetrics.gate.state import register_of
    from trustmetrics.ledger.shown import shown_as
    from trustmetrics.register.units import NUMBER, value_format
    from trustmetrics.scorecard.figures import period

    form = value_format(register_of(project_root()).entries[found.metric].data) or NUMBER
    ages = [str(age) for age in found.ages(found.starts[0])]
    table = plain_table(found.grain, *ages)
    for start in found.starts:
        values = (found.values.get((start, age)) for age in found.ages(start))
        cells = ("" if value is None else shown_as(value, form)[0] for value in values)
        table.add_row(period(start, found.grain), *cells)
    return table
