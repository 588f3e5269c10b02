"""The README of a map."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trustmetrics.mapping.settings import FILE, MARK
from trustmetrics.mapping.skeleton import UNMATCHED
from trustmetrics.mapping.source import shown

if TYPE_CHECKING:
    from trustmetrics.mapping.init import Skeleton


def readme_text(skeleton: Skeleton, address: str) -> str:
    """What was matched, what was not, and what falls away."""
    return "\n".join(
        [
            "# A map to the raw tables",
            "",
            f"Made by `trustmetrics map init --from {shown(address)}`. Each `.sql` file is one",
            f"SELECT in DuckDB's SQL that gives a raw table; `{FILE}` holds what is decided once.",
            f"Read each file. Where it says {MARK}, write what is right and delete the comment: as",
            "long as the word stands in one of them, `trustmetrics ingest sql` does not run.",
            "",
            "## Raw tables with a source",
            "",
            "| raw table | from | confidence |",
            "|---|---|---|",
            *(
                f"| {one.raw.name} | {one.source.name} | {one.confidence:.2f} |"
                for one in skeleton.matches
            ),
            "",
            "## Raw tables without a source",
            "",
            f"A raw table that is left out is empty. `{UNMATCHED}/` has a file for each, which",
            "does not run: to have the table, write its query and move the file up.",
            "",
            "| raw table | metrics that are not measured without it |",
            "|---|---|",
            *(
                f"| {table} | {', '.join(metrics) or 'none'} |"
                for table, metrics in skeleton.unmatched.items()
            ),
            "",
            "## Tables of the source that no file reads",
            "",
            *([f"- {table}" for table in skeleton.unused] or ["None."]),
            *([f"- {sentence}" for sentence in skeleton.unread]),
            "",
        ]
    )
