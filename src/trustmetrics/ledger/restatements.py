"""The mart `restatements` without a build: its own SQL over the file beside the ledger."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from trustmetrics.built import rows
from trustmetrics.ledger.restated import is_kept, read_restated
from trustmetrics.macro_host import MacroHost
from trustmetrics.register.units import PERCENT

MART = Path("models/marts/governance/restatements.sql")
TABLE = "restated"
# The columns that add up to the difference, in the order in which they are taken into account.
PARTS = (
    "not_reproduced",
    "late_data",
    "correction",
    "deletion",
    "late_decision_or_appeal",
    "definition",
)


def restatements(project: Path, ledger: Path) -> list[dict[str, Any]]:
    """Return the rows of the mart, by report and number; none where nothing was restated.

    Args:
        project: the dbt project's folder.
        ledger: the ledger's file.

    Raises:
        UserError: what is kept beside the ledger cannot be read.
    """
    if not is_kept(ledger):
        return []
    with duckdb.connect() as connection:
        read_restated(connection, ledger, TABLE)
        host = MacroHost(project, connection, lambda name: TABLE)
        sql = host.render((project / MART).read_text(encoding="utf-8"), {})
        return rows(connection, f"from ({sql}) order by report_id, number")


def signed(part: Decimal, value_format: str) -> str:
    """Return a part with its sign, to three digits; empty where it is 0.

    Args:
        part: in the metric's unit.
        value_format: as in register.units; shares become percentage points.
    """
    if not part:
        return ""
    if value_format == PERCENT:
        return f"{100 * float(part):+,.3g} pt"
    return f"{float(part):+,.3g}"
