"""The commands `trustmetrics investigate ...`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import click
from rich.console import Console

from trustmetrics.investigate.database import Database, opened
from trustmetrics.investigate.output import check_out, show, write
from trustmetrics.investigate.words import Answer

A_PATH = click.Path(path_type=Path)
A_DATE = click.DateTime(["%Y-%m-%d"])
database_option = click.option(
    "--database",
    type=A_PATH,
    envvar="TRUSTMETRICS_DATABASE",
    default=Path("trustmetrics.duckdb"),
    show_default=True,
    help="The DuckDB file; it is only read.",
)
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
    with opened(database) as source:
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
    type=A_DATE,
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
    week: datetime | None,
    surface: str | None,
    baseline_weeks: int,
    new_account_days: int,
    out: Path | None,
) -> None:
    """What made the reports of a week rise: a brigade or a wave, attackers or adoption?"""
    from trustmetrics.investigate.spike import spike

    day = week.date() if week else None
    answered(
        database,
        out,
        lambda source: spike(source, day, surface, baseline_weeks, new_account_days),
    )
