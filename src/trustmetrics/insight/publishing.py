"""The numbers of a report as the ledger records them: every one that the page shows."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from trustmetrics.insight.read import Facts
from trustmetrics.insight.said import Number
from trustmetrics.ledger.numbers import PublishedNumber
from trustmetrics.ledger.places import COLUMN, MART

MARTS = "marts."


def published_numbers(shown: Iterable[Number], facts: Facts) -> list[PublishedNumber]:
    """Return what the ledger records of a page, in its order, each number once.

    A value of a governed metric is recorded as that. Another cell of a mart names the mart, the
    column and its row, so that it can be computed again; a count names its query.
    """
    found: dict[tuple[str, str], PublishedNumber] = {}
    for number in shown:
        found.setdefault((number.source.query, number.text), _published(number, facts))
    return list(found.values())


def _published(number: Number, facts: Facts) -> PublishedNumber:
    shown = number.text + number.mark
    if number.published is not None:
        return PublishedNumber(
            **number.published, value=number.value, shown=shown, decimals=number.decimals
        )
    source = number.source
    key = {name: _cell(value) for name, value in source.key.items() if isinstance(name, str)}
    relation, expression = source.relation, source.expression
    is_mart = source.is_cell and relation.startswith(MARTS)
    return PublishedNumber(
        metric=f"{source.called or relation.removeprefix(MARTS)}.{expression}",
        metric_version=None,
        slice=str(key.get("slice", "overall")),
        slice_value=str(key.get("slice_value", "all")),
        period_grain=facts.grain,
        period_start=_start(key, facts),
        value=number.value,
        shown=shown,
        decimals=number.decimals,
        source={MART: relation.removeprefix(MARTS), COLUMN: expression, **key}
        if is_mart
        else {"query": source.query},
    )


def _cell(value: object) -> object:
    """A truth as the engine writes it in text: the cells of the ledger are compared as texts."""
    return str(value).lower() if isinstance(value, bool) else value


def _start(key: dict[str, object], facts: Facts) -> date:
    start = key.get("period_start")
    return start if isinstance(start, date) else facts.start
