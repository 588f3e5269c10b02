"""The command `trustmetrics check`."""

from pathlib import Path

import click
from rich.console import Console

from trustmetrics.extras import require
from trustmetrics.options import A_PATH, database_option
from trustmetrics.progress import counted

SHOWN = 20
console = Console(highlight=False, soft_wrap=True, markup=False)


@click.command(epilog="Example: trustmetrics check --database trustmetrics.duckdb --out reports")
@database_option
@click.option(
    "--out",
    type=A_PATH,
    help="Folder of the report page.  [default: the database's folder]",
)
@click.pass_context
def check(context: click.Context, database: Path, out: Path | None) -> None:
    """Hold the data against their own trailing weeks.

    Exit 0: nothing failed. 1: something failed; it is named. 2: could not run.
    """
    from trustmetrics.check.measures import ranked
    from trustmetrics.check.runner import run_checks

    require("check")
    with counted("checking") as on_step:
        report = run_checks(database, out or database.parent, on_step)
    failed, held, unjudged = ranked(report.results), report.of(True), report.of(None)
    for result in failed[:SHOWN]:
        console.print(result.sentence)
    if len(failed) > SHOWN:
        console.print(f"and {len(failed) - SHOWN} more failures, on the page")
    console.print(
        f"as of {report.as_of} UTC: {len(failed)} failed, {len(held)} held, {len(unjudged)} not "
        "judged (too little history, too few rows, or a table that is not there)"
    )
    if not held and not failed:
        console.print("nothing could be judged: this is not a pass")
    console.print(f"report: {report.page}")
    runs = "1 run" if report.run_count == 1 else f"{report.run_count} runs"
    console.print(f"results: table marts.data_checks, {runs}")
    context.exit(1 if failed else 0)
