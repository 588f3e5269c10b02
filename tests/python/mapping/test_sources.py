"""A source gives every table and every cell as it is, whatever holds it."""

from __future__ import annotations

import gzip
import sqlite3
import sys
from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from tests.python.helpers import ROOT, Run
from tests.python.mapping.company import database
from trustmetrics.errors import UserError
from trustmetrics.mapping.databases import DuckdbSource
from trustmetrics.mapping.source import open_source, shown
from trustmetrics.mapping.sql import relation

# Cells that a reader could take for something else.
TEXT = "id;seen;said\n007;2026-03-29T10:00:00+02:00;\n008;;a, b\n"
EXPECTED = [("007", "2026-03-29T10:00:00+02:00", None), ("008", None, "a, b")]


def loaded(place: str | Path, table: str, limit: int | None = None) -> list[tuple]:
    """The rows of a source's table, ordered."""
    source = open_source(str(place))
    try:
        with duckdb.connect() as connection:
            connection.execute("set timezone = 'UTC'")
            source.load(connection, table, limit)
            return connection.execute(f"from {relation(table)} order by all").fetchall()
    finally:
        source.close()


def write(path: Path, text: str) -> Path:
    """Write a file, compressed if its name says so."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix.lower() == ".gz":
        path.write_bytes(gzip.compress(text.encode()))
    elif path.suffix.lower() == ".zst":
        plain = write(path.with_suffix(""), text)
        duckdb.sql(
            f"copy (from read_csv('{plain}', delim = ';', all_varchar = true)) to '{path}' "
            "(format csv, delim ';', compression zstd)"
        )
        plain.unlink()
    else:
        path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("seen.csv", TEXT),
        ("SEEN.CSV", TEXT),
        ("seen.csv.gz", TEXT),
        ("seen.csv.zst", TEXT),
        ("seen.tsv", TEXT.replace(";", "\t")),
        ("seen.csv", '\ufeff"id","seen","said"\r\n' + TEXT[13:].replace("a, b", '"a, b"')
            .replace(";", ",").replace("\n", "\r\n")),
        ("seen/part.csv", TEXT),
    ],
)  # fmt: skip
def test_text_files_are_read_as_the_text_that_they_are(
    name: str, text: str, tmp_path: Path
) -> None:
    write(tmp_path / name, text)
    (table,) = open_source(str(tmp_path)).tables
    assert table.lower() == "seen"
    assert loaded(tmp_path, table) == EXPECTED
    assert loaded(tmp_path, table, limit=1) in ([EXPECTED[0]], [EXPECTED[1]])


def test_times_in_json_keep_their_offset(tmp_path: Path) -> None:
    path = write(tmp_path / "a.ndjson", '{"at": "2026-03-29T10:00:00+02:00", "n": 1}\n{"n": 2.5}\n')
    assert loaded(tmp_path, "a") == [("2026-03-29T10:00:00+02:00", 1), (None, 2.5)]
    assert loaded(path, "a") == loaded(tmp_path, "a")


def test_a_folder_of_parts_is_one_table(tmp_path: Path) -> None:
    write(tmp_path / "seen/year=2025/a.csv.gz", "id;said\n1;x\n")
    write(tmp_path / "seen/year=2026/b.csv.gz", "said;id\ny;2\n")
    write(tmp_path / "seen/_SUCCESS", "")
    assert loaded(tmp_path, "seen") == [("1", "x", "2025"), ("2", "y", "2026")]


def test_parquet_keeps_its_types(tmp_path: Path) -> None:
    duckdb.sql("select 7 as id, timestamp '2026-01-01' as at").write_parquet(
        str(tmp_path / "a.parquet")
    )
    assert loaded(tmp_path, "a") == [(7, datetime(2026, 1, 1))]


def test_what_is_not_read_is_named(tmp_path: Path) -> None:
    write(tmp_path / "a.csv", TEXT)
    write(tmp_path / "cases.xlsx", "")
    write(tmp_path / ".hidden", "")
    source = open_source(str(tmp_path))
    assert source.tables == ["a"]
    assert source.unread == ["'cases.xlsx' was not read: export it as .csv, .parquet or .json"]


def test_a_duckdb_file_with_schemas_and_views(tmp_path: Path) -> None:
    path = database(
        tmp_path / "own.duckdb",
        "create table plain as select 1 as a",
        "create schema odd",
        'create view odd."two words" as select 2 as a',
    )
    assert open_source(str(path)).tables == ["plain", "odd.two words"]
    assert loaded(path, "plain") == [(1,)]
    with duckdb.connect() as connection:
        open_source(str(path)).load(connection, "odd.two words", None)
        assert connection.execute('from odd."two words"').fetchall() == [(2,)]


def test_sqlite_cells_keep_what_they_are(tmp_path: Path) -> None:
    path = tmp_path / "own.sqlite"
    with sqlite3.connect(path) as connection:
        connection.execute("create table t (i integer, r real, s text, mixed, none text)")
        connection.executemany(
            "insert into t values (?, ?, ?, ?, ?)",
            [(2**60, 0.1, 'a "quoted",\nline', 1, None), (-1, 2, "", "x", None)],
        )
    assert loaded(path, "t") == [
        (-1, 2.0, "", "x", None),
        (2**60, 0.1, 'a "quoted",\nline', "1", None),
    ]


def test_a_dot_in_a_name_is_no_schema(tmp_path: Path) -> None:
    write(tmp_path / "tickets.2026-04.csv", TEXT)
    assert open_source(str(tmp_path)).tables == ["tickets_2026-04"]
    assert loaded(tmp_path, "tickets_2026-04") == EXPECTED
    path = database(tmp_path / "own.duckdb", 'create table "a.b" as select 1 as a')
    source = DuckdbSource(path)
    assert source.tables == []
    assert source.unread == ["'main.a.b' was not read: make a view of it whose name has no dot"]


def test_init_goes_on_past_a_table_that_cannot_be_read(run: Run, tmp_path: Path) -> None:
    write(tmp_path / "export/tickets.csv", "id;created\n1;2026-01-01 10:00:00\n")
    write(tmp_path / "export/broken.parquet", "no parquet")
    (tmp_path / "export/latin.csv").write_bytes("id;said\n1;zu sp\xe4t\n".encode("latin-1") * 99)
    said = run("map", "init", "--from", tmp_path / "export", "--out", tmp_path / "map")
    assert said.exit_code == 0, said
    assert "broken.parquet' is not a Parquet file" in said.out
    assert "latin.csv' is not in UTF-8" in said.out
    assert (tmp_path / "map/cases.sql").is_file()


def test_a_source_of_which_nothing_is_known(run: Run, tmp_path: Path) -> None:
    write(tmp_path / "export/weather.csv", "town;rain\nBonn;3\n")
    said = run("map", "init", "--from", tmp_path / "export", "--out", tmp_path / "map")
    assert said.exit_code == 0, said
    assert "no table looks like a raw table. Write the queries" in said.out
    assert len(list((tmp_path / "map/unmatched").glob("*.sql"))) == 28


@pytest.mark.parametrize(
    ("files", "complaint"),
    [
        ({}, "has no table"),
        ({"notes.txt": ""}, "has no table ('notes.txt' was not read"),
        ({"a.csv": TEXT, "a.parquet": ""}, "has the table 'a' twice"),
        ({"a.csv": TEXT, "A.json": "{}"}, "twice"),
        ({"a/x.csv": TEXT, "a/y.json": "{}"}, "holds files of several formats"),
    ],
)
def test_a_folder_that_cannot_be_a_source(
    files: dict[str, str], complaint: str, tmp_path: Path
) -> None:
    for name, text in files.items():
        write(tmp_path / name, text)
    with pytest.raises(UserError) as error:
        open_source(str(tmp_path))
    assert complaint in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("id,said\n1,2\n4,5,6\n", "a.csv', line 3: it does not fit the header"),
        ("id,said\n1\n4,5\n", "a.csv', line 2: it does not fit the header"),
        ("my export\nid,said\n1,2\n", "a.csv', line 2: it does not fit the header"),
        ("", "is empty. Export it again, with a header"),
        ("id,said,ID\n1,2,3\n", "has the column 'id' twice"),
    ],
)
def test_lines_that_do_not_fit_the_header_are_no_table(
    text: str, complaint: str, tmp_path: Path
) -> None:
    """DuckDB's own detection would leave lines out until the others fit."""
    write(tmp_path / "a.csv", text)
    with pytest.raises(UserError) as error:
        loaded(tmp_path, "a", limit=10)
    assert complaint in str(error.value)
    assert "\n" not in str(error.value)


def test_parts_may_have_their_columns_in_another_order(tmp_path: Path) -> None:
    write(tmp_path / "a/1.csv", "id;said\n1;x\n")
    write(tmp_path / "a/2.csv", "said,id\ny,2\n")
    write(tmp_path / "a/3.csv", "id\n3\n")
    assert loaded(tmp_path, "a") == [("1", "x"), ("2", "y"), ("3", None)]


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    write(tmp_path / "a.parquet", "no parquet")
    with pytest.raises(UserError, match=r"a\.parquet' is not a Parquet file"):
        loaded(tmp_path, "a")


def test_a_file_that_was_cut_off_is_named(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv.gz", "id\n" + "".join(f"{i}\n" for i in range(5000)))
    path.write_bytes(path.read_bytes()[:-200])
    for place in (tmp_path, path):
        with pytest.raises(UserError, match=r"a\.csv\.gz' is cut off"):
            loaded(place, "a", limit=10)


def test_a_source_that_does_not_exist(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="does not exist"):
        open_source(str(tmp_path / "none"))


def test_no_password_is_shown() -> None:
    assert shown("postgresql://me:s3:c@ret@host:5432/db") == "postgresql://me@host:5432/db"
    assert shown("data/export") == "data/export"
    with pytest.raises(UserError) as error:
        open_source("postgresql://me:s3cret@127.0.0.1:1/db")
    assert "s3cret" not in str(error.value)
    assert "\n" not in str(error.value)


def test_postgres_without_its_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg2", None)
    with pytest.raises(UserError) as error:
        open_source("postgresql://me@127.0.0.1/db")
    assert str(error.value) == (
        f"this needs psycopg2, from the extra 'postgres'. Run: pip install -e '{ROOT}[postgres]'"
    )
