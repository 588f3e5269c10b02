"""Writes the numbers of a report into the ledger."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

import duckdb

from trustmetrics.errors import UserError
from trustmetrics.ledger.definitions import Definitions
from trustmetrics.ledger.file import writing
from trustmetrics.ledger.numbers import Publication, PublishedNumber, row_hash

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def publish(
    ledger: Path,
    kind: str,
    period: str,
    title: str,
    numbers: Sequence[PublishedNumber],
    as_of: datetime,
    definitions: Definitions,
) -> Publication:
    """Add every number of a report to the ledger: all of them, or none.

    Args:
        ledger: its file; made where it does not exist.
        kind: the kind of report: dsa, weekly, monthly, quarterly, or one of your own.
        period: the period as the id is to name it, such as 2026-W22.
        title: what the report is called.
        numbers: its numbers, in the order of the report.
        as_of: the instant that they were computed to look from, UTC.
        definitions: what they were computed by.

    Returns:
        what was published; its id is `<kind>-<period>-<n>`, n counting the publications of both.

    Raises:
        UserError: there is no number, a name cannot stand in an id, a number is not finite, or the
            ledger cannot be written.
    """
    _check(kind, period, numbers)
    now = datetime.now(UTC).replace(tzinfo=None)
    stem = f"{kind}-{period}-"
    with writing(ledger) as opened:
        report_id = f"{stem}{_next(stem, opened.report_ids(stem))}"
        sequence, previous = opened.last()
        for place, number in enumerate(numbers, 1):
            sequence += 1
            known = definitions.fingerprints.get((number.metric, number.metric_version or 0))
            row = {
                "sequence": sequence,
                "report_id": report_id,
                "report_kind": kind,
                "report_title": title,
                "number": place,
                "number_count": len(numbers),
                "metric": number.metric,
                "metric_version": number.metric_version,
                "slice": number.slice,
                "slice_value": number.slice_value,
                "period_grain": number.period_grain,
                "period_start": number.period_start.isoformat(),
                "value": _double(number.value),
                "ci_lower": _double(number.ci_lower),
                "ci_upper": _double(number.ci_upper),
                "sample_size": number.sample_size,
                "is_mature": _truth(number.is_mature),
                "shown": number.shown,
                "decimals": number.decimals,
                "as_of": as_of.isoformat(" "),
                "source": _json(number.source),
                "fingerprint": number.fingerprint or known,
                "commit_id": definitions.commit,
                "is_dirty": _truth(definitions.is_dirty),
                "vocabularies": definitions.vocabularies,
                "made_with": f"trustmetrics {metadata.version('trustmetrics')}, "
                f"DuckDB {duckdb.__version__}",
                "published_at": now.isoformat(" "),
                "previous_hash": previous,
            }
            previous = row["row_hash"] = row_hash(row)
            opened.add(row)
    return Publication(report_id, len(numbers), f"{sequence}:{previous}", now)


def _next(stem: str, there: Sequence[str]) -> int:
    counts = [int(rest) for one in there if (rest := one.removeprefix(stem)).isdigit()]
    return max(counts, default=0) + 1


def _double(value: float | None) -> float | None:
    return None if value is None else float(value)


def _json(source: Mapping[str, Any] | None) -> str | None:
    return None if source is None else json.dumps(source, default=str, ensure_ascii=False)


def _truth(value: bool | None) -> int | None:
    return None if value is None else int(value)


def _check(kind: str, period: str, numbers: Sequence[PublishedNumber]) -> None:
    for name in (kind, period):
        if not NAME.fullmatch(name):
            raise UserError(
                f"'{name}' cannot stand in a report's id. Use letters, digits, '.', '_' and '-'"
            )
    if not numbers:
        raise UserError("there is no number to publish")
    for one in numbers:
        known = (value for value in (one.value, one.ci_lower, one.ci_upper) if value is not None)
        if not all(map(math.isfinite, known)):
            raise UserError(f"{one.metric}, {one.slice} {one.slice_value}: a number is not finite")
