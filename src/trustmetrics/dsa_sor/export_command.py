"""The command `trustmetrics export dsa-sor`."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import click
from rich.console import Console

from trustmetrics.errors import UserError
from trustmetrics.options import A_DAY, A_PATH, database_option
from trustmetrics.progress import counted

SHOWN = 20


@click.command(
    "dsa-sor",
    epilog="Example: trustmetrics export dsa-sor --database trust.duckdb --filer filer.yml "
    "--key puid.key --since 2026-06-01 --until 2026-06-30 --out statements",
)
@database_option
@click.option(
    "--filer",
    type=A_PATH,
    required=True,
    help="YAML file: legal grounds, texts, content types and what else no raw table holds.",
)
@click.option(
    "--key",
    type=A_PATH,
    required=True,
    help="File with the secret that puids are made with: the same for ever.",
)
@click.option("--since", type=A_DAY, help="First day of the actions.  [default: all]")
@click.option("--until", type=A_DAY, help="Last day of the actions.  [default: all]")
@click.option("--out", type=A_PATH, required=True, help="New folder to write to.")
def export_dsa_sor(
    database: Path, filer: Path, key: Path, since: date | None, until: date | None, out: Path
) -> None:
    """Write statements of reasons for the DSA Transparency Database, in batches of 100.

    One statement for each enforcement action. Each is checked by the database's rules before it is
    written. Exit 1 where an action could not be written: not_written.csv says which, and why.
    The guide: docs/guides/export_statements_of_reasons.md.
    """
    from trustmetrics.dsa_sor.export import Span, export_statements, read_key
    from trustmetrics.dsa_sor.filer import read_filer

    if since and until and until < since:
        raise UserError(f"--until {until} lies before --since {since}. Swap them")
    said, secret = read_filer(filer), read_key(key)
    with counted("statements") as on_batch:
        done = export_statements(database, out, said, secret, Span(since, until), on_batch)
    console = Console(highlight=False, soft_wrap=True, markup=False)
    console.print(f"{done.actions:>12,}  enforcement actions")
    console.print(f"{done.written:>12,}  statements in {done.batches:,} batches in {out}")
    console.print(f"{sum(done.reasons.values()):>12,}  not written")
    ranked = sorted(done.reasons.items(), key=lambda one: (-one[1], one[0]))
    for reason, count in ranked[:SHOWN]:
        console.print(f"{count:>16,}  {reason}")
    if len(ranked) > SHOWN:
        console.print(f"                  and {len(ranked) - SHOWN} more reasons")
    if ranked:
        console.print(f"each of them is in {out}/not_written.csv")
        sys.exit(1)
