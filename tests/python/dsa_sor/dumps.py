"""Dumps written by hand: every cell is invented."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from uuid import UUID

import duckdb

from trustmetrics.dsa_sor.columns import FULL, LIGHT
from trustmetrics.dsa_sor.ingest import Report, ingest
from trustmetrics.dsa_sor.part import TABLES, Wanted

EU = (
    '["AT","BE","BG","CY","CZ","DE","DK","EE","ES","FI","FR","GR","HR","HU","IE","IT","LT","LU",'
    '"LV","MT","NL","PL","PT","RO","SE","SI","SK"]'
)


def uuid(number: int) -> str:
    """The uuid of an invented statement."""
    return str(UUID(int=(0xABCDEF << 100) + number, version=4))


def record(number: int = 1, **changes: str) -> dict[str, str]:
    """A record of a full dump: content removed by a person's decision after a classifier's flag."""
    row = dict.fromkeys(FULL, "") | {
        "uuid": uuid(number),
        "decision_visibility": '["DECISION_VISIBILITY_CONTENT_REMOVED"]',
        "decision_ground": "DECISION_GROUND_INCOMPATIBLE_CONTENT",
        "incompatible_content_ground": "House rules, section 4",
        "incompatible_content_explanation": 'It is a "commercial" message, unmarked.',
        "category": "STATEMENT_CATEGORY_SCAMS_AND_FRAUD",
        "content_type": '["CONTENT_TYPE_TEXT"]',
        "content_date": "2025-08-20 00:00:00",
        "territorial_scope": EU,
        "application_date": "2025-08-31 00:00:00",
        "decision_facts": "It was posted, flagged, and looked at.",
        "source_type": "SOURCE_VOLUNTARY",
        "automated_detection": "Yes",
        "automated_decision": "AUTOMATED_DECISION_NOT_AUTOMATED",
        "platform_name": "Kleinkram",
        "platform_uid": f"uid-{number}",
        "created_at": "2025-09-01 10:11:12",
    }
    assert changes.keys() <= row.keys()
    return row | changes


def text(rows: Iterable[Mapping[str, str]], columns: Sequence[str] = FULL) -> str:
    """A part as the database writes it."""
    file = io.StringIO()
    writer = csv.DictWriter(file, columns, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return file.getvalue()


def part(path: Path, rows: Iterable[Mapping[str, str]], *, is_light: bool = False) -> Path:
    """Write a part as a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text(rows, LIGHT if is_light else FULL), encoding="utf-8")
    return path


def dump(path: Path, inner: Mapping[str, Mapping[str, str | bytes]]) -> Path:
    """Write a zip of zips: the parts' content by name, by the inner zip's name."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as outer:
        for name, parts in inner.items():
            packed = io.BytesIO()
            with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as zipped:
                for entry, content in parts.items():
                    zipped.writestr(entry, content)
            outer.writestr(name, packed.getvalue())
    return path


def run(*paths: Path, out: Path, threads: int = 1, **wanted: object) -> Report:
    """Map dumps."""
    return ingest(list(paths), out, Wanted(**wanted), threads)  # type: ignore[arg-type]


def rows(out: Path, table: str, columns: str = "*") -> list[tuple[object, ...]]:
    """The rows of a raw table, in an order of their own."""
    return duckdb.sql(
        f"select {columns} from read_parquet('{out}/{table}/*.parquet') order by all"
    ).fetchall()


def everything(out: Path) -> dict[str, list[tuple[object, ...]]]:
    """All rows of all tables."""
    return {table: rows(out, table) for table in (*TABLES, "not_measured")}


def rejected(out: Path) -> list[dict[str, str]]:
    """What was set aside."""
    file = out / "_dsa_sor" / "rejected.csv"
    if not file.is_file():
        return []
    with file.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))
