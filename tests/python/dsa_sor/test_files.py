"""Dumps as files: nested, damaged, twice, in any order, interrupted."""

from __future__ import annotations

import gzip
import io
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import duckdb
import pytest

from tests.python.dsa_sor.dumps import (
    dump,
    everything,
    part,
    record,
    rejected,
    rows,
    run,
    text,
    uuid,
)
from tests.python.helpers import ROOT, command
from trustmetrics.dsa_sor import ingest as module
from trustmetrics.dsa_sor import part as part_module
from trustmetrics.dsa_sor.columns import LIGHT
from trustmetrics.dsa_sor.part import TABLES, Wanted, engine
from trustmetrics.dsa_sor.parts import CHUNK, find_files, walk
from trustmetrics.dsa_sor.synthetic import Dump, write_dump
from trustmetrics.errors import UserError


def whole(path: Path) -> Path:
    """A dump of two inner zips, of two parts and one."""
    return dump(
        path,
        {
            "one.csv.zip": {
                "part-0.csv": text(map(record, range(4))),
                "part-1.csv": text(map(record, range(4, 8))),
            },
            "two.csv.zip": {"part-2.csv": text(map(record, range(8, 10)))},
        },
    )


def test_a_zip_of_zips_and_what_is_extracted_from_it_give_the_same(tmp_path):
    run(whole(tmp_path / "dump.zip"), out=tmp_path / "nested")
    wanted = everything(tmp_path / "nested")
    assert [row[0] for row in wanted["cases"]] == [uuid(number) for number in range(10)]
    folder = tmp_path / "extracted"
    part(folder / "deep" / "part-0.csv", map(record, range(4)))
    (folder / "part-1.csv.gz").write_bytes(gzip.compress(text(map(record, range(4, 8))).encode()))
    (folder / "_SUCCESS").touch()
    (folder / "notes.txt").write_text("of somebody")
    inner = dump(tmp_path / "two.zip", {})
    with zipfile.ZipFile(inner, "w") as zipped:
        zipped.writestr("part-2.csv", text(map(record, range(8, 10))))
        zipped.writestr("sha1.txt", "...")
    report = run(folder, inner, out=tmp_path / "plain")
    assert everything(tmp_path / "plain") == wanted
    assert sorted(Path(name).name for name in report.unread) == ["notes.txt", "sha1.txt"]


def test_a_part_twice_counts_once_and_is_counted(tmp_path):
    file = whole(tmp_path / "dump.zip")
    again = part(tmp_path / "again.csv", [record(3), record(3), record(20)])
    report = run(file, file, again, out=tmp_path / "raw")
    # A path that is given twice is one file.
    assert (report.records, report.statements, report.duplicates) == (13, 11, 2)
    copy = dump(tmp_path / "copy" / "dump.zip", {"one.csv.zip": {
        "part-0.csv": text(map(record, range(4)))}})  # fmt: skip
    report = run(file, copy, out=tmp_path / "raw")
    assert (report.records, report.statements, report.duplicates) == (14, 10, 4)
    assert len(rows(tmp_path / "raw", "enforcement_actions")) == 10


def test_of_a_light_and_a_full_copy_the_full_one_is_kept(tmp_path):
    full = part(tmp_path / "full.csv", map(record, range(3)))
    light = part(tmp_path / "light.csv", map(record, range(3)), is_light=True)
    both = part(tmp_path / "both.csv", [record(7, territorial_scope=""), record(7)])
    for number, files in enumerate([(full, light, both), (both, light, full)]):
        report = run(*files, out=tmp_path / str(number))
        assert report.duplicates == 4
        assert set(rows(tmp_path / str(number), "cases", "region")) == {("EU",)}


def test_the_latest_copy_is_kept(tmp_path):
    early = part(tmp_path / "early.csv", [record(1, category="STATEMENT_CATEGORY_VIOLENCE")])
    late = part(tmp_path / "late.csv", [record(1, created_at="2025-09-02 00:00:00")])
    for number, files in enumerate([(early, late), (late, early)]):
        run(*files, out=tmp_path / str(number))
        assert rows(tmp_path / str(number), "cases", "policy_code") == [("DSA2-SCAMS_AND_FRAUD",)]
        assert len(rows(tmp_path / str(number), "enforcement_actions")) == 1


def test_copies_that_differ_are_decided_the_same_in_every_order(tmp_path):
    copies = [
        part(tmp_path / f"{number}.csv", [record(1, category=f"STATEMENT_CATEGORY_{number}")])
        for number in range(6)
    ]
    run(*copies, out=tmp_path / "one")
    run(*reversed(copies), out=tmp_path / "two")
    assert everything(tmp_path / "one") == everything(tmp_path / "two")


@pytest.mark.slow
def test_neither_the_order_of_files_nor_the_threads_change_anything(tmp_path):
    dumps = [
        write_dump(Dump(700, part_records=90, first=first), tmp_path / str(first))
        for first in (0, 500)
        if not (tmp_path / str(first)).mkdir()
    ]
    run(*dumps, out=tmp_path / "one", threads=1)
    report = run(*reversed(dumps), out=tmp_path / "four", threads=4)
    assert (report.records, report.statements, report.duplicates) == (1400, 1200, 200)
    assert everything(tmp_path / "one") == everything(tmp_path / "four")
    delays = [(tmp_path / one / "_dsa_sor" / "delays.csv").read_bytes() for one in ("one", "four")]
    assert delays[0] == delays[1]
    names = [sorted(path.name for path in (tmp_path / one / "cases").iterdir())
             for one in ("one", "four")]  # fmt: skip
    assert names[0] == names[1]


@pytest.mark.parametrize("damage", ["outer", "inner", "content", "gzip", "header"])
def test_a_damaged_file_is_named_and_nothing_is_written(tmp_path, damage):
    good = part(tmp_path / "good.csv", [record(50)])
    file = whole(tmp_path / "dump.zip")
    content = file.read_bytes()
    if damage == "outer":
        file.write_bytes(content[: len(content) // 2])
    elif damage == "inner":
        file = dump(tmp_path / "dump.zip", {"one.csv.zip": {"a.csv": text([record(1)])}})
        with zipfile.ZipFile(file, "a") as outer:
            outer.writestr("two.csv.zip", content[:300])
    elif damage == "content":
        file = dump(tmp_path / "dump.zip", {"one.csv.zip": {
            "part-0.csv": text(map(record, range(400)))}})  # fmt: skip
        broken = bytearray(file.read_bytes())
        broken[2000:2010] = bytes(10)
        file.write_bytes(broken)
    elif damage == "gzip":
        file = tmp_path / "dump.csv.gz"
        file.write_bytes(gzip.compress(text(map(record, range(99))).encode())[:-20])
    else:
        file = tmp_path / "other.csv"
        file.write_text("uuid,name\n1,2\n")
    said = command("ingest", "dsa-sor", good, file, "--out", tmp_path / "raw")
    assert said.exit_code == 2
    assert file.name in said.complaints[-1] and ". " in said.complaints[-1]
    assert not (tmp_path / "raw" / "cases").exists()


def test_a_run_that_is_killed_goes_on_and_gives_the_same(tmp_path):
    (tmp_path / "d").mkdir()
    file = write_dump(Dump(600, part_records=100), tmp_path / "d")
    run(file, out=tmp_path / "whole")
    out = tmp_path / "raw"
    script = (
        "import os, sys\n"
        "from pathlib import Path\n"
        "from trustmetrics.dsa_sor import ingest as module\n"
        "from trustmetrics.dsa_sor.part import Wanted, map_part\n"
        "done = []\n"
        "def dying(connection, part, draft):\n"
        "    outcome = map_part(connection, part, draft)\n"
        "    done.append(part)\n"
        "    if len(done) == 4:\n"
        "        os.kill(os.getpid(), 9)\n"
        "    return outcome\n"
        "module.map_part = dying\n"
        "module.ingest([Path(sys.argv[1])], Path(sys.argv[2]), Wanted(), 1)\n"
    )
    died = subprocess.run(
        [sys.executable, "-c", script, str(file), str(out)],
        env=os.environ | {"PYTHONPATH": str(ROOT / "src")},
        check=False,
    )
    assert died.returncode == -9
    assert [path.name for path in out.iterdir()] == ["_dsa_sor"]
    assert list((out / "_dsa_sor").glob("draft-*"))
    report = run(file, out=out)
    assert (report.parts, report.resumed) == (6, 3)
    assert everything(out) == everything(tmp_path / "whole")
    left = {path.name for path in (out / "_dsa_sor").iterdir()}
    assert left == {"delays.csv", "result.json"}


def test_a_run_that_dies_as_the_tables_get_their_place_is_mended_by_the_next(tmp_path, monkeypatch):
    file, out = whole(tmp_path / "dump.zip"), tmp_path / "raw"
    run(part(tmp_path / "old.csv", [record(99)]), out=out)
    renamed, renames = [], Path.rename

    def dying(self, target):
        if self.parent.name == "ready" and self.name != "delays.csv":
            renamed.append(self.name)
            if len(renamed) == 3:
                raise KeyboardInterrupt
        return renames(self, target)

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(Path, "rename", dying)
        run(file, out=out)
    report = run(file, out=out)
    assert report.resumed == 3
    assert {len(rows(out, table)) for table in TABLES} == {10}


def test_parts_of_a_run_with_other_options_are_not_used(tmp_path, monkeypatch):
    file, out = whole(tmp_path / "dump.zip"), tmp_path / "raw"
    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(module, "merge", _stop)
        run(file, out=out)
    assert len(list((out / "_dsa_sor" / "parts").iterdir())) == 3
    assert run(file, out=out, platforms=("Kleinkram",)).resumed == 0


def _stop(*_):
    raise KeyboardInterrupt


def test_tables_that_this_command_did_not_write_are_left(tmp_path):
    file, out = whole(tmp_path / "dump.zip"), tmp_path / "raw"
    (out / "cases").mkdir(parents=True)
    (out / "cases" / "mine.csv").write_text("x")
    with pytest.raises(UserError, match="this run does not write it, but a build would read it"):
        run(file, out=out)
    assert (out / "cases" / "mine.csv").is_file()
    (out / "cases" / "mine.csv").unlink()
    (out / "cases").rmdir()
    (out / "decisions.parquet").touch()
    with pytest.raises(UserError, match=r"decisions\.parquet: this run does not write it"):
        run(file, out=out)


def test_a_second_run_replaces_the_first(tmp_path):
    out = tmp_path / "raw"
    run(part(tmp_path / "bad.csv", [record(1), record(2, uuid="x")]), out=out)
    assert len(rejected(out)) == 1
    run(part(tmp_path / "good.csv", [record(3)]), out=out)
    assert rows(out, "cases", "case_id") == [(uuid(3),)]
    assert rejected(out) == []


def test_two_runs_at_once_are_refused(tmp_path):
    file, out = whole(tmp_path / "dump.zip"), tmp_path / "raw"
    with module._work_folder(out), pytest.raises(UserError, match="another run writes to it"):
        run(file, out=out)


def test_memory_and_disk_do_not_grow_with_the_dump(tmp_path, monkeypatch):
    """One chunk is read at a time, a piece is bounded, and one inner zip is unpacked at a time."""
    (tmp_path / "d").mkdir()
    monkeypatch.setattr("trustmetrics.dsa_sor.synthetic.INNER_RECORDS", 200)
    file = write_dump(Dump(1000, part_records=100), tmp_path / "d")
    monkeypatch.setattr(part_module, "PIECE_BYTES", 10_000)
    monkeypatch.setattr(part_module, "CHUNK", 4_000)
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    inner, pieces, asked = [], [], []
    for each in walk(find_files([file]), scratch, pytest.fail):
        inner.append(len(list(scratch.iterdir())))
        with each.open() as stream:
            header = stream.readline()

            class Watched:
                def read(self, size, stream=stream):
                    asked.append(size)
                    return stream.read(size)

                def readline(self, size=-1, stream=stream):
                    return stream.readline(size)

            piece = tmp_path / "piece.csv"
            for lines in part_module._pieces(Watched(), piece):
                pieces.append((lines, piece.stat().st_size))
        each.done()
        assert header.startswith(b"uuid,")
    assert set(inner) == {1} and not list(scratch.iterdir())
    assert max(asked) == 4_000
    assert sum(lines for lines, _ in pieces) == 1000 and len(pieces) > 50
    assert max(size for _, size in pieces) < 10_000 + 4_000 + 2_000
    assert CHUNK <= 1 << 20


@pytest.mark.slow
def test_a_part_of_many_pieces_is_the_same(tmp_path, monkeypatch):
    (tmp_path / "d").mkdir()
    file = write_dump(Dump(300, part_records=300), tmp_path / "d")
    run(file, out=tmp_path / "one")
    monkeypatch.setattr(part_module, "PIECE_BYTES", 10_000)
    monkeypatch.setattr(part_module, "CHUNK", 4_000)
    run(file, out=tmp_path / "many")
    assert len(list((tmp_path / "many" / "cases").iterdir())) > 10
    assert everything(tmp_path / "one") == everything(tmp_path / "many")


@pytest.mark.parametrize(("second", "is_text"), [(b"\xa4t\n", True), (b"ht\n", False)])
def test_a_character_may_be_cut_by_the_end_of_a_chunk_and_must_go_on(
    tmp_path, monkeypatch, second, is_text
):
    """b"\\xc3" begins an a with two dots, and nothing that a letter of ASCII could end."""
    first = b"one\nSp\xc3"
    monkeypatch.setattr(part_module, "CHUNK", len(first))
    pieces = part_module._pieces(io.BytesIO(first + second), tmp_path / "piece.csv")
    if is_text:
        assert list(pieces) == [2]
    else:
        with pytest.raises(part_module.UntrustedError):
            list(pieces)


def test_the_engine_may_not_take_all_memory(tmp_path):
    with engine(tmp_path, Wanted()) as connection:
        limit, threads = connection.execute(
            "select current_setting('memory_limit'), current_setting('threads')"
        ).fetchone()
    assert limit.endswith("MiB") and threads == 1


@pytest.mark.slow
def test_the_command_says_where_every_record_went(tmp_path):
    file = part(
        tmp_path / "part.csv",
        [record(1), record(1), record(2, category=""), record(3, platform_name="Fundgrube")],
    )
    out = tmp_path / "raw"
    said = command("ingest", "dsa-sor", file, "--platform", "Kleinkram", "--out", out)
    assert said.exit_code == 0, said
    lines = [" ".join(line.split()) for line in said.out.splitlines()]
    assert lines[:5] == [
        "4 records in 1 parts",
        "1 statements in the raw tables",
        f"1 rejected, in {out}/_dsa_sor/rejected.csv",
        "1 duplicates",
        "1 of other platforms",
    ]
    assert f"next: trustmetrics build --raw {out}" in lines


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("gone.zip", None, "does not exist"),
        ("notes.txt", "x", "is not a dump"),
        ("not.zip", "x", "is not a zip file, or is cut off"),
        ("empty.csv", "", "its first line lacks"),
        ("light.csv", text([], LIGHT), "no record beneath the headers"),
    ],
)
def test_what_is_no_dump_is_refused(tmp_path, name, content, why):
    if content is not None:
        (tmp_path / name).write_text(content)
    with pytest.raises(UserError, match=why):
        run(tmp_path / name, out=tmp_path / "raw")


def test_a_header_with_one_name_twice_can_be_read(tmp_path):
    """As dumps of the first months had it."""
    file = part(tmp_path / "part.csv", [record(1)])
    content = file.read_text().replace(
        "illegal_content_explanation", "illegal_content_legal_ground", 1
    )
    file.write_text(content)
    assert run(file, out=tmp_path / "raw").statements == 1
    assert duckdb.sql(f"from '{tmp_path}/raw/cases/*.parquet'").fetchall()
