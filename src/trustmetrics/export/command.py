"""The commands `trustmetrics export ...`: a line for each at the end."""

from __future__ import annotations

import click

from trustmetrics.dsa_sor.export_command import export_dsa_sor


@click.group()
def export() -> None:
    """Write what a built database holds to files for others."""


export.add_command(export_dsa_sor)
