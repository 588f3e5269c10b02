"""The command `trustmetrics export noisy`."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click
from rich.console import Console

from trustmetrics.export.marts_command import GRAINS
from trustmetrics.options import A_DAY, A_PATH, database_option


@click.command(
    "noisy",
    epilog="Example: trustmetrics export noisy --metric report_rate --period 2026-05-01 "
    "--slice surface --epsilon 1 --out counts.csv. What it protects: docs/privacy.md",
)
@database_option
@click.option("--metric", "metrics", multiple=True, required=True, help="Its id. Repeatable.")
@click.option(
    "--grain", type=click.Choice(GRAINS), default="month", show_default=True, help="The period."
)
@click.option("--period", type=A_DAY, required=True, help="The first day of the period.")
@click.option(
    "--slice", "slices", multiple=True, default=["overall"], show_default=True, help="Repeatable."
)
@click.option("--epsilon", required=True, help="Of all counts together: above 0, less is safer.")
@click.option(
    "--contribution",
    type=click.IntRange(1),
    default=1,
    show_default=True,
    help="How many of the counted things of one period whoever is protected has at most.",
)
@click.option("--out", type=A_PATH, required=True, help="CSV file to write.")
def noisy_command(
    database: Path,
    metrics: tuple[str, ...],
    grain: str,
    period: date,
    slices: tuple[str, ...],
    epsilon: str,
    contribution: int,
    out: Path,
) -> None:
    """Write counts with noise for a voluntary report: what metrics count, and out of how many.

    Differentially private with the epsilon that you name, which all counts of the file share. Never
    for statutory reports, which ask for exact numbers.
    """
    from trustmetrics.export.noisy import export_noisy
    from trustmetrics.privacy.noise import parse_epsilon

    told = export_noisy(
        database, metrics, (grain, period), slices, parse_epsilon(epsilon), contribution, out
    )
    console = Console(highlight=False, soft_wrap=True, markup=False)
    console.print(f"wrote {told.counts:,} counts in {told.lists:,} lists to {out}")
    console.print(
        f"epsilon {epsilon} in all, {float(told.each):.3g} for each list; each count is off by at "
        f"most {told.margin:,} in 95 % of cases. Another file of the same data spends as much again"
    )
