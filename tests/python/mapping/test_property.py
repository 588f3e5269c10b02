"""Whatever the source: each file that init writes is SQL that gives the contract's columns.

Run on the source it keeps every row and doubles none. It holds no value of a private column, and
asks for a decision wherever a column has no source.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import duckdb
import pytest
import sqlglot
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.python.helpers import ROOT
from trustmetrics.check.declared import RawTable, read_contract
from trustmetrics.mapping.expression import SQL_TYPES
from trustmetrics.mapping.match import match
from trustmetrics.mapping.names import known
from trustmetrics.mapping.profile import profile
from trustmetrics.mapping.skeleton import select_text, unmatched_text
from trustmetrics.mapping.sql import quoted, relation

pytestmark = pytest.mark.long

CONTRACT = read_contract(ROOT)
CANARY = "canary"
# Expressions over the row's number i, one for each kind of column that a source may have.
KINDS = (
    "i", "i % 3", "i * 1.0", "i / 7.0", "i % 2 = 0", "i || '.0'", "cast(i as varchar)",
    "['yes', 'no'][1 + i % 2]", "['P1', 'P2', null, ''][1 + i % 4]", "'x'' \"y\" -- z' || i % 3",
    "['user', 'Member', 'N/A'][1 + i % 3]", "['high', 'low', 'crtical'][1 + i % 3]",
    "timestamp '2026-03-29 02:30:00'", "timestamptz '2026-01-01 00:00:00+00'", "date '2026-01-01'",
    "'2026-03-29T02:30:00Z'", "'2026-03-29 02:30:00+02:00'", "'29.03.2026 02:30'", "'01/02/2026'",
    "1767225600 + i", "1767225600000 + i", "cast(1767225600 + i as varchar)", "'20260101'",
    "cast(null as varchar)", "null", "{'a': i}", "[i]", "cast('a' as blob)", "uuid()", "'none'",
    "cast('high' as enum ('high', 'low'))",
    "case when i % 2 = 0 then '2026-01-01' else 'null' end",
)  # fmt: skip
ODD = ("select", "Order", "two words", 'say "so"', "täglich", "1st", "a.b", "x--y", "group")
PRIVATE = ("email", "user_name", "note", "full text", "ip_address")


def _names(raw: RawTable) -> list[str]:
    """Names that a column of such a table may have."""
    aliases = [
        alias.replace(" ", "_")
        for column in raw.columns
        for alias in known()["columns"].get(column.name, ())
    ]
    return [*(column.name for column in raw.columns), *aliases, "id", "no", "deleted", "loaded_at"]


@st.composite
def source_tables(draw: st.DrawFn) -> list[tuple[str, dict[str, str], int]]:
    """Tables by name, with the expression of each column, and the number of rows."""
    raws = draw(st.lists(st.sampled_from(CONTRACT), min_size=1, max_size=3, unique_by=id))
    tables = []
    for raw in raws:
        other = known()["tables"].get(raw.name, ())
        name = draw(st.sampled_from([raw.name, *(one.replace(" ", "_") for one in other)]))
        pool = st.sampled_from(_names(raw)) | st.sampled_from(ODD)
        names = draw(st.lists(pool, min_size=3, max_size=14, unique_by=str.lower))
        columns = {one: draw(st.sampled_from(KINDS)) for one in names}
        columns[draw(st.sampled_from(PRIVATE))] = f"'{CANARY}'"
        tables.append((name, columns, draw(st.sampled_from((0, 1, 24)))))
    return list({name.lower(): (name, *rest) for name, *rest in tables}.values())


def made(connection: duckdb.DuckDBPyConnection, tables: Sequence[tuple[str, dict[str, str], int]]):
    """Make the tables, and the files that init would write for them."""
    for name, columns, rows in tables:
        listed = ", ".join(f"{kind} as {quoted(column)}" for column, kind in columns.items())
        connection.execute(
            f"create table {relation(name)} as select {listed} from range({rows}) as t (i)"
        )
    profiles = [profile(connection, name) for name, *_ in tables]
    return {one.raw.name: (one, select_text(one, frozenset({"region", "queue"})))
            for one in match(CONTRACT, profiles)}  # fmt: skip


@pytest.mark.slow
@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(source_tables())
def test_what_init_writes_gives_the_contracts_columns_and_every_row(tables) -> None:
    with duckdb.connect() as connection:
        connection.execute("set timezone = 'UTC'; set threads = 1")
        connection.execute("set variable time_zone = 'Europe/Berlin'")
        connection.execute("set variable extracted_at = '2026-05-01 00:00:00'")
        contract = {raw.name: raw for raw in CONTRACT}
        for name, (found, text) in made(connection, tables).items():
            (tree,) = sqlglot.parse(text, dialect="duckdb")
            columns = [
                column
                for column in contract[name].columns
                if column.name in found.columns or not column.optional
            ]
            wanted = [column.name for column in columns]
            assert tree.named_selects == wanted, text
            types = [type_ for _, type_, *_ in connection.execute(f"describe {text}").fetchall()]
            expected = [SQL_TYPES[column.data_type] for column in columns]
            assert [type_.lower() for type_ in types] == expected, text
            rows = connection.execute(text).fetchall()
            assert len(rows) == found.source.rows, text
            assert CANARY not in text
            for column in set(wanted) - set(found.columns) - {"ingested_at", "is_deleted"}:
                before = text.split(f" as {column},\n")[0]
                lines = re.split(r" as \w+,\n|select\n", before)[-1]
                assert "-- DECIDE: no column was found." in lines, text
            assert all(len(line) <= 100 for line in text.splitlines() if "--" not in line), text


def test_the_file_of_every_raw_table_without_a_source_gives_its_columns() -> None:
    for raw in CONTRACT:
        (tree,) = sqlglot.parse(unmatched_text(raw), dialect="duckdb")
        assert tree.named_selects == [it.name for it in raw.columns if not it.optional]
        assert unmatched_text(raw).count("DECIDE") > len(raw.key)
