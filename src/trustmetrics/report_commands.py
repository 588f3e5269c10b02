"""The group `trustmetrics report`: a line for each command, which lives in its own package."""

from __future__ import annotations

import click

from trustmetrics.ledger import commands as ledger


@click.group()
def report() -> None:
    """Make, check and publish reports, and answer for the numbers that were published."""


report.add_command(ledger.publish)
report.add_command(ledger.published)
report.add_command(ledger.verify_ledger)
report.add_command(ledger.export_ledger)
report.add_command(ledger.reproduce)
report.add_command(ledger.restate)
report.add_command(ledger.triangle)
