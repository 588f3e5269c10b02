"""The commands of the ledger: options in, what they print out."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from trustmetrics.ledger.file import LEDGER, ledger_file
from trustmetrics.options import A_PATH, database_option
from trustmetrics.progress import counted
from trustmetrics.project import project_root

# Wide, for a table is for a pager or a file where a terminal is narrower.
console = Console(highlight=False, soft_wrap=True, markup=False, width=240)
GRAINS = click.Choice(["day", "week", "month", "quarter"])
KINDS = {"day": "daily", "week": "weekly", "month": "monthly", "quarter": "quarterly"}


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


def _counted(count: int, noun: str) -> str:
    """A count with its noun."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


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
    if definitions.commit is None:
        console.print("note: no git repository, so the definitions are known by fingerprint alone")
    elif definitions.is_dirty:
        console.print(
            "note: files differ from the commit. To be able to reproduce the report, commit, build "
            "and publish again"
        )
    numbers = _counted(done.number_count, "number")
    console.print(f"published {done.report_id}: {numbers} in {ledger}")
    console.print(f"head {done.head}")
    console.print("keep the head with the report: it shows that nothing was taken from the ledger")


@click.command("published", epilog="Example: trustmetrics report published")
@database_option
@ledger_option
def published(database: Path, ledger: Path) -> None:
    """List the reports in the ledger."""
    from trustmetrics.ledger.file import reading

    headings = ("report", "published (UTC)", "as of (UTC)", "commit", "title", "numbers")
    table = _table(*headings, left=5)
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
        count = _counted(len(found.faults), "fault")
        console.print(f"{count} in {_counted(found.row_count, 'row')}")
        sys.exit(1)
    held = f", and {_counted(len(known), 'head')} given found in it" if known else ""
    numbers = _counted(found.row_count, "number")
    of_reports = _counted(found.report_count, "report")
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
        table = _table("number", "published", "recorded value", "computed again")
        for one in found.differing:
            row = one.row
            place = f"{row['metric']}, {row['slice']} {row['slice_value']}, {row['period_start']}"
            table.add_row(place, row["shown"], str(row["value"]), str(one.value))
        console.print(table)
    if found.stated:
        count = _counted(len(found.stated), "number")
        console.print(f"{count} not computed from raw data, as the ledger says: as published")
    if found.others:
        names = sorted({row["metric"] for row in found.others})
        console.print(
            f"not computed again: {_counted(len(found.others), 'number')} of unknown source "
            f"({', '.join(names[:5])}{', ...' if len(names) > 5 else ''})"
        )
    same = len(found.numbers) - len(found.differing)
    numbers = _counted(len(found.numbers), "number")
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
        console.print(f"  {len(restated):,} of {_counted(len(found.rows), 'number')} {moved} now")
        if found.others:
            console.print(
                f"  left out: {_counted(found.others, 'number')} not computed from raw data"
            )
        each = found.seconds / found.build_count
        console.print(f"  {_counted(found.build_count, 'build')}, {each:.0f} s each")
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

    register = register_of(project_root())
    named = [name for name in PARTS if any(row[name] for row in rows)]
    titles = (name.replace("_", " ") for name in named)
    table = _table("metric", "slice", "period", "said", "now", *titles, left=3)
    for row in rows:
        entry = register.entries.get(row["metric"])
        form = (value_format(entry.data) if entry else None) or NUMBER
        known = row["known_value"]
        now = "none" if known is None else shown_as(float(known), form)[0]
        said = ["" if row[name] is None else signed(row[name], form) for name in named]
        place = (row["metric"], f"{row['slice']} {row['slice_value']}", str(row["period_start"]))
        table.add_row(*place, row["shown"], now, *said)
    return table


def _table(*headings: str, left: int = 1) -> Table:
    """A table that is never folded: the first columns to the left, the others to the right."""
    table = Table(box=None, pad_edge=False)
    for place, heading in enumerate(headings):
        table.add_column(heading, justify="left" if place < left else "right", no_wrap=True)
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
    table = _table(found.grain, *ages)
    for start in found.starts:
        values = (found.values.get((start, age)) for age in found.ages(start))
        cells = ("" if value is None else shown_as(value, form)[0] for value in values)
        table.add_row(period(start, found.grain), *cells)
    return table
