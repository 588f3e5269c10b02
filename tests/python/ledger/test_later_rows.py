"""Later rows by their cause, and raw tables with some of them as if they had arrived in time."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from trustmetrics.check.declared import Column, RawTable
from trustmetrics.ledger.later_rows import CAUSES, LaterRows, newest_arrival

THEN, NOW = datetime(2026, 2, 1), datetime(2026, 3, 1)
APPEALS = RawTable(
    name="appeals",
    event="filed_at",
    columns=tuple(
        Column(name, kind)
        for name, kind in (
            ("appeal_id", "string"),
            ("filed_at", "timestamp"),
            ("channel", "string"),
            ("resolved_at", "timestamp"),
            ("outcome", "string"),
            ("ingested_at", "timestamp"),
            ("is_deleted", "boolean"),
        )
    ),
    key=("appeal_id",),
    known_from={"resolved_at": "resolved_at", "outcome": "resolved_at"},
)
# id, channel, resolved, outcome, ingested, deleted, breaches; days of 2026.
ROWS = [
    # Known then, and nothing came.
    ("same", "internal", None, None, "01-10", False, None),
    # A first version that came later, and then another: neither was known then.
    ("late", "internal", None, None, "02-03", False, None),
    ("late", "court", None, None, "02-05", False, None),
    # Filed after then, corrected and deleted.
    ("new", "internal", None, None, "02-03", False, None),
    ("new", "court", None, None, "02-05", False, None),
    ("new", "court", None, None, "02-06", True, None),
    # What was open is filled in: resolved before then, or after; or known to be open until later.
    ("filled", "internal", None, None, "01-10", False, None),
    ("filled", "internal", "01-20", "upheld", "02-03", False, None),
    ("planned", "internal", "02-20", "upheld", "01-10", False, None),
    ("planned", "internal", "02-25", "withdrawn", "02-22", False, None),
    # What was known until then is resolved anew after then.
    ("again", "internal", "01-20", "upheld", "01-21", False, None),
    ("again", "internal", "02-10", "overturned", "02-11", False, None),
    # Another channel; a resolution that was known; a deletion taken back.
    ("corrected", "internal", None, None, "01-10", False, None),
    ("corrected", "court", None, None, "02-03", False, None),
    ("reopened", "internal", "01-20", "upheld", "01-21", False, None),
    ("reopened", "internal", "01-20", "overturned", "02-03", False, None),
    ("returned", "internal", None, None, "01-10", True, None),
    ("returned", "internal", None, None, "02-03", False, None),
    # Deleted; deleted after a correction; deleted without ever having been known.
    ("deleted", "internal", None, None, "01-10", False, None),
    ("deleted", "internal", None, None, "02-03", True, None),
    ("both", "internal", None, None, "01-10", False, None),
    ("both", "court", None, None, "02-03", False, None),
    ("both", "court", None, None, "02-04", True, None),
    # Known at the very instant, and corrected; beyond now; rejected.
    ("tied", "internal", None, None, "02-01", False, None),
    ("tied", "court", None, None, "02-03", False, None),
    ("same", "court", None, None, "03-02", False, None),
    ("same", "court", None, None, "02-03", False, "|channel:not_in_enum|"),
    ("rejected", "court", None, None, "01-10", False, "|channel:not_in_enum|"),
]


@pytest.fixture
def later() -> LaterRows:
    connection = duckdb.connect()
    connection.execute(
        "create table base_appeals (appeal_id varchar, filed_at timestamp, channel varchar, "
        "resolved_at timestamp, outcome varchar, ingested_at timestamp, is_deleted boolean, "
        "raw_row varchar, breaches varchar)"
    )
    for name, channel, resolved, outcome, ingested, deleted, breaches in ROWS:
        resolved = resolved and f"2026-{resolved}"
        filed = "2026-02-02" if name == "new" else "2026-01-05"
        values = [name, filed, channel, resolved, outcome, f"2026-{ingested}", deleted]
        connection.execute(
            "insert into base_appeals values (?, ?, ?, ?, ?, ?, ?, '{}', ?)", [*values, breaches]
        )
    return LaterRows(connection, [APPEALS], lambda name: name, THEN, NOW)


def causes(later: LaterRows) -> list[tuple[str, str]]:
    return later._connection.execute(
        "select appeal_id, cause from later_appeals order by appeal_id, ingested_at"
    ).fetchall()


def test_each_later_version_has_one_cause(later: LaterRows) -> None:
    assert causes(later) == [
        ("again", "later_event"),
        ("both", "correction"),
        ("both", "deletion"),
        ("corrected", "correction"),
        ("deleted", "deletion"),
        ("filled", "late_data"),
        ("late", "late_data"),
        ("late", "late_data"),
        ("new", "later_event"),
        ("new", "later_event"),
        ("new", "later_event"),
        ("planned", "later_event"),
        ("reopened", "correction"),
        ("returned", "correction"),
        ("tied", "correction"),
    ]
    assert later.counts == {"late_data": 3, "correction": 5, "deletion": 2, "later_event": 5}


def entities(folder: Path) -> dict[str, tuple[str, str | None, bool]]:
    """The newest version of each id, of which there may be one alone, all known then."""
    with duckdb.connect() as connection:
        connection.execute(f"create view written as from '{folder / 'appeals.parquet'}'")
        ((newest,),) = connection.execute("select max(ingested_at) from written").fetchall()
        assert newest == THEN
        rows = connection.execute(
            "select appeal_id, channel, outcome, is_deleted from written "
            "qualify rank() over (partition by appeal_id order by ingested_at desc) = 1"
        ).fetchall()
    assert len(rows) == len({row[0] for row in rows}), "two versions tie"
    return {name: told for name, *rest in rows for told in [tuple(rest)]}


@pytest.mark.parametrize("count", [1, 2, 3])
def test_the_rows_of_the_causes_so_far_are_there_as_if_they_had_arrived_in_time(
    later: LaterRows, tmp_path: Path, count: int
) -> None:
    later.write(CAUSES[:count], tmp_path)
    expected = {
        "same": ("internal", None, False),
        "late": ("court", None, False),
        "again": ("internal", "upheld", False),
        "filled": ("internal", "upheld", False),
        "planned": ("internal", "upheld", False),
        "corrected": ("internal", None, False),
        "reopened": ("internal", "upheld", False),
        "returned": ("internal", None, True),
        "deleted": ("internal", None, False),
        "both": ("internal", None, False),
        "tied": ("internal", None, False),
    }
    if count >= 2:
        expected |= {
            "corrected": ("court", None, False),
            "reopened": ("internal", "overturned", False),
            "returned": ("internal", None, False),
            "both": ("court", None, False),
            "tied": ("court", None, False),
        }
    if count == 3:
        expected |= {"deleted": ("internal", None, True), "both": ("court", None, True)}
    assert entities(tmp_path) == expected


def test_the_newest_arrival_is_that_of_a_valid_row(later: LaterRows) -> None:
    assert newest_arrival(later._connection, [APPEALS], lambda name: name) == datetime(2026, 3, 2)
