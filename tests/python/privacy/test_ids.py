"""docs/privacy.md says where ids are; what is handed out has none; a tombstone takes them out."""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import Path

import duckdb
import pytest

from tests.python.helpers import ROOT, DbtHere, query, valid, write_csv
from trustmetrics.check.declared import read_contract
from trustmetrics.export.marts import export_marts

ROW = re.compile(r"^\| (\w+)\.(\w+) \| (person|case|thing) \| .+ \| (yes|no) \|$", re.M)
LATER = "2026-02-01 00:00:00"


def documented() -> dict[tuple[str, str], tuple[str, str]]:
    """By raw table and column: whom it leads to, and whether it is in the marts."""
    found = ROW.findall((ROOT / "docs/privacy.md").read_text(encoding="utf-8"))
    return {(table, column): (of, marts) for table, column, of, marts in found}


def test_the_page_names_every_id_of_the_contract() -> None:
    ids = {
        (table.name, column.name)
        for table in read_contract(ROOT)
        for column in table.columns
        if column.name.endswith(("_id", "_hash")) or "seudonymous" in column.description
    }
    assert documented().keys() == ids
    people = {column for (_, column), (of, _) in documented().items() if of == "person"}
    described = {
        column.name
        for table in read_contract(ROOT)
        for column in table.columns
        if "seudonymous" in column.description or "hash" in column.name
    }
    assert people == described


@pytest.fixture(scope="module")
def exported(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("export") / "marts"
    export_marts(built, out, None, lambda *_: None)
    return out


def test_no_column_of_an_export_holds_an_id_of_the_raw_data(exported: Path, sample: Path) -> None:
    with duckdb.connect() as connection:
        connection.execute("create table ids (id varchar)")
        for (table, column), (_, in_marts) in documented().items():
            if in_marts == "no":
                file = sample / f"{table}.parquet"
                connection.execute(f"insert into ids select distinct {column} from '{file}'")
        (count,) = connection.execute("select count(distinct id) from ids").fetchone() or (0,)
        assert count > 500
        searched = 0
        for file in sorted(exported.glob("*.parquet")):
            connection.execute(f"create or replace table mart as from '{file}'")
            for name, kind, *_ in connection.execute("describe mart").fetchall():
                if kind != "VARCHAR":
                    continue
                searched += 1
                found = connection.execute(
                    f'select distinct id from ids where id in (select "{name}" from mart)'
                ).fetchall()
                assert found == [], f"{file.name}, {name}"
        assert searched > 100


def test_ids_inside_longer_texts_are_searched_too(exported: Path, sample: Path) -> None:
    """Accounts and cases, as a part of any text that is not one of the register's."""
    with duckdb.connect() as connection:
        ids = connection.execute(
            f"select account_id from '{sample}/accounts.parquet' union "
            f"select case_id from '{sample}/cases.parquet'"
        ).fetchall()
        for name in ("kpi_values", "kpi_trends", "orphans", "data_quality", "kpi_scorecard"):
            text = str(connection.execute(f"from '{exported}/{name}.parquet'").fetchall())
            assert [one for (one,) in ids if one in text] == []


def told_of(database: Path, ids: Collection[str]) -> set[str]:
    """The tables, not views, of a database that hold one of these ids in any column."""
    tables = query(
        database,
        "select table_schema, table_name from information_schema.tables "
        "where table_type = 'BASE TABLE'",
    )
    return {
        f"{schema}.{name}"
        for schema, name in tables
        if any(one in str(query(database, f'from {schema}."{name}"')) for one in ids)
    }


Rows = dict[str, list[dict[str, str]]]


def rows_about(who: str) -> Rows:
    """Rows about one account, by raw table."""
    account, case = f"ac_{who}", f"ca_{who}"
    about = {"subject_account_id": account, "case_id": case}
    return {
        "reports": [valid("reports", report_id=f"re_{who}", **about)],
        "cases": [valid("cases", **about)],
        "detections": [valid("detections", detection_id=f"d{case}", **about)],
        "account_identifiers": [
            valid("account_identifiers", account_id=account, identifier_hash=f"h{account}")
        ],
    }


def names(who: str) -> tuple[str, ...]:
    """Every id of those rows."""
    return f"ac_{who}", f"ca_{who}", f"re_{who}", f"hac_{who}", f"dca_{who}"


def tombstones(rows: Rows) -> Rows:
    later = {"is_deleted": "true", "ingested_at": LATER}
    return {table: [row | later for row in found] for table, found in rows.items()}


def write_raw(raw: Path, *parts: Rows) -> None:
    for table in parts[0]:
        write_csv(raw / f"{table}.csv", [row for part in parts for row in part[table]])


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    """Rows about three accounts: two with tombstones, of whom one has a row that is not valid."""
    folder, erased, broken = tmp_path / "raw", rows_about("erased"), rows_about("broken")
    invalid: Rows = {table: [] for table in erased} | {
        "reports": [row | {"reported_at": "soon"} for row in broken["reports"]]
    }
    write_raw(
        folder,
        *(rows_about("stays"), erased, tombstones(erased), broken, invalid, tombstones(broken)),
    )
    return folder


STAGED = {"staging.stg_reports", "staging.stg_cases", "staging.stg_detections"}
STAGED.add("staging.stg_account_identifiers")


@pytest.mark.slow
def test_a_tombstone_takes_somebody_out_of_every_table(dbt_here: DbtHere, raw: Path) -> None:
    database, _ = dbt_here.stage(raw)
    assert told_of(database, names("stays")) == STAGED
    assert told_of(database, names("erased")) == set()
    # What broke the contract is kept whole, as the page says.
    assert told_of(database, names("broken")) == {"restricted.rejected_rows"}


@pytest.mark.slow
def test_who_was_there_before_the_tombstone_still_was_then(dbt_here: DbtHere, raw: Path) -> None:
    database, _ = dbt_here.stage(raw, as_of="2026-01-20 00:00:00")
    assert told_of(database, names("erased")) == STAGED
