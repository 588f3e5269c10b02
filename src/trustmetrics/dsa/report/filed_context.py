"""Contextual information that the filer gives."""

from __future__ import annotations

from trustmetrics.dsa.report.filer import Filer
from trustmetrics.dsa.report.filled import FilledPart
from trustmetrics.dsa.template import CATEGORY_PARTS
from trustmetrics.errors import UserError


def add_context(filled: FilledPart, filer: Filer) -> None:
    """Add to the rows of a part what the filer says about them.

    Raises:
        UserError: the report has no such row, so that the text would be lost.
    """
    number = filled.part.number
    for at, one in enumerate(filer.data.get("context") or ()):
        if one["part"] != number:
            continue
        scope = one.get("scope", "total")
        found = [
            line
            for line in filled.lines
            if line.key.line == one["row"]
            and (line.key.scope or "total") == scope
            and filer.applies(line.audience)
        ]
        if not found:
            raise UserError(
                f"{filer.path}: context.{at}: this report has no row '{one['row']}', scope "
                f"'{scope}', in part {number}. Take it out, or correct it"
            )
        for line in found:
            filled.explain(line.key, one["text"], one["column"] if number in CATEGORY_PARTS else "")
