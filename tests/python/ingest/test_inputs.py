"""What a log can be given as: files and folders of parts, and what is wrong with some of them."""

import gzip
import os
import shutil

import duckdb
import pytest

from tests.python.ingest.test_mediawiki import ALL_TABLES, entry, hit, write_csv
from trustmetrics.errors import UserError
from trustmetrics.ingest import mediawiki
from trustmetrics.ingest.mediawiki import BLOCK_COLUMNS, HIT_COLUMNS, ingest
from trustmetrics.mapping.files import view_file

ENTRIES = [entry(n, f"2014-03-01 10:00:{n:02d}", account=f"a{n}") for n in range(1, 41)]
HEADER = ",".join(BLOCK_COLUMNS) + "\n"


@pytest.fixture
def csv(tmp_path):
    """A block log of forty entries."""
    return write_csv(tmp_path / "blocks.csv", BLOCK_COLUMNS, ENTRIES)


@pytest.fixture
def parquet(csv, tmp_path):
    """The same as Parquet."""
    path = tmp_path / "blocks.parquet"
    duckdb.sql(f"from read_csv('{csv}', types = {BLOCK_COLUMNS})").write_parquet(str(path))
    return path


def damage(path, kind, csv, parquet):
    """Write what is wrong into a path."""
    text, data = csv.read_bytes().replace(b"\r\n", b"\n"), parquet.read_bytes()
    cut = text.index(b"\n", 1500) + 9  # within a line's second cell
    if kind == "a replaced column":
        changed = "select * replace ([action] as action) from"
        duckdb.sql(f"{changed} '{parquet}'").write_parquet(str(path))
    elif kind == "a folder of other files":
        path.mkdir()
        (path / "readme.txt").write_text("no log")
        (path / "_part.csv").write_text(HEADER)
    elif kind == "a link to nothing":
        path.symlink_to("nowhere.csv")
    else:
        path.write_bytes(
            {
                "nothing in it": b"",
                "no row": HEADER.encode(),
                "no header": text.partition(b"\n")[2],
                "another log": ",".join(HIT_COLUMNS).encode() + b"\n",
                "a column twice": text.replace(b"flags", b"action", 1),
                "too few cells": text + b"41,2014-03-01 10:00:41,block\n",
                "too many cells": text.replace(b"\n", b",more\n").replace(b",more", b"", 1),
                "an open quote": text[:cut] + b'"' + text[cut:],
                "cut off": text[:cut],
                "Latin-1": text.replace(b"a7", b"\xe9\xff"),
                "UTF-16": text.decode().encode("utf-16"),
                "Parquet": data,
                "CSV": text,
                "half of it": data[: len(data) // 2],
                "holes": data[:100] + bytes(400) + data[500:],
                "gzip, cut off": gzip.compress(text)[:-20],
                "not gzip": text,
            }[kind]
        )


BROKEN = [
    ("log.txt", "CSV", "neither .parquet nor .csv; export the log as one of the two"),
    ("log", "CSV", "neither .parquet nor .csv; export the log as one of the two"),
    ("log.csv", "nothing in it", "is empty. Export it again, with a header"),
    ("log.csv", "no row", "no row beneath the header; export the block log again"),
    ("log.csv", "no header", "column log_id is missing; export it, empty where"),
    ("log.csv", "another log", "column log_id is missing; export it, empty where"),
    ("log.csv", "a column twice", "has the column 'action' twice. Give one another name"),
    ("log.csv", "too few cells", "line 42: it does not fit the header"),
    ("log.csv", "too many cells", "line 2: it does not fit the header"),
    ("log.csv", "an open quote", "; write UTC as YYYY-MM-DD"),
    ("log.csv", "cut off", "it does not fit the header"),
    ("log.csv", "Latin-1", "is not in UTF-8. Export it again, in UTF-8"),
    ("log.csv", "UTF-16", "is not in UTF-8. Export it again, in UTF-8"),
    ("log.csv", "Parquet", "is not in UTF-8. Export it again, in UTF-8"),
    ("log.csv", "a link to nothing", "no such file; give the exported log"),
    ("log.csv.gz", "gzip, cut off", "its last rows are missing. Copy or write it again"),
    ("log.csv.gz", "not gzip", "is not gzip, or is damaged. Write it again"),
    ("log.parquet", "nothing in it", "too small to be a Parquet file). Export it again"),
    ("log.parquet", "CSV", "is not a Parquet file, or is cut off"),
    ("log.parquet", "half of it", "is not a Parquet file, or is cut off"),
    ("log.parquet", "holes", "cannot be read ("),
    ("log.parquet", "a replaced column", "column action holds several values in a row; write one"),
    ("log", "a folder of other files", "a folder without a .parquet or .csv file; name the one"),
]


@pytest.mark.parametrize(("name", "kind", "says"), BROKEN, ids=[" ".join(x[:2]) for x in BROKEN])
def test_what_is_wrong_is_one_line_and_nothing_is_written(
    run, tmp_path, csv, parquet, name, kind, says
):
    path, out = tmp_path / name, tmp_path / "raw"
    damage(path, kind, csv, parquet)
    said = run("ingest", "mediawiki", "--blocks", path, "--out", out)
    assert said.exit_code == 2
    (line,) = [line for line in said.err.splitlines() if not line.startswith("read ")]
    assert line.startswith("trustmetrics: ") and says in line and str(path) in line
    assert not list(out.glob("*"))


def test_a_file_that_is_not_there_or_cannot_be_named(run, tmp_path, csv):
    said = run("ingest", "mediawiki", "--hits", tmp_path / "hits.csv", "--blocks", csv,
               "--out", tmp_path / "raw")  # fmt: skip
    assert said.exit_code == 2
    assert said.complaint.startswith(f"{tmp_path}/hits.csv: no such file; give the exported log")
    shutil.copy(csv, tmp_path / os.fsdecode(b"bl\xff.csv"))
    said = run("ingest", "mediawiki", "--blocks", tmp_path / os.fsdecode(b"bl\xff.csv"),
               "--out", tmp_path / "raw")  # fmt: skip
    assert said.exit_code == 2
    assert said.complaint.endswith("the name is not in UTF-8; rename it")


def test_hits_without_a_row_are_not_given(tmp_path, csv):
    hits = write_csv(tmp_path / "hits.csv", HIT_COLUMNS, [])
    with pytest.raises(UserError, match="no row beneath the header; leave --hits out where"):
        ingest([hits], [csv], tmp_path / "raw")


def test_a_file_that_the_system_refuses_is_one_line(tmp_path):
    with (
        duckdb.connect() as connection,
        pytest.raises(UserError, match=r"gone.csv' cannot be read \(No such file or directory\)"),
    ):
        view_file(connection, "file", tmp_path / "gone.csv")


def test_a_fault_of_the_mapping_is_one_line(tmp_path, csv, monkeypatch):
    monkeypatch.setattr(mediawiki, "_sql", lambda name: "select error('no\nmemory')")
    with pytest.raises(UserError, match=r"^the logs cannot be mapped .*no") as error:
        ingest([], [csv], tmp_path / "raw")
    assert "\n" not in str(error.value)
    assert not list((tmp_path / "raw").glob("*"))


def test_a_folder_that_cannot_be_written_to(run, csv):
    said = run("ingest", "mediawiki", "--blocks", csv, "--out", csv)
    assert said.exit_code == 2
    assert said.err.splitlines()[-1].startswith(f"trustmetrics: {csv}: not a folder")


def tables(out, names):
    return {name: duckdb.sql(f"from '{out / name}.parquet' order by all").fetchall()
            for name in names}  # fmt: skip


def test_parts_of_any_kind_are_one_log_and_a_row_that_two_hold_counts_once(run, tmp_path, csv):
    """Entries 1-20 and 15-40 in folders of both formats, and 30-40 again in a file of its own."""
    parts = tmp_path / "blocks"
    (parts / "month=3").mkdir(parents=True)
    write_csv(parts / "first.CSV", BLOCK_COLUMNS, ENTRIES[:20])
    write_csv(tmp_path / "rest.csv", BLOCK_COLUMNS, ENTRIES[14:])
    duckdb.sql(f"from read_csv('{tmp_path}/rest.csv', types = {BLOCK_COLUMNS})").write_parquet(
        str(parts / "month=3" / "rest.parquet")
    )
    (parts / "none.csv").write_text(HEADER)  # a month without an entry
    (parts / "_SUCCESS").touch()
    (parts / "notes.txt").write_text("of the exporter")
    again = write_csv(tmp_path / "again[b].csv", BLOCK_COLUMNS, ENTRIES[29:])
    hits = [hit(n, "2014-03-01 09:00:00", f"a{n}") for n in range(1, 11)]
    one = write_csv(tmp_path / "one.csv", HIT_COLUMNS, hits[:6])
    two = write_csv(tmp_path / "two.csv", HIT_COLUMNS, hits[4:])
    said = run("ingest", "mediawiki", "--blocks", parts, "--blocks", again, "--blocks", again,
               "--hits", one, "--hits", two, "--out", tmp_path / "raw")  # fmt: skip
    assert said.exit_code == 0, said
    whole = write_csv(tmp_path / "hits.csv", HIT_COLUMNS, hits)
    ingest([whole], [csv], tmp_path / "whole")
    assert tables(tmp_path / "raw", ALL_TABLES) == tables(tmp_path / "whole", ALL_TABLES)
    counted = dict(line.split() for line in said.out.splitlines() if len(line.split()) == 2)
    assert counted["log_entries_in_export"] == str(20 + 26 + 11)
    assert counted["log_entries_distinct"] == "40"
    assert counted["hits_exact_duplicates"] == "2"
    assert f"not read: {parts}/notes.txt is neither .parquet nor .csv" in said.out
    assert [line for line in said.err.splitlines() if line.startswith("read ")] == [
        "read one.csv: 6 rows",
        "read two.csv: 6 rows",
        "read first.CSV: 20 rows",
        "read rest.parquet: 26 rows",
        "read none.csv: 0 rows",
        "read again[b].csv: 11 rows",
    ]


def test_without_hits_there_are_no_detections_and_none_of_an_earlier_run_stay(run, tmp_path, csv):
    hits = write_csv(tmp_path / "hits.csv", HIT_COLUMNS, [hit(1, "2014-03-01 09:00:00", "a1")])
    out = tmp_path / "raw"
    assert run("ingest", "mediawiki", "--hits", hits, "--blocks", csv, "--out", out).exit_code == 0
    said = run("ingest", "mediawiki", "--blocks", csv, "--out", out)
    assert said.exit_code == 2
    assert said.complaint == (
        f"{out}/detections.parquet: this run does not write it, but a build would read it. "
        "Delete it, or name another --out"
    )
    (out / "detections.parquet").unlink()
    (out / "activity_daily.csv").write_text("a table of one's own may lie beside them")
    said = run("ingest", "mediawiki", "--blocks", csv, "--out", out)
    assert said.exit_code == 0, said
    assert {path.stem for path in out.glob("*.parquet")} == set(mediawiki.TABLES)
    assert "hits_in_export" not in said.out and "after_a_hit" not in said.out
