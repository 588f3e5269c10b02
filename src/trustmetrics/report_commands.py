"""The commands `trustmetrics report ...`: a line for each at the end."""

import click

from trustmetrics.dsa.report.command import dsa_report
from trustmetrics.dsa.validator.command import validate_report
from trustmetrics.insight.command import monthly, quarterly, weekly
from trustmetrics.ledger.commands import export_ledger, publish, published, verify_ledger
from trustmetrics.ledger.recompute_commands import reproduce, restate, triangle


@click.group("report")
def report_group() -> None:
    """Make reports, validate those that others published, and answer for your own."""


report_group.add_command(dsa_report)
report_group.add_command(export_ledger)
report_group.add_command(monthly)
report_group.add_command(publish)
report_group.add_command(published)
report_group.add_command(quarterly)
report_group.add_command(reproduce)
report_group.add_command(restate)
report_group.add_command(triangle)
report_group.add_command(validate_report)
report_group.add_command(verify_ledger)
report_group.add_command(weekly)
