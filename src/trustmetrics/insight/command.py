"""The commands report weekly, monthly and quarterly: options in, a page out."""

from __future__ import annotations

from pathlib import Path

import click

from trustmetrics.drafts import drafted
from trustmetrics.errors import UserError
from trustmetrics.extras import require
from trustmetrics.instant import parse_instant
from trustmetrics.ledger.command_parts import console, ledger_option, tell_published
from trustmetrics.options import A_PATH, database_option

EXAMPLES = {"week": "2026-W22", "month": "2026-05", "quarter": "2026-Q2"}


def _command(name: str, grain: str) -> click.Command:
    """A report of one grain: the three differ in nothing else."""

    @click.command(
        name,
        help=f"""Write a page on what changed in a {grain}, how sure that is, and what to do next.

        One HTML file that asks no network: half a page for those who decide, the scorecard, what
        moved and what carries it, backlog, detectors, definitions that changed, restated numbers,
        data quality, incidents. Every number on it names the query that gives it.
        """,
        epilog=f"Example: trustmetrics report {name} --out {name}.html --pdf {name}.pdf. Step by "
        "step: docs/guides/reports.md",
    )
    @click.option("--out", type=A_PATH, required=True, help="The HTML file to write.")
    @click.option("--pdf", type=A_PATH, help="A PDF to write, too; needs Chromium or Chrome.")
    @click.option(
        "--period",
        help=f"The {grain} to report on, such as {EXAMPLES[grain]}.  [default: the newest "
        "complete one]",
    )
    @click.option(
        "--as-of",
        help="Refuse a database that looks from another instant than this, UTC.",
    )
    @click.option(
        "--k",
        type=click.IntRange(2),
        help="For outside: withhold counts below it, and what would give them away.  [default: "
        "every number, exact]",
    )
    @click.option("--publish", is_flag=True, help="Record every number of it in the ledger.")
    @database_option
    @ledger_option
    def report(
        out: Path,
        pdf: Path | None,
        period: str | None,
        as_of: str | None,
        k: int | None,
        publish: bool,
        database: Path,
        ledger: Path,
    ) -> None:
        write_report(grain, out, pdf, period, as_of, k, publish, database, ledger)

    return report


def write_report(
    grain: str,
    out: Path,
    pdf: Path | None,
    period: str | None,
    as_of: str | None,
    k: int | None,
    publish: bool,
    database: Path,
    ledger: Path,
) -> None:
    """Write the page of a report; the options are those of the command.

    Raises:
        UserError: a file cannot be written, the database lacks what a report reads, looks from
            another instant or has nothing of the period, or the ledger cannot be written.
    """
    require("report")
    for file in (out, pdf):
        if file is not None:
            _check_out(file)
    from trustmetrics.insight.page import KINDS, make_page
    from trustmetrics.insight.pdf import find_browser, print_pdf
    from trustmetrics.insight.read import read_facts
    from trustmetrics.insight.suppressed import suppressed

    if pdf is not None:
        find_browser()
    instant = parse_instant(as_of, "--as-of") if as_of else None
    facts = read_facts(database, grain, period, instant)
    if k is not None:
        facts = suppressed(database, facts, k)
    page = make_page(database, ledger, facts, out)
    text, shown = page.render()
    done = None
    if publish:
        from trustmetrics.insight.publishing import published_numbers
        from trustmetrics.ledger.definitions import definitions_in
        from trustmetrics.ledger.publish import publish as record
        from trustmetrics.project import project_root

        numbers = published_numbers(shown, facts)
        definitions = definitions_in(database, project_root())
        kind = KINDS[grain]
        done = record(ledger, kind, facts.label, page.title, numbers, facts.as_of, definitions)
        text, _ = page.render(head=done.head)
    with drafted(out) as draft:
        draft.write_text(text, encoding="utf-8")
    console.print(f"wrote {out}: {page.title}, {len(shown):,} numbers")
    if done is not None:
        tell_published(done, definitions, ledger)
    if pdf is not None:
        print_pdf(out, pdf)
        console.print(f"wrote {pdf}")


def _check_out(file: Path) -> None:
    if file.is_dir():
        raise UserError(f"'{file}' is a folder. Name a file in it")
    if not file.absolute().parent.is_dir():
        raise UserError(f"the folder '{file.parent}' does not exist. Create it first")


weekly = _command("weekly", "week")
monthly = _command("monthly", "month")
quarterly = _command("quarterly", "quarter")
