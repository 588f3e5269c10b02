"""Holds the tables of a build against the oracle's rows."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

import duckdb

from .rows import KpiRow

KEY = ("metric", "metric_version", "period_grain", "period_start", "slice", "slice_value")
DOUBLES = ("numerator", "denominator", "value", "ci_lower", "ci_upper")
EXACT = ("sample_size", "is_complete", "is_mature", "as_of")
SHOWN = 20
Key = tuple[Any, ...]


def _same_double(expected: float | None, actual: float | None) -> bool:
    """Both NULL, or equal but for rounding."""
    if expected is None or actual is None:
        return expected is actual
    return math.isclose(expected, actual, rel_tol=1e-9, abs_tol=1e-12)


def _by_key(rows: Sequence[KpiRow], whose: str) -> tuple[dict[Key, KpiRow], list[str]]:
    """The rows by their key, and a complaint for each key that is there more than once."""
    keys = [tuple(row[name] for name in KEY) for row in rows]
    twice = [f"{n} rows {whose} {_show(key)}" for key, n in Counter(keys).items() if n > 1]
    return dict(zip(keys, rows, strict=True)), twice


def _show(key: Key) -> str:
    """A key as one reads it."""
    metric, version, grain, start, name, value = key
    return f"{metric} v{version} {grain} {start} {name}={value!r}"


def _differences(expected: KpiRow, actual: KpiRow) -> list[str]:
    """Each column in which two rows of one key differ."""
    found = [n for n in DOUBLES if not _same_double(expected[n], actual[n])]
    found += [n for n in EXACT if expected[n] != actual[n]]
    return [f"    {n}: expected {expected[n]!r}, actual {actual[n]!r}" for n in found]


def _read(database: Path, query: str) -> list[dict[str, Any]]:
    """The rows of a query on the built database."""
    with duckdb.connect(str(database), read_only=True) as connection:
        cursor = connection.execute(query)
        names = [column[0] for column in cursor.description or []]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def compare(
    database: Path, rows: Sequence[KpiRow], metrics: Collection[tuple[str, int]] | None = None
) -> list[str]:
    """How marts.kpi_values differs from the expected rows, of all metrics and versions or of some.

    The first differing keys are written out; the first line counts them by metric and version.
    """
    read = _read(database, "select * from marts.kpi_values")
    if metrics is not None:
        rows = [row for row in rows if (row["metric"], row["metric_version"]) in metrics]
        read = [row for row in read if (row["metric"], row["metric_version"]) in metrics]
    expected, twice = _by_key(rows, "expected at")
    actual, again = _by_key(read, "built at")
    complaints = twice + again
    wrong: list[str] = []
    for key in sorted(expected.keys() | actual.keys(), key=repr):
        if key not in actual:
            complaints.append(f"missing {_show(key)}: expected {_numbers(expected[key])}")
        elif key not in expected:
            complaints.append(f"extra {_show(key)}: actual {_numbers(actual[key])}")
        elif found := _differences(expected[key], actual[key]):
            complaints.append("\n".join([f"different {_show(key)}", *found]))
        else:
            continue
        wrong.append(f"{key[0]} v{key[1]}")
    if not complaints:
        return []
    summary = f"{len(complaints)} of {len(expected)} rows differ: {dict(Counter(wrong))}"
    return [summary, *complaints[:SHOWN]]


def _numbers(row: KpiRow) -> dict[str, Any]:
    """The numbers of a row."""
    return {name: row[name] for name in (*DOUBLES, "sample_size")}


def compare_rejected(database: Path, breaches: Sequence[tuple[str, str, str]]) -> list[str]:
    """How restricted.rejected_rows differs in its counts by table, column and reason."""
    query = "select table_name, column_name, reason from restricted.rejected_rows"
    actual = Counter(tuple(row.values()) for row in _read(database, query))
    expected = Counter(breaches)
    return [
        f"rejected {'.'.join(map(str, key))}: expected {expected[key]}, actual {actual[key]}"
        for key in sorted(expected.keys() | actual.keys())
        if expected[key] != actual[key]
    ][:SHOWN]
