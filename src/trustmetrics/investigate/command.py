"""The commands `trustmetrics investigate ...`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import click
from rich.console import Console

from trustmetrics.investigate.database import Database, opened
from trustmetrics.investigate.output import check_out, show, write
from trustmetrics.investigate.words import Answer
from trustmetrics.options import A_DAY, A_PATH, A_SHARE, database_option

out_option = click.option(
    "--out", type=A_PATH, help="Write the whole table there: .csv, .parquet or .json."
)


@click.group()
def investigate() -> None:
    """Answer a question that no metric answers, in sentences and a table.

    Each reads a built database and changes nothing. Exit 0: answered; 2: it could not run. What the
    answers mean: docs/analyses/README.md.
    """


def answered(database: Path, out: Path | None, ask: Callable[[Database], Answer]) -> None:
    """Open the database, ask, print the answer and write its whole table."""
    check_out(out)
    waiting = Console(stderr=True).status("reading the database")
    with waiting, opened(database) as source:
        answer = ask(source)
        written = None if out is None else write(source, answer, out)
    show(answer)
    if written is not None:
        Console(highlight=False, soft_wrap=True, markup=False).print(
            f"wrote {written:,} rows to {out}"
        )


@investigate.command(
    "spike", epilog="Example: trustmetrics investigate spike --week 2026-02-16 --surface live"
)
@database_option
@click.option(
    "--week",
    type=A_DAY,
    help="Any day of the week.  [default: the clearest rise of the last 8 complete weeks]",
)
@click.option("--surface", help="Only the reports on one surface.")
@click.option(
    "--baseline-weeks",
    type=click.IntRange(min=4),
    default=8,
    show_default=True,
    help="How many usual weeks it is compared with.",
)
@click.option(
    "--new-account-days",
    type=click.IntRange(min=1),
    default=30,
    show_default=True,
    help="How long an account counts as new.",
)
@out_option
def spike_command(
    database: Path,
    week: date | None,
    surface: str | None,
    baseline_weeks: int,
    new_account_days: int,
    out: Path | None,
) -> None:
    """What made the reports of a week rise: a brigade or a wave, attackers or adoption?"""
    from trustmetrics.investigate.spike import spike

    answered(
        database,
        out,
        lambda source: spike(source, week, surface, baseline_weeks, new_account_days),
    )


@investigate.command("case", epilog="Example: trustmetrics investigate case ca5497c201f1fad6d")
@click.argument("case_id", metavar="CASE_ID")
@database_option
@out_option
def case_command(case_id: str, database: Path, out: Path | None) -> None:
    """What happened in one case, in order, and which rows decide how it counts? Restricted."""
    from trustmetrics.investigate.case import case

    answered(database, out, lambda source: case(source, case_id))


@investigate.command(
    "offenders", epilog="Example: trustmetrics investigate offenders --days 90 --min-violations 3"
)
@database_option
@click.option(
    "--days",
    type=click.IntRange(min=1),
    help="Only violations of the last so many days.  [default: all]",
)
@click.option(
    "--min-violations",
    type=click.IntRange(min=1),
    default=2,
    show_default=True,
    help="How many confirmed violations an account must have.",
)
@click.option(
    "--identifier",
    "identifiers",
    type=click.Choice(["device", "payment", "phone", "email", "ip"]),
    multiple=True,
    default=["device", "payment", "phone", "email"],
    show_default=True,
    help="What links accounts. Repeatable.",
)
@click.option(
    "--max-holders",
    type=click.IntRange(min=2),
    default=20,
    show_default=True,
    help="An identifier that more accounts have links nobody.",
)
@out_option
def offenders_command(
    database: Path,
    days: int | None,
    min_violations: int,
    identifiers: tuple[str, ...],
    max_holders: int,
    out: Path | None,
) -> None:
    """Which accounts offend again, despite what, and which are linked to them? Restricted."""
    from trustmetrics.investigate.offenders import offenders

    answered(
        database,
        out,
        lambda source: offenders(source, days, min_violations, identifiers, max_holders),
    )


@investigate.command(
    "threshold", epilog="Example: trustmetrics investigate threshold --detector det_spam_graph"
)
@database_option
@click.option("--detector", help="Its id.  [default: a line for each detector]")
@click.option("--since", type=A_DAY, help="Flags from that day on.  [default: the last 90 days]")
@click.option("--before", type=A_DAY, help="Only flags before that day.")
@click.option(
    "--steps",
    type=click.IntRange(1, 1000),
    default=20,
    show_default=True,
    help="Steps between 0 and 1.",
)
@click.option(
    "--keep",
    type=A_SHARE,
    default=0.9,
    show_default=True,
    help="Share of what the detector finds that a threshold must keep to be advised.",
)
@out_option
def threshold_command(
    database: Path,
    detector: str | None,
    since: date | None,
    before: date | None,
    steps: int,
    keep: float,
    out: Path | None,
) -> None:
    """What would a higher threshold of a detector gain and lose?"""
    from trustmetrics.investigate.threshold import threshold

    answered(database, out, lambda source: threshold(source, detector, since, before, steps, keep))


@investigate.command(
    "disagreement", epilog="Example: trustmetrics investigate disagreement --since 2026-01-01"
)
@database_option
@click.option("--since", type=A_DAY, help="From that day on.  [default: all]")
@click.option("--before", type=A_DAY, help="Only before that day.")
@click.option(
    "--items",
    type=click.IntRange(min=0),
    default=10,
    show_default=True,
    help="How many calibration items are listed.",
)
@out_option
def disagreement_command(
    database: Path,
    since: date | None,
    before: date | None,
    items: int,
    out: Path | None,
) -> None:
    """Which decisions do reviewers, appeals and raters disagree with? Restricted."""
    from trustmetrics.investigate.disagreement import disagreement

    answered(database, out, lambda source: disagreement(source, since, before, items))
