"""A published number, the row that the ledger keeps of it, and the hash that chains the rows."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

# In the order in which they are hashed. A later format may add some at the end, and no others.
COLUMNS = {
    "sequence": "integer",
    "report_id": "text",
    "report_kind": "text",
    "report_title": "text",
    "number": "integer",
    "number_count": "integer",
    "metric": "text",
    "metric_version": "integer",
    "slice": "text",
    "slice_value": "text",
    "period_grain": "text",
    "period_start": "text",
    "value": "real",
    "ci_lower": "real",
    "ci_upper": "real",
    "sample_size": "integer",
    "is_mature": "integer",
    "shown": "text",
    "decimals": "integer",
    "as_of": "text",
    "source": "text",
    "fingerprint": "text",
    "commit_id": "text",
    "is_dirty": "integer",
    "vocabularies": "text",
    "made_with": "text",
    "published_at": "text",
    "previous_hash": "text",
    "row_hash": "text",
}
# The same for whoever reads the export: SQLite has no type for dates and truths.
TYPES = {"integer": "bigint", "text": "varchar", "real": "double"}
EXPORTED = {name: TYPES[kind] for name, kind in COLUMNS.items()} | {
    "period_start": "date",
    "is_mature": "boolean",
    "is_dirty": "boolean",
    "as_of": "timestamp",
    "published_at": "timestamp",
}
Row = Mapping[str, Any]


@dataclass(frozen=True)
class PublishedNumber:
    """One number as a report says it.

    Attributes:
        metric: id of a governed metric; for a cell of a template a name such as
            `dsa.notices.hours`.
        metric_version: version of its definition; None: it is not a governed metric.
        slice: `overall` or the name of the slice.
        slice_value: `all` or the value of the slice.
        period_grain: day, week, month or quarter; half_year or year, which a template asks for.
        period_start: first date of the period.
        value: as computed, in the metric's unit; None: the report says that there is none.
        shown: the text that the report shows.
        decimals: the place of the last digit shown, counted in `value`: "77.9 %" of 0.779 has 3,
            "1.6M" of 1,551,000 has -5. None: every digit is shown.
        ci_lower: of its 95 % interval; None: none was said.
        ci_upper: likewise.
        sample_size: how much stands behind it; None: the report does not say.
        is_mature: whether it was still expected to change; None: the report does not say.
        source: of a number that is not of a governed metric, the row that it comes from: the mart
            under `mart`, the column under `column` where it is not `value`, and the cells that
            identify the row under the names of their columns; a value that stands for no row under
            `absent`. Without `mart`: what else it comes from,
            such as the one who files. None: not known.
        fingerprint: of the meaning of what it comes from; None: that of metric and version in
            `metrics/fingerprints.lock.yml`, where it has one.
    """

    metric: str
    metric_version: int | None
    slice: str
    slice_value: str
    period_grain: str
    period_start: date
    value: float | None
    shown: str
    decimals: int | None = None
    ci_lower: float | None = None
    ci_upper: float | None = None
    sample_size: int | None = None
    is_mature: bool | None = None
    source: Mapping[str, Any] | None = None
    fingerprint: str | None = None


@dataclass(frozen=True)
class Publication:
    """A report that was published.

    Attributes:
        report_id: such as `weekly-2026-W22-1`.
        number_count: how many numbers the ledger took from it.
        head: the ledger's last row after it, `<sequence>:<hash>`: whoever has it can tell whether
            the ledger still holds all that it held then. Print it in the report.
        published_at: when, UTC.
    """

    report_id: str
    number_count: int
    head: str
    published_at: datetime


def row_hash(row: Row) -> str:
    """Return the hash of a row: SHA-256 over its columns, the hash of the row before included.

    The columns stand in a JSON array in the order of COLUMNS, without spaces, texts in UTF-8, a
    double as the shortest decimal that is read back as it.
    """
    cells = [row[name] for name in COLUMNS if name != "row_hash"]
    text = json.dumps(cells, ensure_ascii=False, separators=(",", ":"), default=repr)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def first_hash(ledger_id: str) -> str:
    """Return what stands for the hash of the row before the first: that of the ledger's own id."""
    return hashlib.sha256(f"trustmetrics ledger {ledger_id}".encode()).hexdigest()


def head_of(row: Row) -> str:
    """Return a row as a head: its place and its hash."""
    return f"{row['sequence']}:{row['row_hash']}"


def is_same(one: float | None, other: float | None, decimals: int | None) -> bool:
    """Whether two values are the same to the last digit that was shown.

    Args:
        one: a value; None: there is none.
        other: another.
        decimals: the place of the last digit; None: every digit counts.
    """
    if one is None or other is None:
        return one is other
    return one == other if decimals is None else round(one, decimals) == round(other, decimals)
