"""The command group report: one line for each of its commands."""

import click

from trustmetrics.dsa.report.command import dsa_report
from trustmetrics.dsa.validator.command import validate_report


@click.group("report")
def report_group() -> None:
    """Make reports, and validate those that others published."""


report_group.add_command(dsa_report)
report_group.add_command(validate_report)
