"""The command report dsa: options in, a report out."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from trustmetrics.drafts import drafted
from trustmetrics.errors import UserError
from trustmetrics.extras import require
from trustmetrics.ledger.command_parts import console, ledger_option, tell_published
from trustmetrics.options import A_DAY, A_PATH, database_option

if TYPE_CHECKING:
    from trustmetrics.dsa.report.filled import FilledReport

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
@click.option("--publish", is_flag=True, help="Record every number of it in the ledger.")
@database_option
@ledger_option
@click.option("--init", type=A_PATH, help="Write a filer's file to begin from, and nothing else.")
def dsa_report(
    service: str | None,
    first: date | None,
    last: date | None,
    filer: Path | None,
    out: Path | None,
    publish: bool,
    database: Path,
    ledger: Path,
    init: Path | None,
) -> None:
    """Fill the templates of a DSA transparency report (Regulation (EU) 2024/2835).

    Writes eleven CSV files, a workbook, notes on what is blank and why, and where each number comes
    from; then holds them against the rules of `trustmetrics report validate`. A report that is
    complete and breaks no rule is published where --publish is given; another is not.

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
    from trustmetrics.dsa.report.publishing import publish_report
    from trustmetrics.dsa.report.write import CSV_FOLDER, write_report
    from trustmetrics.dsa.validator.command import PROVIDERS
    from trustmetrics.dsa.validator.validate import validate
    from trustmetrics.ledger.definitions import definitions_in
    from trustmetrics.project import project_root

    filed = read_filer(filer)
    figures = read_figures(database, filed, first, last)
    report = fill(service, filed, figures)
    definitions = definitions_in(database, project_root()) if publish else None
    write_report(report, filed, figures, out)
    verdict = validate(out / CSV_FOLDER, PROVIDERS[filed.kind])
    _tell_written(report, out)
    console.print(
        f"rules: {verdict.breaches:,} breaches, {verdict.warnings:,} warnings; each of them: "
        f"trustmetrics report validate {out / CSV_FOLDER}"
    )
    is_complete = not verdict.breaches and not any(it.is_owed for it in report.blanks)
    if definitions is not None and is_complete:
        done = publish_report(report, figures, out, ledger, definitions)
        tell_published(done, definitions, ledger)
    elif publish:
        console.print(
            "not published: something is owed or a rule is broken. Mend it, and file into a new "
            "folder"
        )
    sys.exit(0 if is_complete else 1)


def _tell_written(report: FilledReport, out: Path) -> None:
    """Print what was written, and what is blank in it."""
    from trustmetrics.dsa.report.write import NOTES

    console.print(f"wrote {out}: eleven parts of {report.service}, {report.period}")
    for note in report.notes:
        console.print(f"  note: {note}")
    # What is owed comes first.
    blanks = sorted(report.blanks, key=lambda it: not it.is_owed)
    for one in blanks[:SHOWN_BLANKS]:
        word = "owed" if one.is_owed else "blank, with the reason"
        console.print(f"  {word}: part {one.part}, {one.place}: {one.why}. Put it into {one.mend}")
    if len(blanks) > SHOWN_BLANKS:
        console.print(f"  and {len(blanks) - SHOWN_BLANKS} more: {out / NOTES}")
