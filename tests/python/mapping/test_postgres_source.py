"""Postgres as a source, where Postgres is installed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import psycopg2
import pytest

from tests.python.door.postgres_server import connect, postgres_server, server_programs
from tests.python.helpers import ROOT
from tests.python.mapping.company import MAP, export_module, table
from trustmetrics.errors import UserError
from trustmetrics.mapping.run import run_map
from trustmetrics.mapping.source import open_source

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def server() -> Iterator[dict[str, str]]:
    """A server's environment."""
    programs = server_programs()
    if programs is None:
        pytest.skip("Postgres is not installed here (Debian: apt-get install postgresql)")
    with postgres_server(programs) as environment:
        yield environment


def address(server: dict[str, str]) -> str:
    """The server's address."""
    return f"postgresql://postgres@127.0.0.1:{server['TRUSTMETRICS_PG_PORT']}/postgres"


def test_every_type_keeps_its_values(server: dict[str, str]) -> None:
    with connect(server) as connection, connection.cursor() as cursor:
        cursor.execute('create schema "Own"')
        cursor.execute("create type colour as enum ('red', 'green')")
        cursor.execute(
            """
            create table "Own"."Odd Types" as
            select
                1::smallint as a, 2::bigint as b, 12345678901234567890123::numeric as c,
                1.50::numeric(10, 2) as d, 0.1::float8 as e, true as f, date '2026-01-01' as g,
                timestamp '2026-01-01 10:00:00.123456' as h,
                timestamptz '2026-01-01 10:00:00+02' as i, 'x  '::char(5) as j,
                'red'::colour as k, '' as l, null::text as m, E'two\\nlines, "quoted"' as n,
                '00000000-0000-0000-0000-000000000001'::uuid as o
            """
        )
    source = open_source(address(server))
    assert "Own.Odd Types" in source.tables
    with duckdb.connect() as connection:
        connection.execute("set timezone = 'UTC'")
        source.load(connection, "Own.Odd Types", None)
        (row,) = connection.execute('from "Own"."Odd Types"').fetchall()
    source.close()
    assert row[:8] == (
        1, 2, "12345678901234567890123", pytest.approx(1.5), 0.1, True, date(2026, 1, 1),
        datetime(2026, 1, 1, 10, 0, 0, 123456),
    )  # fmt: skip
    assert row[8].astimezone(UTC) == datetime(2026, 1, 1, 8, tzinfo=UTC)
    assert row[9:] == (
        "x", "red", "", None, 'two\nlines, "quoted"', "00000000-0000-0000-0000-000000000001",
    )  # fmt: skip


def test_the_examples_map_gives_the_same_tables(server: dict[str, str], tmp_path: Path) -> None:
    module = export_module()
    rows = module.rows()
    module.write(rows, tmp_path / "export.sqlite")
    with connect(server) as connection, connection.cursor() as cursor:
        for name, own in rows.items():
            columns = ", ".join(
                f"{column} {_type(row[column] for row in own)}" for column in own[0]
            )
            cursor.execute(f"create table {name} ({columns})")
            holes = ", ".join(["%s"] * len(own[0]))
            cells = [[None if cell == "" else cell for cell in row.values()] for row in own]
            cursor.executemany(f"insert into {name} values ({holes})", cells)
    run_map(ROOT, MAP, str(tmp_path / "export.sqlite"), tmp_path / "one", "", lambda *_: None)
    run_map(ROOT, MAP, address(server), tmp_path / "other", "", lambda *_: None)
    names = sorted(path.stem for path in (tmp_path / "one").iterdir())
    assert len(names) == 9
    for name in names:
        assert table(tmp_path / "one", name) == table(tmp_path / "other", name), name


def _type(values) -> str:
    kinds = {type(value) for value in values if value not in ("", None)}
    return {int: "bigint", float: "double precision"}.get(next(iter(kinds), str), "text")


def test_a_table_that_may_not_be_read_is_not_listed(server: dict[str, str]) -> None:
    with connect(server) as connection, connection.cursor() as cursor:
        cursor.execute("create table hidden_one (a int)")
        cursor.execute("create table shown_one (a int)")
        cursor.execute("create role clerk login")
        cursor.execute("grant select on shown_one to clerk")
    source = open_source(address(server).replace("postgres@", "clerk@"))
    assert "shown_one" in source.tables
    assert "hidden_one" not in source.tables
    with pytest.raises(psycopg2.Error, match="read-only"):
        source._database.cursor().execute("create table t (a int)")
    source.close()


def test_a_database_that_is_not_there_is_one_line(server: dict[str, str]) -> None:
    with pytest.raises(UserError, match='database "none" does not exist') as error:
        open_source(f"postgresql://postgres:pw@127.0.0.1:{server['TRUSTMETRICS_PG_PORT']}/none")
    assert "\n" not in str(error.value) and "pw@" not in str(error.value)
