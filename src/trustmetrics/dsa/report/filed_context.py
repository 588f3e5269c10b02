"""Contextual information that the filer gives."""

from __future__ import annotations

from trustmetrics.dsa.report.filer import Filer
from trustmetrics.dsa.report.filled import FilledPart
from trustmetrics.dsa.template import CATEGORY_PARTS


def add_context(filled: FilledPart, filer: Filer) -> None:
    """Add to the rows of a part what the filer says about them."""
    number = filled.part.number
    for one in filer.data.get("context") or ():
        if one["part"] != number:
            continue
        scope = one.get("scope", "total")
        for line in filled.lines:
            if line.key.line != one["row"] or (line.key.scope or "total") != scope:
                continue
            filled.explain(line.key, one["text"], one["column"] if number in CATEGORY_PARTS else "")
