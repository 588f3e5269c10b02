"""The command report dsa: options in, a report out."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import click
from rich.console import Console

from trustmetrics.drafts import drafted
from trustmetrics.errors import UserError
from trustmetrics.extras import require
from trustmetrics.options import A_DAY, A_PATH, database_option

SHOWN_BLANKS = 12


@click.command(
    "dsa",
    epilog="Example: trustmetrics report dsa --service Plaza --from 2025-07-01 --to 2025-12-31 "
    "--filer filer.yml --out plaza_2025_h2. Step by step: docs/guides/file_a_dsa_report.md",
)
@click.option("--service", help="The service's name, as every row of the report has it.")
@click.option("--from", "first", type=A_DAY, help="First day of the reporting period.")
@click.option("--to", "last", type=A_DAY, help="Last day of the reporting period.")
@click.option("--filer", type=A_PATH, help="The filer's file: what the data do not hold.")
@click.option("--out", type=A_PATH, help="Folder to make; it may not exist yet.")
@database_option
@click.option("--init", type=A_PATH, help="Write a filer's file to begin from, and nothing else.")
def dsa_report(
    service: str | None,
    first: date | None,
    last: date | None,
    filer: Path | None,
    out: Path | None,
    database: Path,
    init: Path | None,
) -> None:
    """Fill the templates of a DSA transparency report (Regulation (EU) 2024/2835).

    Writes eleven CSV files, a workbook, notes on what is blank and why, and where each number comes
    from; then holds them against the rules of `trustmetrics report validate`.

    Exit 0: it is complete and breaks no rule. 1: it was written, and something is owed or breaks a
    rule. 2: it could not run.
    """
    from trustmetrics.dsa.report.filer import read_filer, skeleton

    if init is not None:
        if init.exists():
            raise UserError(f"'{init}' exists. Name another file, or move it away")
        if not init.absolute().parent.is_dir():
            raise UserError(f"the folder '{init.parent}' does not exist. Create it first")
        with drafted(init) as draft:
            draft.write_text(skeleton(), encoding="utf-8")
        click.echo(f"wrote {init}: fill it in, then name it with --filer")
        return
    options = {"--service": service, "--from": first, "--to": last, "--filer": filer, "--out": out}
    missing = [name for name, value in options.items() if value is None]
    if missing or not (service and first and last and filer and out):
        raise click.UsageError(f"Missing option {', '.join(missing) or '--service'}.")
    if out.exists():
        raise UserError(
            f"'{out}' exists. All versions of a report stay available (Annex II, I.5): name a new "
            "folder"
        )
    if not out.absolute().parent.is_dir():
        raise UserError(f"the folder '{out.parent}' does not exist. Create it first")
    require("xlsx")
    from trustmetrics.dsa.report.figures import read_figures
    from trustmetrics.dsa.report.fill import fill
    from trustmetrics.dsa.report.write import CSV_FOLDER, NOTES, write_report
    from trustmetrics.dsa.validator.command import PROVIDERS
    from trustmetrics.dsa.validator.validate import validate

    filed = read_filer(filer)
    figures = read_figures(database, filed, first, last)
    report = fill(service, filed, figures)
    write_report(report, filed, figures, out)
    verdict = validate(out / CSV_FOLDER, PROVIDERS[filed.kind])
    console = Console(highlight=False, soft_wrap=True)
    console.print(f"wrote {out}: eleven parts of {service}, {report.period}", markup=False)
    for note in report.notes:
        console.print(f"  note: {note}", markup=False)
    owed = [it for it in report.blanks if it.is_owed]
    other = [it for it in report.blanks if not it.is_owed]
    for one in (*owed, *other)[:SHOWN_BLANKS]:
        word = "owed" if one.is_owed else "blank, with the reason"
        console.print(
            f"  {word}: part {one.part}, {one.place}: {one.why}. Put it into {one.mend}",
            markup=False,
        )
    if len(report.blanks) > SHOWN_BLANKS:
        more = len(report.blanks) - SHOWN_BLANKS
        console.print(f"  and {more} more: {out / NOTES}", markup=False)
    console.print(
        f"rules: {verdict.breaches:,} breaches, {verdict.warnings:,} warnings; each of them: "
        f"trustmetrics report validate {out / CSV_FOLDER}",
        markup=False,
    )
    sys.exit(1 if owed or verdict.breaches else 0)
