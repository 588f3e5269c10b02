"""The raw contract: which rows are rejected and why, which of the valid ones is the entity, and
whether what is documented is what is there."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from dbt.contracts.graph.manifest import Manifest

from tests.python.helpers import ROOT, DbtHere, query, valid, write_csv, write_parquet

# The column that tells a table's rows apart here: a part of its key.
NAMED_BY = {
    "accounts": "account_id",
    "active_accounts": "region",
    "activity_daily": "region",
    "appeals": "appeal_id",
    "cases": "case_id",
    "dataset_loads": "dataset",
    "detections": "detection_id",
    "experiments": "experiment_id",
    "incidents": "incident_id",
    "prevalence_labels": "sample_id",
    "prevalence_strata": "stratum",
    "stakeholder_surveys": "response_id",
    "surfaces": "surface",
    "tool_outages": "outage_id",
}
A_COLUMN = {
    "integer": ("dataset_loads", "rows_loaded"),
    "double": ("experiments", "friction_guardrail"),
    "boolean": ("tool_outages", "planned"),
    "date": ("experiments", "started_on"),
    "timestamp": ("cases", "opened_at"),
}
UNREADABLE = {
    "integer": "1_000|1.5|1.0|+1|1e3|0x10|--1|-|abc|null|NaN|٣|1234567890123456789"
    "| 1|1 |1,000|1 000|1\n",
    "double": ".5|5.|-.5|+0.5|inf|-inf|Infinity|nan|NaN|1_0.5|1e|1e5.0|0x1p3|1d|1.2.3|NULL"
    "| 1.0|1.0 |1,5|5 %",
    "boolean": "t|f|1|0|yes|no|y|on|truefalse|TRUE | true",
    "date": "2024-02-30|2023-02-29|2024-2-1|24-02-01|20240201|2024/02/01|2024-13-01|2024-00-10"
    "|01.02.2024|today|infinity|epoch|2024-02-01T00:00:00|2024-02-01 00:00:00|12024-02-01"
    "| 2024-02-01|2024-02-01 ",
    "timestamp": "2024-06-01|2024-06-01 10:00|2024-06-01 24:00:00|2024-06-01 23:60:00"
    "|2024-06-01 23:59:60|2024-06-01 10:00:00Z|2024-06-01 10:00:00 UTC|2024-06-01 10:00:00+02:00"
    "|2024-06-01T10:00:00+00|2024-06-01 10:00:00.|2024-06-01 10:00:00.1234567"
    "|2024-06-01 10:00:00,5|2024-06-01  10:00:00|2024-06-01t10:00:00|2024-06-01 1:00:00"
    "|2024-6-01 10:00:00|2024-02-30 10:00:00|2023-02-29 10:00:00|2024-06-01 10:00:00 PM"
    "| 2024-06-01 10:00:00|now|1717236000",
}
# What the contract may say of a table and of a column (docs/raw_contract.md).
TABLE_KEYS = {"key", "event", "open_until", "ordered", "references"}
COLUMN_KEYS = {
    "nullable", "enum", "min", "max", "exclusive_min", "reserved", "aligned_to", "known_from",
    "optional", "ref", "touches",
}  # fmt: skip
READABLE: dict[str, dict[str, Any]] = {
    "integer": {"0": 0, "007": 7, "-0": 0, "999999999999999999": 999_999_999_999_999_999},
    "double": {
        "1e5": 100_000.0,
        "1E+5": 100_000.0,
        "-2.5e-3": -0.0025,
        "1": 1.0,
        "00.50": 0.5,
        "0.1": 0.1,
        "1e-400": 0.0,
    },
    "boolean": {"true": True, "TRUE": True, "tRuE": True, "false": False, "FALSE": False},
    "date": {"2024-02-29": date(2024, 2, 29), "2000-01-01": date(2000, 1, 1)},
    "timestamp": {
        "2024-06-01T10:00:00": datetime(2024, 6, 1, 10),
        "2024-06-01 23:59:59": datetime(2024, 6, 1, 23, 59, 59),
        "2024-06-01 10:00:00.5": datetime(2024, 6, 1, 10, 0, 0, 500_000),
        "2024-06-01T10:00:00.123456": datetime(2024, 6, 1, 10, 0, 0, 123_456),
        "2000-01-01 00:00:00": datetime(2000, 1, 1),
    },
}
# Table | name | cells changed in a valid row | breaches, none where the row stays valid.
ROWS = """
cases|null where needed|queue=|queue:null_value
cases|null where nullable|content_id=; occurred_at=|
cases|never loaded|ingested_at=|ingested_at:null_value
experiments|huge|friction_guardrail=1e400|friction_guardrail:not_finite
experiments|hugely negative|friction_guardrail=-1e400|friction_guardrail:not_finite
detections|huge and bounded|score=1e400|score:not_finite
cases|enum in capitals|severity=High|severity:not_in_enum
cases|enum and a space|severity=high |severity:not_in_enum
appeals|nullable enum|outcome=won|outcome:not_in_enum
appeals|nullable enum, null|outcome=|
detections|at both bounds|score=0; threshold=1|
detections|just below|score=-1e-9|score:out_of_bounds
detections|just above|score=1.000000001|score:out_of_bounds
detections|at the open bound|review_probability=0|review_probability:out_of_bounds
detections|inside the open bound|review_probability=1e-9|
dataset_loads|negative count|rows_loaded=-1|rows_loaded:out_of_bounds
stakeholder_surveys|score 0|score=0|score:out_of_bounds
stakeholder_surveys|score 6|score=6|score:out_of_bounds
stakeholder_surveys|score 1|score=1|
stakeholder_surveys|score 5|score=5|
prevalence_strata|population 0|population_views=0|population_views:out_of_bounds
tool_outages|backwards|ended_at=2026-01-02 09:59:59.999999|ended_at:out_of_order
tool_outages|at once|ended_at=2026-01-02 10:00:00|
tool_outages|without an end|ended_at=|
experiments|backwards by date|ended_on=2025-12-31|ended_on:out_of_order
experiments|on one date|ended_on=2026-01-01|
incidents|no order asked|resolved_at=2026-01-01 00:00:00|
activity_daily|all surfaces|surface=all|surface:reserved_value
activity_daily|ALL surfaces|surface=ALL|
accounts|all regions|region=all|region:reserved_value
incidents|all, nullable|surface=all|surface:reserved_value
active_accounts|all where it belongs|surface=all|
active_accounts|any day|period_start_date=2026-01-07|
active_accounts|a Monday|period_grain=week; period_start_date=2026-01-05|
active_accounts|a Sunday|period_grain=week; period_start_date=2026-01-04|{misaligned}
active_accounts|a first|period_grain=month; period_start_date=2026-02-01|
active_accounts|a second|period_grain=month; period_start_date=2026-02-02|{misaligned}
active_accounts|April the first|period_grain=quarter; period_start_date=2026-04-01|
active_accounts|May the first|period_grain=quarter; period_start_date=2026-05-01|{misaligned}
active_accounts|no grain|period_grain=year; period_start_date=2026-02-02|period_grain:not_in_enum
prevalence_strata|a Tuesday|period_start_date=2026-01-06|{misaligned}
prevalence_labels|a Tuesday|period_start_date=2026-01-06|{misaligned}
cases|1999|opened_at=1999-12-31 23:59:59.999999|opened_at:out_of_calendar
cases|2100|occurred_at=2100-01-01 00:00:00|occurred_at:out_of_calendar
cases|2099|occurred_at=2099-12-31 23:59:59.999999|
experiments|1999|started_on=1999-12-31|started_on:out_of_calendar
experiments|2100|ended_on=2100-01-01|ended_on:out_of_calendar
experiments|2099|ended_on=2099-12-31|
cases|loaded in 2100|ingested_at=2100-01-01 00:00:00|ingested_at:out_of_calendar
cases|loaded last, invalid|ingested_at=2026-01-30 00:00:00; queue=|queue:null_value
cases|several|opened_at=now; occurred_at=1980-01-01 00:00:00; queue=; region=all; is_deleted=maybe|\
opened_at:not_parsable occurred_at:out_of_calendar queue:null_value region:reserved_value \
is_deleted:not_parsable
surfaces|two of one column|retired_on=1999-12-31|retired_on:out_of_calendar retired_on:out_of_order
cases|tombstone|opened_at=now; queue=; severity=x; region=all; is_deleted=True|
cases|tombstone not loaded|ingested_at=now; is_deleted=true|ingested_at:not_parsable
active_accounts|tombstone without key|surface=; is_deleted=true|surface:null_value
active_accounts|tombstone, bad key|period_grain=x; period_start_date=2026-02-30; \
active_accounts=-1; is_deleted=TRUE|period_grain:not_in_enum period_start_date:not_parsable
prevalence_strata|tombstone, Tuesday|period_start_date=2026-01-06; population_views=; \
is_deleted=true|{misaligned}
cases|deleted false|queue=; is_deleted=false|queue:null_value
cases|a key, "quoted", with é|queue=|queue:null_value
surfaces|valid tombstone, loaded last|ingested_at=2026-01-20 00:00:00.000001; is_deleted=true|
"""
LAST_LOADED = datetime(2026, 1, 20, 0, 0, 0, 1)
IN_PARQUET = {"NaN": "'nan'", "plus infinity": "'inf'", "minus infinity": "'-inf'"}

Breach = tuple[str, str]


@dataclass
class Checked:
    """What a build made of the rows: by table and name the cells written, the breaches found, and
    the names of the rows that were kept."""

    database: Path
    cells: dict[tuple[str, str], dict[str, str]] = field(default_factory=dict)
    breaches: dict[tuple[str, str], list[Breach]] = field(default_factory=lambda: defaultdict(list))


def _case_lines() -> list[tuple[str, str, dict[str, str], list[Breach]]]:
    """ROWS, read."""
    lines = []
    text = ROWS.format(misaligned="period_start_date:misaligned_period")
    for line in text.strip().splitlines():
        table, name, changes, breaches = line.split("|")
        cells = dict(change.split("=", 1) for change in changes.split("; "))
        found = sorted((c, r) for c, r in (b.split(":") for b in breaches.split()))
        lines.append((table, name, cells, found))
    return lines


def _cell_rows() -> list[tuple[str, str, dict[str, str]]]:
    """Table, name and changes of a row for each cell to read; an end after every start."""
    rows = []
    for kind, (table, column) in A_COLUMN.items():
        for cell in [*UNREADABLE[kind].split("|"), *READABLE[kind]]:
            rows.append((table, f"{kind} {cell}", {column: cell}))
    return rows


@pytest.fixture(scope="module")
def checked(dbt_here: DbtHere, tmp_path_factory: pytest.TempPathFactory) -> Checked:
    """A build of every row here."""
    raw = tmp_path_factory.mktemp("contract") / "raw"
    result = Checked(raw)
    for table, name, changes in [*(line[:3] for line in _case_lines()), *_cell_rows()]:
        assert (table, name) not in result.cells
        result.cells[table, name] = valid(table, **{NAMED_BY[table]: name}, **changes)
    for table in NAMED_BY:
        rows = [cells for (of, _), cells in result.cells.items() if of == table]
        write_csv(raw / table / "a.csv", rows)
    for name, value in IN_PARQUET.items():
        write_parquet(
            raw / f"detections/{name}.parquet",
            [valid("detections", detection_id=name)],
            score=f"{value}::double",
            threshold="{}::float",
            review_probability=f"{value}::float",
        )
    result.database, _ = dbt_here.stage(raw)
    for table, key, column, reason in query(
        result.database,
        "select table_name, row_key, column_name, reason from restricted.rejected_rows",
    ):
        result.breaches[table, json.loads(key)[NAMED_BY[table]]].append((column, reason))
    result.kept = query(
        result.database,
        " union all ".join(
            f"select '{table}', {name} from staging.base_{table} where breaches is null"
            for table, name in NAMED_BY.items()
        ),
    )
    return result


@pytest.mark.parametrize(
    ("table", "name", "expected"),
    [pytest.param(t, n, b, id=f"{t}: {n}") for t, n, _, b in _case_lines()],
)
def test_a_row_is_rejected_for_what_it_breaks_and_nothing_else(
    table: str, name: str, expected: list[Breach], checked: Checked
) -> None:
    assert sorted(checked.breaches[table, name]) == expected
    assert checked.kept.count((table, name)) == (0 if expected else 1)


@pytest.mark.parametrize("kind", A_COLUMN)
def test_csv_cells_that_are_not_of_their_type(kind: str, checked: Checked) -> None:
    table, column = A_COLUMN[kind]
    cells = UNREADABLE[kind].split("|")
    found = {cell: checked.breaches[table, f"{kind} {cell}"] for cell in cells}
    assert found == {cell: [(column, "not_parsable")] for cell in cells}


@pytest.mark.parametrize("kind", A_COLUMN)
def test_csv_cells_that_look_odd_and_are_fine(kind: str, checked: Checked) -> None:
    table, column = A_COLUMN[kind]
    rows = query(
        checked.database,
        f"select {NAMED_BY[table]}, {column} from staging.base_{table} "
        f"where breaches is null and {NAMED_BY[table]} like '{kind} %'",
    )
    assert {name.removeprefix(f"{kind} "): value for name, value in rows} == READABLE[kind]


def test_numbers_of_parquet_that_are_not_finite(checked: Checked) -> None:
    for name, value in IN_PARQUET.items():
        assert sorted(checked.breaches["detections", name]) == [
            ("review_probability", "not_finite"),
            ("score", "not_finite"),
        ]
        (row,) = query(
            checked.database,
            "select distinct row from restricted.rejected_rows "
            f"where row_key->>'detection_id' = '{name}'",
        )
        cells = json.loads(row[0])
        assert [f"'{cells['score']}'", cells["threshold"]] == [value, 0.5]


def test_a_rejected_row_is_kept_as_it_came(checked: Checked) -> None:
    rows = query(
        checked.database,
        "select table_name, row_key, ingested_at, row from restricted.rejected_rows",
    )
    compared = 0
    for table, key, ingested_at, row in rows:
        written = checked.cells.get((table, json.loads(key)[NAMED_BY[table]]))
        if written is None:
            continue  # from Parquet, above
        assert json.loads(row) == {name: cell or None for name, cell in written.items()}
        if written["ingested_at"] in ("", "now"):
            assert ingested_at is None
        else:
            assert str(ingested_at) == written["ingested_at"]
        compared += 1
    assert compared == len(rows) - 2 * len(IN_PARQUET) > 100


def test_a_rejected_rows_key_may_have_null_parts(checked: Checked) -> None:
    rows = query(
        checked.database,
        "select distinct row_key from restricted.rejected_rows "
        "where table_name = 'active_accounts' and row_key like '%\"tombstone%' order by 1",
    )
    assert [json.loads(key) for (key,) in rows] == [
        {
            "period_grain": "day",
            "period_start_date": "2026-01-06",
            "surface": None,
            "region": "tombstone without key",
        },
        {
            "period_grain": "x",
            "period_start_date": None,
            "surface": "feed",
            "region": "tombstone, bad key",
        },
    ]


def test_default_as_of_is_the_greatest_loading_time_of_a_valid_row(checked: Checked) -> None:
    assert query(checked.database, "from staging.as_of") == [(LAST_LOADED,)]


AS_OF = "2026-01-10 00:00:00"
JUST_AFTER = "2026-01-10 00:00:00.000001"
GONE = {"is_deleted": "true"}
# By bytes, and by code points, the first is the greater one; by units of UTF-16 the second.
FACE, MARK = "\N{GRINNING FACE}", "\N{REPLACEMENT CHARACTER}"


def _loaded(day: int, queue: str, **changes: str) -> dict[str, str]:
    return {"ingested_at": f"2026-01-{day:02} 00:00:00", "queue": queue} | changes


# The versions of a case, and the queue of the entity; None where there is none.
VERSIONS: dict[str, tuple[list[dict[str, str]], str | None]] = {
    "newest, loaded at as_of": ([_loaded(10, "new"), _loaded(5, "old")], "new"),
    "newest, loaded later": ([_loaded(9, "old"), {"ingested_at": JUST_AFTER}], "old"),
    "loaded later alone": ([_loaded(11, "new")], None),
    "erased": ([_loaded(6, "x", **GONE), _loaded(5, "old")], None),
    "erased with broken facts": (
        [_loaded(6, "", severity="x", opened_at="", **GONE), _loaded(5, "old")],
        None,
    ),
    "erased later": ([_loaded(11, "x", **GONE), _loaded(5, "old")], "old"),
    "erased and back": ([_loaded(7, "back"), _loaded(6, "x", **GONE), _loaded(5, "old")], "back"),
    "erased by a broken row": (
        [_loaded(6, "x", **GONE) | {"ingested_at": "2026-01-06"}, _loaded(5, "old")],
        "old",
    ),
    "corrected by a broken row": ([_loaded(6, "new", severity="x"), _loaded(5, "old")], "old"),
    "put off": ([_loaded(6, "new", opened_at=JUST_AFTER), _loaded(5, "old")], None),
    "opened at as_of": ([_loaded(5, "now", opened_at=AS_OF)], "now"),
    "tie: a then B": ([_loaded(5, "B"), _loaded(5, "a")], "a"),
    "tie: z then é": ([_loaded(5, "z"), _loaded(5, "é")], "é"),
    "tie: beyond 16 bits": ([_loaded(5, FACE), _loaded(5, MARK)], FACE),
    "tie: null is lowest": ([_loaded(5, "z", occurred_at=""), _loaded(5, "a")], "a"),
    "tie: erased": ([_loaded(5, "x", **GONE), _loaded(5, "x", is_deleted="false")], None),
    "tie: erased and null": ([_loaded(5, "x"), _loaded(5, "x", **GONE)], None),
    "tie: erased, but lower": ([_loaded(5, "a", **GONE), _loaded(5, "b")], "b"),
    "tie of older ones": ([_loaded(6, "a"), _loaded(5, "b"), _loaded(5, "c")], "a"),
    "no tie: twice the same": ([_loaded(5, "x"), _loaded(5, "x")], "x"),
    "no tie: false and null": ([_loaded(5, "x"), _loaded(5, "x", is_deleted="false")], "x"),
    "no tie: one is broken": ([_loaded(5, "a"), _loaded(5, "b", severity="x")], "a"),
}
# Ties in other types: table, name, column, the cells of two versions, the value that is used.
TIES = [
    ("tool_outages", "false then true", "planned", ("true", "false"), True),
    ("dataset_loads", "9 then 10", "rows_loaded", ("10", "9"), 10),
    ("dataset_loads", "null then 0", "rows_loaded", ("", "0"), 0),
    ("experiments", "-0.1 then -0.02", "friction_guardrail", ("-0.1", "-0.02"), -0.02),
    ("experiments", "null then a date", "ended_on", ("", "2026-01-02"), date(2026, 1, 2)),
]


@pytest.fixture(scope="module")
def entities(dbt_here: DbtHere, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database built as of AS_OF from versions of entities."""
    raw = tmp_path_factory.mktemp("entities") / "raw"
    tables: dict[str, list[dict[str, str]]] = defaultdict(list)
    for name, (versions, _) in VERSIONS.items():
        tables["cases"] += [valid("cases", case_id=name, **changes) for changes in versions]
    tables["cases"] += [
        valid("cases", case_id="whole", queue="b", severity="low"),
        valid("cases", case_id="whole", queue="a", severity="medium"),
        valid("cases", case_id="occurs at as_of", occurred_at=AS_OF),
        valid("cases", case_id="occurs later", occurred_at=JUST_AFTER),
    ]
    for table, name, column, cells, _ in TIES:
        tables[table] += [valid(table, **{NAMED_BY[table]: name, column: c}) for c in cells]
    tables["appeals"] = [
        valid("appeals", appeal_id="resolved at as_of", resolved_at=AS_OF),
        valid("appeals", appeal_id="resolved later", resolved_at=JUST_AFTER),
    ]
    tables["incidents"] = [valid("incidents", contained_at=AS_OF, resolved_at=JUST_AFTER)]
    tables["account_identifiers"] = [valid("account_identifiers", last_seen_at=JUST_AFTER)]
    tables["experiments"] += [
        valid("experiments", experiment_id="ends today", ended_on="2026-01-10"),
        valid("experiments", experiment_id="ends tomorrow", ended_on="2026-01-11"),
    ]
    tables["surfaces"] = [
        valid("surfaces", surface="today", launched_on="2026-01-10"),
        valid("surfaces", surface="tomorrow", launched_on="2026-01-11"),
    ]
    tables["prevalence_strata"] = [valid("prevalence_strata")]
    tables["prevalence_labels"] = [
        valid("prevalence_labels", sample_id="of a stratum"),
        valid("prevalence_labels", sample_id="of another surface", surface="chat"),
        valid("prevalence_labels", sample_id="of another week", period_start_date="2026-01-12"),
    ]
    tables["stakeholder_surveys"] = [
        valid("stakeholder_surveys", response_id=name, score=score, ingested_at=at, is_deleted=gone)
        for name, score, at, gone in (
            ("a", "1", "2026-01-05 00:00:00", ""),
            ("a", "2", "2026-01-06 00:00:00", ""),
            ("b", "9", "2026-01-05 00:00:00", ""),
            ("c", "3", JUST_AFTER, ""),
            ("d", "3", "2026-01-05 00:00:00", ""),
            ("d", "", "2026-01-06 00:00:00", "true"),
        )
    ]
    for table, rows in tables.items():
        write_csv(raw / f"{table}.csv", rows)
    return dbt_here.stage(raw, AS_OF)[0]


def test_as_of_is_the_given_one(entities: Path) -> None:
    assert query(entities, "from staging.as_of") == [(datetime(2026, 1, 10),)]


def test_the_newest_visible_valid_version_is_the_entity(entities: Path) -> None:
    found = dict(query(entities, "select case_id, queue from staging.stg_cases"))
    expected = {name: queue for name, (_, queue) in VERSIONS.items()}
    assert {name: found.get(name) for name in VERSIONS} == expected


def test_the_greatest_of_tied_versions_is_used_whole(entities: Path) -> None:
    rows = query(entities, "select queue, severity from staging.stg_cases where case_id = 'whole'")
    assert rows == [("b", "low")]


@pytest.mark.parametrize(("table", "name", "column", "cells", "expected"), TIES)
def test_tied_versions_of_other_types(
    table: str, name: str, column: str, cells: tuple[str, str], expected: Any, entities: Path
) -> None:
    rows = query(
        entities, f"select {column} from staging.stg_{table} where {NAMED_BY[table]} = '{name}'"
    )
    assert rows == [(expected,)]


def test_versions_that_tie_but_differ_are_reported(entities: Path) -> None:
    rows = query(
        entities,
        "select table_name, row_key, ingested_at, version from restricted.conflicting_versions",
    )
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for table, key, ingested_at, version in rows:
        whole = json.loads(version)
        assert datetime.fromisoformat(whole["ingested_at"]) == ingested_at
        assert json.loads(key).items() <= whole.items()
        found[table, json.loads(key)[NAMED_BY[table]]].add(version)
    tied = {("cases", name) for name in VERSIONS if name.startswith("tie")} | {("cases", "whole")}
    assert found.keys() == tied | {(table, name) for table, name, *_ in TIES}
    assert {len(versions) for versions in found.values()} == {2}


def test_what_is_open_until_later_is_null(entities: Path) -> None:
    def one(sql: str) -> list[tuple[Any, ...]]:
        return query(entities, f"{sql} order by all")

    at = datetime(2026, 1, 10)
    assert one("select contained_at, resolved_at from staging.stg_incidents") == [(at, None)]
    assert one("select appeal_id, resolved_at, outcome from staging.stg_appeals") == [
        ("resolved at as_of", at, "upheld"),
        ("resolved later", None, None),
    ]
    assert one(
        "select case_id, occurred_at from staging.stg_cases where case_id like 'occurs %'"
    ) == [("occurs at as_of", at), ("occurs later", None)]
    assert one("select last_seen_at from staging.stg_account_identifiers") == [(None,)]
    assert one(
        "select experiment_id, ended_on from staging.stg_experiments "
        "where experiment_id like 'ends %'"
    ) == [("ends today", date(2026, 1, 10)), ("ends tomorrow", None)]


def test_an_event_by_date_is_held_against_the_date_of_as_of(entities: Path) -> None:
    assert query(entities, "select surface from staging.stg_surfaces") == [("today",)]


def test_every_raw_row_is_accounted_for(entities: Path) -> None:
    rows = query(
        entities,
        "select raw_row_count, rejected_row_count, late_row_count, superseded_row_count, "
        "entity_count from marts.data_quality where table_name = 'stakeholder_surveys'",
    )
    assert rows == [(6, 1, 1, 3, 1)]


def test_a_reference_by_several_columns_must_match_in_all_of_them(entities: Path) -> None:
    rows = query(entities, "from marts.orphans where table_name = 'prevalence_labels'")
    columns = "period_start_date, surface, stratum"
    metric = "violative_view_rate"
    assert rows == [("prevalence_labels", columns, "prevalence_strata", 3, 0, 2, metric)]


@pytest.fixture(scope="module")
def manifest(dbt_here: DbtHere) -> Manifest:
    """The parsed project."""
    return dbt_here.manifest


def test_there_are_27_raw_tables_and_the_macro_lists_them_all(manifest: Manifest) -> None:
    declared = sorted(source.name for source in manifest.sources.values())
    assert len(declared) == 28
    macro = (ROOT / "macros/contract/raw_tables.sql").read_text(encoding="utf-8")
    assert re.findall(r"'(\w+)'", macro) == declared
    staged = {node.name for node in manifest.nodes.values() if node.path.startswith("staging/")}
    wanted = {f"{floor}_{table}" for floor in ("base", "stg") for table in declared}
    assert staged == wanted | {"as_of"}


def test_every_raw_tables_contract_holds_together(manifest: Manifest) -> None:
    tables = {source.name: source for source in manifest.sources.values()}
    for source in tables.values():
        columns, meta = source.columns, source.config.meta
        assert meta.keys() <= TABLE_KEYS, source.name
        assert list(columns)[-2:] == ["ingested_at", "is_deleted"], source.name
        named = [*meta["key"], meta["event"], *meta.get("open_until", ()), *meta.get("ordered", ())]
        assert set(named) <= columns.keys(), source.name
        assert len(meta.get("ordered", ())) in (0, 2), source.name
        for reference in meta.get("references", ()):
            assert set(reference["columns"]) <= columns.keys(), source.name
            pointed = tables[reference["ref"]].config.meta["key"]
            assert len(reference["columns"]) == len(pointed) > 1, source.name
        for column in columns.values():
            rules = column.config.meta
            assert column.data_type in {"string", *A_COLUMN}, column.name
            assert rules.keys() <= COLUMN_KEYS, column.name
            assert len(tables[rules.get("ref", "cases")].config.meta["key"]) == 1, column.name
            assert rules.get("aligned_to", "week") in {"week", *columns}, column.name
            if "known_from" in rules:
                assert rules["known_from"] in meta["open_until"], column.name
                assert rules["nullable"], column.name
            if "optional" in rules:
                assert rules["nullable"], column.name
            if column.name in {*meta["key"], meta["event"], "ingested_at"}:
                assert not rules.get("nullable"), (source.name, column.name)
            assert column.name.endswith("_at") <= (column.data_type == "timestamp"), column.name


def test_the_page_of_the_raw_contract_lists_the_same_columns(manifest: Manifest) -> None:
    text = (ROOT / "docs/raw_contract.md").read_text(encoding="utf-8")
    sections = re.split(r"^### ", text.partition("\n## Tables\n")[2], flags=re.M)[1:]
    written = {
        section.split()[0]: re.findall(r"^\| (\w+) \| (\w+) \| (yes|no) \|", section, re.M)
        for section in sections
    }
    declared = {
        source.name: [
            (name, column.data_type, "yes" if column.config.meta.get("nullable") else "no")
            for name, column in list(source.columns.items())[:-2]
        ]
        for source in manifest.sources.values()
    }
    assert written == declared


def test_every_relation_and_column_is_described(manifest: Manifest) -> None:
    nodes = [n for n in manifest.nodes.values() if n.resource_type in ("model", "seed")]
    silent = [
        f"{node.name}.{column}"
        for node in [*nodes, *manifest.sources.values()]
        for column, text in [
            ("", node.description),
            *((name, column.description) for name, column in node.columns.items()),
        ]
        if not text.strip()
    ]
    assert len(nodes) > 90
    assert not silent


def test_every_mart_has_an_enforced_contract(manifest: Manifest) -> None:
    marts = [node for node in manifest.nodes.values() if node.path.startswith("marts/")]
    assert len(marts) > 12
    assert [node.name for node in marts if not node.config.contract.enforced] == []
    assert {node.schema for node in marts} == {"marts", "restricted"}


def test_kpi_values_reads_every_metric(manifest: Manifest) -> None:
    found = (
        re.fullmatch(r"(\w+_v\d+)\.sql", path.name)
        for path in (ROOT / "models/marts").glob("*/*_v*.sql")
    )
    metrics = sorted(name[1] for name in found if name)
    assert len(metrics) >= 12
    read = manifest.nodes["model.trustmetrics.kpi_values"].depends_on.nodes
    # What is not measured is left out by the one model that is no metric.
    names = sorted(manifest.nodes[node].path.split("/")[-1][:-4] for node in read)
    assert names == sorted([*metrics, "int_unmeasured_metrics"])
