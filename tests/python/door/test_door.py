"""The door: which files are read as raw tables, and which stop the build."""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import duckdb
import pytest

from tests.python.helpers import (
    DATABASE,
    LOADED,
    ROOT,
    VALID,
    DbtHere,
    Run,
    query,
    valid,
    write_csv,
    write_parquet,
)
from trustmetrics.errors import UserError
from trustmetrics.validate.folder import look_at

# An incident written by pyarrow 22 whose policy_code, surface, contained_at, resolved_at and
# is_deleted are of the null type: DuckDB cannot write one. Parquet, deflated.
NULL_TYPES = """
eNqtlDFPg1AQx6+vBNEyNT5SEgYWiCZtY5vo5GIXY8LQNO6EwFNJEBBoTb9DZ6cO/QBOzl1N/Bx+AD+AiYkPLPS1Ul
xM4EHu7nf3vzvC8GLUw4B1rLcxoi885hUAQOld26enP/Y8NZmGhDoVrJREcfSMySRNI2LxdwBUOcpTgrB8dS55+M+U
i5fRV2VKTn4+hRYf23fk3sJNGqehVsP1bdchfmK6jgZGGp7ZBdoxidxkmhtRGhwGnmtPTTtwiLfMrXvxOLqx7JWFS+
McYntWRBzTSrRDY9ZU2gB5uGgHfmK5fuZdZ2lEJA68CWPlfuTdkjgpz3TgxiYVQqg7IyQkK/JcBwWLssaDvNEcpm7J
kAxduFJwOiUE51JT5mU9mw9DFa1nyEAa6NcMImwgaFWIGUxG9aW+/lRbY8cUShkWyudWAG+7AG5VhRlroe1zC9qWtj
HuotQSVWtjt1FAH+gPfcyyCn2LerU+ZolFofd6SSFpxklIF+gDjtTQih7GJOnYYdixoih4VOnKYjfw1f5Z96Tbk+f0
o911QaMOMKQ/hm9sZaUU
"""
WIDE = 2**63
NARROW_TYPES = {
    "content_views": "{}::tinyint",
    "messages_sent": "{}::smallint",
    "transactions": "{}::integer",
    "new_accounts": "{}::bigint",
    "links_shared": "{}::utinyint",
    "payment_disputes": "{}::usmallint",
}
WIDE_TYPES = dict.fromkeys(NARROW_TYPES, "{}::ubigint") | {"messages_sent": "{}::uinteger"}
SCORES = {
    "score": "{}::float",
    "threshold": "{}::decimal(5, 3)",
    "review_probability": "{}::tinyint",
}
AWKWARD_TEXT = 'the "first", said\nline two'


def _fill(raw: Path) -> None:
    """Write every awkward file that is nevertheless fine."""
    csv_row = valid("activity_daily", region="csv") | {"note": "ignored", "region ": "not this"}
    write_csv(raw / "activity_daily/a.csv", [dict(reversed(csv_row.items()))])
    write_parquet(
        raw / "activity_daily/b.parquet",
        [dict(reversed((valid("activity_daily", region="narrow") | {"note": "x"}).items()))],
        **NARROW_TYPES,
    )
    write_parquet(
        raw / "activity_daily/c.parquet",
        [
            valid("activity_daily", region="fits", content_views=str(WIDE - 1)),
            valid("activity_daily", region="beyond", content_views=str(WIDE)),
        ],
        **WIDE_TYPES,
    )
    write_parquet(
        raw / "detections/a.parquet",
        [
            valid(
                "detections",
                detection_id="zoned",
                review_probability="1",
                threshold="0.125",
                detected_at="2026-01-02 09:00:00.123+02:00",
            )
        ],
        **SCORES,
        detected_at="{}::timestamptz",
        ingested_at="{}::timestamp_ms",
    )
    write_parquet(
        raw / "detections/b.parquet",
        [
            valid(
                "detections",
                detection_id="nanoseconds",
                detected_at="2026-01-02 09:00:00.123456999",
            )
        ],
        **dict.fromkeys(SCORES, "{}::double"),
        detected_at="{}::timestamp_ns",
        ingested_at="{}::timestamp_s",
    )
    case = valid("cases", queue=AWKWARD_TEXT, policy_code=" SPAM\\", content_id="NULL")
    write_csv(raw / "cases.csv", [case | {"occurred_at": ""}], end="\r\n")
    marked = b"\xef\xbb\xbf" + (raw / "cases.csv").read_bytes()
    (raw / "cases.csv").write_bytes(marked + b'"",' + b"," * 10 + b"\r\n")
    (raw / "incidents").mkdir()
    (raw / "incidents/a.parquet").write_bytes(zlib.decompress(base64.b64decode(NULL_TYPES)))
    write_csv(raw / "incidents/b.csv", [valid("incidents", incident_id="csv")])
    (raw / "accounts.csv").write_text(",".join(valid("accounts")), encoding="utf-8")
    write_parquet(raw / "surfaces.parquet", [valid("surfaces")])
    write_csv(raw / "holidays.csv", [valid("surfaces")])
    write_csv(raw / "labels/part.csv", [valid("surfaces")])
    (raw / "notes.txt").write_text("not a table", encoding="utf-8")


@pytest.fixture(scope="module")
def awkward(dbt_here: DbtHere, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """A database built from awkward files in a folder with an awkward name, and what was said."""
    raw = tmp_path_factory.mktemp("door") / "o'brien's [raw] data {{ x }}" / "region=US"
    _fill(raw)
    database, messages = dbt_here.stage(raw)
    return database, messages


def test_parts_of_any_format_order_and_width_are_one_table(
    awkward: tuple[Path, list[str]],
) -> None:
    rows = query(
        awkward[0],
        "select region, content_views, messages_sent, transactions, new_accounts, links_shared, "
        "payment_disputes, surface, activity_date from staging.stg_activity_daily order by region",
    )
    rest = (2, 3, 4, 5, 6, "feed", date(2026, 1, 6))
    assert rows == [("csv", 1, *rest), ("fits", WIDE - 1, *rest), ("narrow", 1, *rest)]


def test_an_unsigned_number_beyond_bigint_is_a_rejected_row(
    awkward: tuple[Path, list[str]],
) -> None:
    rows = query(awkward[0], "select * from restricted.rejected_rows where table_name <> 'cases'")
    assert len(rows) == 1
    table, key, column, reason, ingested_at, row = rows[0]
    assert (table, column, reason) == ("activity_daily", "content_views", "not_parsable")
    assert json.loads(key)["region"] == "beyond"
    assert ingested_at == datetime(2026, 1, 10)
    assert json.loads(row)["content_views"] == WIDE


def test_every_number_and_timestamp_type_of_parquet_is_read(
    awkward: tuple[Path, list[str]],
) -> None:
    rows = query(
        awkward[0],
        "select detection_id, score, threshold, review_probability, detected_at, ingested_at "
        "from staging.stg_detections order by 1",
    )
    loaded = datetime(2026, 1, 10)
    assert rows == [
        ("nanoseconds", 0.5, 0.5, 0.5, datetime(2026, 1, 2, 9, 0, 0, 123456), loaded),
        ("zoned", 0.5, 0.125, 1.0, datetime(2026, 1, 2, 7, 0, 0, 123000), loaded),
    ]


def test_csv_cells_keep_commas_breaks_quotes_and_spaces(
    awkward: tuple[Path, list[str]],
) -> None:
    rows = query(
        awkward[0],
        "select case_id, queue, policy_code, content_id, occurred_at from staging.stg_cases",
    )
    assert rows == [("c", AWKWARD_TEXT, " SPAM\\", "NULL", None)]


def test_an_empty_cell_is_null_quoted_or_not(awkward: tuple[Path, list[str]]) -> None:
    rows = query(
        awkward[0],
        "select column_name, reason, ingested_at from restricted.rejected_rows "
        "where table_name = 'cases' order by 1",
    )
    needed = "case_id ingested_at opened_at policy_code queue region severity subject_account_id"
    assert rows == [(name, "null_value", None) for name in [*needed.split(), "surface"]]


def test_a_column_of_the_null_type_is_null(awkward: tuple[Path, list[str]]) -> None:
    rows = query(
        awkward[0],
        "select incident_id, policy_code, surface, contained_at, resolved_at, declared_at "
        "from staging.stg_incidents order by 1",
    )
    declared = datetime(2026, 1, 2, 10)
    ends = (datetime(2026, 1, 2, 11), datetime(2026, 1, 2, 12))
    assert rows == [
        ("csv", "SPAM", "feed", *ends, declared),
        ("null type", None, None, None, None, declared),
    ]


def test_a_folder_name_like_a_partition_changes_no_value(
    awkward: tuple[Path, list[str]],
) -> None:
    rows = query(
        awkward[0],
        "select region from raw.detections union all select region from raw.activity_daily",
    )
    assert sorted(rows) == [("EU",), ("EU",), ("beyond",), ("csv",), ("fits",), ("narrow",)]


def test_missing_tables_are_empty_and_said_with_the_metrics_that_they_take_away(
    awkward: tuple[Path, list[str]],
) -> None:
    database, said = awkward
    lines = [line for line in said if line.startswith("no ")]
    assert "no appeals: appeal_overturn_rate, appeal_rate are not measured" in lines
    assert "no tool_services: tooling_uptime is not measured" in lines
    assert "no accounts: " not in " ".join(lines)
    counts = dict(query(database, "select table_name, raw_row_count from marts.data_quality"))
    assert {table: count for table, count in counts.items() if count} == {
        "activity_daily": 4,
        "cases": 2,
        "detections": 2,
        "incidents": 2,
        "surfaces": 1,
    }
    assert len(counts) == 28


def test_validate_counts_what_a_build_counts(awkward: tuple[Path, list[str]]) -> None:
    database, said = awkward
    found = look_at(database.parent / "region=US", ROOT)
    quality = "select table_name, raw_row_count, rejected_row_count from marts.data_quality"
    counts = sorted((one.table, one.rows, one.rejected) for one in found.tables)
    assert counts == sorted(query(database, quality))
    assert sum(one[2] for one in counts) > 0
    assert list(found.missing) == [line for line in said if " measured" in line or "also" in line]


def test_strangers_are_named(awkward: tuple[Path, list[str]]) -> None:
    unread = "not read, for no raw table has that name: holidays.csv, labels/, notes.txt"
    assert unread in awkward[1]


@pytest.fixture
def refused(tmp_path: Path) -> Callable[[], str]:
    """Look at tmp_path/raw as a build does and return the one-line complaint."""

    def call() -> str:
        try:
            (fault,) = look_at(tmp_path / "raw", ROOT).faults
        except UserError as error:
            fault = str(error)
        assert "\n" not in fault
        return fault

    return call


def test_a_build_says_every_fault_and_leaves_the_last_good_database(
    run: Run, dbt_here: DbtHere, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("trustmetrics.build.run_dbt", dbt_here.run_dbt)
    write_csv(tmp_path / "raw/cases.csv", [{"case": "c"}])
    write_csv(tmp_path / "raw/tool_service.csv", [valid("tool_services")])
    database = tmp_path / DATABASE
    with duckdb.connect(str(database)) as connection:
        connection.execute("create table said as select 'the last good one' as word")
    good = database.read_bytes()
    said = run("build", "--raw", tmp_path / "raw", "--database", database)
    assert said.exit_code == 2
    assert said.out == ""
    near, columns = [line for line in said.err.splitlines() if line.startswith("trustmetrics: ")]
    assert f"'{tmp_path}/raw/tool_service.csv' is not read" in near
    assert f"the file '{tmp_path}/raw/cases.csv' has no column 'case_id', 'opened_at'" in columns
    assert database.read_bytes() == good
    assert sorted(path.name for path in tmp_path.iterdir()) == ["raw", DATABASE]


def test_an_empty_folder(refused: Callable[[], str], tmp_path: Path) -> None:
    (tmp_path / "raw").mkdir()
    complaint = refused()
    assert f"'{tmp_path}/raw' holds none of the raw tables" in complaint
    assert "such as reports.parquet" in complaint


@pytest.mark.parametrize(
    ("second", "named"),
    [("cases.parquet", "cases.csv and cases.parquet"), ("cases/a.csv", "cases.csv and cases/")],
)
def test_a_table_that_is_there_twice(
    second: str, named: str, refused: Callable[[], str], tmp_path: Path
) -> None:
    write_csv(tmp_path / "raw/cases.csv", [valid("cases")])
    write_csv(tmp_path / "raw" / second, [valid("cases")])
    complaint = refused()
    assert f"raw table 'cases' is there more than once: {named} in" in complaint
    assert complaint.endswith("Keep one of them")


HEADER = b"service,critical,in_service_from,ingested_at,is_deleted\n"
ROW = b"s,true,2026-01-01,2026-01-10 00:00:00,\n"
NO_HEADER = "has no column 'service', .*. Its first line must name the columns"
COLUMNS_OFF = "Expected Number of Columns: 5 Found: "
NOT_UTF_8 = "This file is not utf-8 encoded. Correct that line"
# Text of tool_services.csv, and what the complaint says of it.
BAD_CSV = {
    "no bytes": (b"", "is empty, not even a header. Write it again"),
    "no header": (ROW * 3, NO_HEADER),
    "blank first line": (b"\n" + HEADER + ROW, NO_HEADER),
    "comment first": (b"# exported\n" + HEADER + ROW, NO_HEADER),
    "missing column": (HEADER.replace(b"critical", b"vital") + ROW, "has no column 'critical'"),
    "column twice": (b"critical," + HEADER + b"true," + ROW, "names the column 'critical' twice"),
    "utf-16": ((HEADER + ROW).decode().encode("utf-16"), f"line 1: .*{NOT_UTF_8}"),
    "latin-1": (HEADER + ROW + ROW.replace(b"s", b"\xe9", 1), f"line 3: .*{NOT_UTF_8}"),
    "latin-1 far down": (
        HEADER + ROW * 9000 + ROW.replace(b"s", b"\xe9", 1),
        f"line 9002: .*{NOT_UTF_8}",
    ),
    "short line": (HEADER + ROW + b"s2,true\n", f"line 3: {COLUMNS_OFF}2. Correct that line"),
    "long line": (HEADER + ROW[:-1] + b"x,y\n" + ROW, f"line 2: {COLUMNS_OFF}6. Correct that line"),
    "open quote": (
        HEADER + ROW + b'"' + ROW,
        "line 3: Value with unterminated quote found. Correct that line",
    ),
}


@pytest.mark.parametrize("fault", BAD_CSV)
def test_a_csv_file_at_fault(fault: str, refused: Callable[[], str], tmp_path: Path) -> None:
    text, expected = BAD_CSV[fault]
    path = tmp_path / "raw/tool_services.csv"
    path.parent.mkdir()
    path.write_bytes(text)
    complaint = refused()
    before, _, after = expected.partition(".*")
    assert complaint.startswith(f"the file '{path}'")
    assert before in complaint
    assert after in complaint.partition(before)[2]


def test_an_optional_column_under_a_name_near_its_own_is_a_fault(
    refused: Callable[[], str], tmp_path: Path
) -> None:
    """Without the column it is NULL; misspelled, it would be NULL and nobody would know."""
    path = tmp_path / "raw/appeals.csv"
    path.parent.mkdir()
    cells = {**VALID["appeals"], "isImplemented": "true", **LOADED}
    path.write_text(f"{','.join(cells)}\n{','.join(cells.values())}\n")
    assert "has no column 'is_implemented' (there is 'isImplemented': rename it)" in refused()


@pytest.mark.parametrize("content", [HEADER + ROW, b"PAR1"])
def test_a_parquet_file_that_is_none(
    content: bytes, refused: Callable[[], str], tmp_path: Path
) -> None:
    path = tmp_path / "raw/tool_services.parquet"
    path.parent.mkdir()
    path.write_bytes(content)
    complaint = refused()
    assert f"'{path}'" in complaint
    assert "is not a Parquet file, or is cut off. Write it again, or name it .csv" in complaint


def test_a_parquet_file_without_a_column(refused: Callable[[], str], tmp_path: Path) -> None:
    path = tmp_path / "raw/surfaces/b.parquet"
    row = valid("surfaces")
    write_parquet(tmp_path / "raw/surfaces/a.parquet", [row])
    write_parquet(path, [{name: row[name] for name in row if name != "retired_on"}])
    assert refused().startswith(f"the file '{path}' has no column 'retired_on'. docs/raw_contract")


# The column, the type that the contract asks for, an SQL value of another type, that type's name.
BAD_TYPES = [
    ("cases", "queue", "string", "1", "INTEGER"),
    ("cases", "queue", "string", "'x'::blob", "BLOB"),
    ("dataset_loads", "rows_loaded", "integer", "'1'", "VARCHAR"),
    ("dataset_loads", "rows_loaded", "integer", "1::double", "DOUBLE"),
    ("dataset_loads", "rows_loaded", "integer", "1::decimal(9, 0)", "DECIMAL(9,0)"),
    ("experiments", "friction_guardrail", "double", "'1'", "VARCHAR"),
    ("tool_outages", "planned", "boolean", "1", "INTEGER"),
    ("surfaces", "launched_on", "date", "timestamp '2026-01-01'", "TIMESTAMP"),
    ("cases", "opened_at", "timestamp", "date '2026-01-01'", "DATE"),
    ("cases", "opened_at", "timestamp", "'2026-01-01 00:00:00'", "VARCHAR"),
    ("cases", "opened_at", "timestamp", "1767225600::bigint", "BIGINT"),
]
GOOD_TYPES = {
    "rows_loaded": "{}::integer",
    "rows_rejected": "{}::integer",
    "expected_treatment_share": "{}::double",
    "friction_guardrail": "{}::double",
    "planned": "{}::boolean",
}


@pytest.mark.parametrize(("table", "column", "asked", "sql", "found"), BAD_TYPES)
def test_a_parquet_column_of_another_type(
    table: str,
    column: str,
    asked: str,
    sql: str,
    found: str,
    refused: Callable[[], str],
    tmp_path: Path,
) -> None:
    path = tmp_path / f"raw/{table}.parquet"
    write_parquet(path, [valid(table)], **(GOOD_TYPES | {column: sql}))
    assert refused() == (
        f"the file '{path}' has column '{column}' of type {found}, but the contract asks for "
        f"{asked}. docs/raw_contract.md lists the columns, and the types that count"
    )


def test_plain_dbt_without_a_raw_folder(dbt_here: DbtHere, tmp_path: Path) -> None:
    environment = {"TRUSTMETRICS_DATABASE": str(tmp_path / DATABASE)}
    outcome = dbt_here.run_dbt(["run"], ROOT, environment, lambda *_: None)
    assert outcome.exit_code != 0
    assert "no raw data named. Set TRUSTMETRICS_RAW to the folder" in outcome.errors[0]
