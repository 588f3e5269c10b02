"""The commands `trustmetrics export ...`: a line for each at the end."""

from __future__ import annotations

import click

from trustmetrics.dsa_sor.export_command import export_dsa_sor
from trustmetrics.export.marts_command import marts_command
from trustmetrics.export.noisy_command import noisy_command


@click.group()
def export() -> None:
    """Write what a built database holds to files for others."""


export.add_command(export_dsa_sor)
export.add_command(marts_command)
export.add_command(noisy_command)
