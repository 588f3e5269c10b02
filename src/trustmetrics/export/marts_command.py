"""The command `trustmetrics export marts`."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click
from rich.console import Console

from trustmetrics.options import A_DAY, A_PATH, database_option
from trustmetrics.progress import counted

GRAINS = ["day", "week", "month", "quarter"]


@click.command(
    "marts",
    epilog="Example: trustmetrics export marts --database trust.duckdb --out marts. Privacy: "
    "docs/privacy.md",
)
@database_option
@click.option(
    "--out",
    type=A_PATH,
    required=True,
    help="Folder to write; an earlier export in it is replaced as a whole.",
)
@click.option(
    "--k",
    type=click.IntRange(2),
    help="For outside: withhold counts below it, and what would give them away; of the marts only "
    "kpi_values and those without counts.  [default: all public marts, exact]",
)
@click.option(
    "--grain",
    "grains",
    type=click.Choice(GRAINS),
    multiple=True,
    help="With --k, the periods of kpi_values. Repeatable.  [default: month, quarter]",
)
@click.option("--since", type=A_DAY, help="With --k, only periods that begin then or later.")
def marts_command(
    database: Path, out: Path, k: int | None, grains: tuple[str, ...], since: date | None
) -> None:
    """Write the public marts as Parquet, one file each, with a manifest: no ids, no single cases.

    Exact by default, for colleagues who may see every figure. For handing outside: --k 10.
    """
    from trustmetrics.export.marts import Outside, export_marts

    if k is None and (grains or since):
        raise click.UsageError("--grain and --since go with --k.")
    outside = None if k is None else Outside(k, grains or ("month", "quarter"), since)
    with counted("exporting") as on_step:
        manifest = export_marts(database, out, outside, on_step)
    console = Console(highlight=False, soft_wrap=True, markup=False)
    rows = sum(table["rows"] for table in manifest["tables"])
    console.print(f"{rows:,} rows in {len(manifest['tables'])} tables in {out}")
    if k is not None:
        told = manifest["withheld"]
        console.print(
            f"withheld with k = {k}: {told['withheld']:,} of {told['rows']:,} rows of kpi_values"
        )
        console.print(f"left out, for they are exact: {', '.join(manifest['left_out'])}")
