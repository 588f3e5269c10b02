"""The command report validate: options in, findings out."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from trustmetrics.errors import UserError
from trustmetrics.options import A_PATH

FORMS = ("text", "markdown", "json")
PROVIDERS = {
    "intermediary": "all",
    "hosting": "hosting",
    "platform": "platform",
    "vlop": "vlop",
    "vlose": "vlop_vlose",
}


@click.command(
    "validate",
    epilog="Example: trustmetrics report validate downloads/report.zip --format markdown "
    "--out findings.md",
)
@click.argument("path", type=A_PATH, required=False, metavar="DIR|FILE")
@click.option("--format", "form", type=click.Choice(FORMS), default="text", show_default=True)
@click.option("--out", type=A_PATH, help="File to write to.  [default: the terminal]")
@click.option(
    "--provider",
    type=click.Choice([*PROVIDERS]),
    help="What the service is, which decides which rows apply.  [default: as the filled rows say]",
)
@click.option("--rules", "lists_rules", is_flag=True, help="List all rules with their sources.")
@click.option("--explain", metavar="RULE", help="Explain a rule: its id or the start of it.")
def validate_report(
    path: Path | None,
    form: str,
    out: Path | None,
    provider: str | None,
    lists_rules: bool,
    explain: str | None,
) -> None:
    """Hold a published DSA transparency report against the rules of its templates.

    Reads a folder or ZIP of CSV files, a workbook (XLSX, ODS), JSON, or one part alone, as filers
    publish them; what it had to read tolerantly is a finding. Needs no database and no register.

    Exit 0: no breach. 1: a breach. 2: it could not run.
    """
    from trustmetrics.dsa.validator.render import rendered, rendered_rules
    from trustmetrics.dsa.validator.rule import rules

    if lists_rules or explain:
        wanted = (explain or "").casefold()
        found = [it for it in rules().values() if it.id.casefold().startswith(wanted)]
        if not found:
            raise UserError(f"no rule begins with '{explain}'. See: --rules")
        click.echo(rendered_rules(found))
        return
    if path is None:
        raise click.UsageError("Missing argument 'DIR|FILE'.")
    if out is not None and not out.absolute().parent.is_dir():
        raise UserError(f"the folder '{out.parent}' does not exist. Create it first")
    from trustmetrics.dsa.validator.validate import validate

    verdict = validate(path, PROVIDERS[provider] if provider else None)
    text = rendered(form, verdict)
    if out is None:
        click.echo(text)
    else:
        out.write_text(f"{text}\n", encoding="utf-8")
        click.echo(f"{verdict.breaches:,} breaches, {verdict.warnings:,} warnings: {out}")
    sys.exit(1 if verdict.breaches else 0)
