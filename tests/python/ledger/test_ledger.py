"""The ledger keeps every published number, and shows what was done to it behind its back."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb
import pytest

from tests.python.helpers import ROOT, Run, clean_environment
from tests.python.ledger.made import AS_OF, DEFINITIONS, number, published, tamper
from trustmetrics.errors import UserError
from trustmetrics.ledger import file as ledger_file
from trustmetrics.ledger.export import export_ledger
from trustmetrics.ledger.file import reading
from trustmetrics.ledger.publish import publish
from trustmetrics.ledger.verify import heads_in, verify

T = "published_numbers"


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    return tmp_path / "t.duckdb.ledger.sqlite"


def test_a_number_is_kept_with_all_that_was_said_of_it(ledger: Path) -> None:
    said = number(ci_lower=0.05, ci_upper=0.07, sample_size=812, is_mature=True)
    cell = number("dsa.notices.median_hours", 12.5, metric_version=None, shown="12.5", decimals=1)
    done = publish(ledger, "monthly", "2026-05", "May", [said, cell], AS_OF, DEFINITIONS)
    with reading(ledger) as opened:
        first, second = opened.rows(done.report_id)
    assert (first["metric"], first["metric_version"], first["value"]) == ("appeal_rate", 2, 0.0601)
    assert (first["ci_lower"], first["ci_upper"], first["sample_size"]) == (0.05, 0.07, 812)
    assert (first["shown"], first["decimals"], first["is_mature"]) == ("6.0 %", 3, 1)
    assert (first["as_of"], first["period_start"]) == ("2026-06-02 10:03:00", "2026-05-01")
    assert (first["commit_id"], first["is_dirty"], first["fingerprint"]) == ("a" * 40, 0, "f" * 32)
    assert (second["metric_version"], second["fingerprint"]) == (None, None)
    assert (second["number"], second["number_count"]) == (2, 2)


def test_ids_count_the_publications_of_a_kind_and_period(ledger: Path) -> None:
    assert published(ledger).report_id == "monthly-2026-05-1"
    assert published(ledger).report_id == "monthly-2026-05-2"
    assert published(ledger, kind="weekly").report_id == "weekly-2026-05-1"


def test_what_cannot_be_published_leaves_the_ledger_as_it_was(ledger: Path) -> None:
    head = published(ledger).head
    for numbers, kind in (
        ([], "monthly"),
        ([number(value=float("nan"))], "monthly"),
        ([number(), number(ci_upper=float("inf"))], "monthly"),
        ([number()], "a b"),
    ):
        with pytest.raises(UserError):
            publish(ledger, kind, "2026-05", "May", numbers, AS_OF, DEFINITIONS)
    assert verify(ledger).head == head


def test_a_publication_that_fails_in_its_midst_leaves_none_of_its_rows(
    ledger: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    head, add = published(ledger).head, ledger_file.Ledger.add

    def failing(self: ledger_file.Ledger, row: dict) -> None:
        add(self, row)
        if row["number"] == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(ledger_file.Ledger, "add", failing)
    with pytest.raises(KeyboardInterrupt):
        published(ledger)
    assert verify(ledger, [head]).head == head


def test_a_sound_ledger_holds_every_head_that_it_gave_out(ledger: Path) -> None:
    heads = [published(ledger).head, published(ledger, 1).head, published(ledger, 5).head]
    found = verify(ledger, heads)
    assert (found.faults, found.row_count, found.report_count) == ([], 9, 3)
    assert found.head == heads[-1]


ROWS = f"create temp table kept as select * from {T} order by sequence"
SWAP = (
    f"update {T} set sequence = 99 where sequence = 2",
    f"update {T} set sequence = 2 where sequence = 5",
    f"update {T} set sequence = 5 where sequence = 99",
)
INSERT = (
    ROWS,
    f"update {T} set sequence = sequence + 100 where sequence > 2",
    f"update {T} set sequence = sequence - 99 where sequence > 100",
    "update kept set sequence = 3",
    f"insert into {T} select * from kept limit 1",
)


@pytest.mark.parametrize(
    ("statements", "row"),
    [
        ((f"update {T} set value = 0.05 where sequence = 4",), "row 4 (monthly-2026-05-2) changed"),
        ((f"update {T} set shown = '5.0 %' where sequence = 4",), "row 4 (monthly-2026-05-2) chan"),
        ((f"update {T} set value = null where sequence = 6",), "row 6 (monthly-2026-05-2) changed"),
        ((f"update {T} set value = 'x' where sequence = 4",), "row 4 (monthly-2026-05-2) changed"),
        ((f"update {T} set value = x'00' where sequence = 4",), "row 4 (monthly-2026-05-2) cha"),
        ((f"update {T} set row_hash = '0' where sequence = 4",), "row 4 (monthly-2026-05-2) chan"),
        ((f"delete from {T} where sequence = 2",), "row 2 removed"),
        ((f"delete from {T} where sequence = 1",), "row 1 removed"),
        ((f"delete from {T} where sequence in (2, 3, 4)",), "row 2 to 4 removed"),
        (SWAP, "row 2 (monthly-2026-05-2) changed"),
        (INSERT, "row 3 (monthly-2026-05-1) changed"),
        ((f"delete from {T} where sequence = 6",), "there was a row 6"),
        ((f"delete from {T}",), "there was a row 6"),
        (("update ledger set ledger_id = 'another'",), "row 1 (monthly-2026-05-1) does not follow"),
    ],
)
def test_what_was_done_to_a_row_is_found_and_the_row_is_named(
    ledger: Path, statements: tuple[str, ...], row: str
) -> None:
    published(ledger), published(ledger)
    tamper(ledger, *statements)
    faults = verify(ledger).faults
    assert any(row in fault for fault in faults), faults


def rewritten(ledger: Path) -> None:
    """What nobody can see in the ledger alone: a change, and every hash after it made anew."""
    from trustmetrics.ledger.numbers import COLUMNS, row_hash

    with reading(ledger) as opened:
        rows = list(opened.rows())
    previous = rows[0]["previous_hash"]
    updates = []
    for row in rows:
        row["value"] = 0.01 if row["sequence"] == 2 else row["value"]
        row["previous_hash"] = previous
        previous = row["row_hash"] = row_hash({name: row[name] for name in COLUMNS})
        updates.append(
            f"update {T} set value = {row['value']}, previous_hash = '{row['previous_hash']}', "
            f"row_hash = '{row['row_hash']}' where sequence = {row['sequence']}"
        )
    tamper(ledger, *updates)


def cut(ledger: Path) -> None:
    """The last publication gone, and SQLite's memory of it, too."""
    tamper(ledger, f"delete from {T} where sequence > 3", "update sqlite_sequence set seq = 3")


@pytest.mark.parametrize("attack", [rewritten, cut])
def test_only_a_head_that_was_kept_shows_a_ledger_written_anew_or_cut_with_care(
    ledger: Path, attack: Callable[[Path], None]
) -> None:
    published(ledger)
    head = published(ledger).head
    attack(ledger)
    assert verify(ledger).faults == []
    (fault,) = verify(ledger, [head]).faults
    assert "row 6 or one before it was changed or removed" in fault


def test_rows_cannot_be_changed_by_mistake_and_a_missing_guard_is_told(ledger: Path) -> None:
    published(ledger)
    with sqlite3.connect(ledger) as connection:
        for statement in (f"update {T} set value = 1", f"delete from {T}"):
            with pytest.raises(sqlite3.IntegrityError, match="only added to"):
                connection.execute(statement)
        connection.execute(f"drop trigger {T}_are_not_deleted")
    connection.close()
    (fault,) = verify(ledger).faults
    assert f"{T}_are_not_deleted" in fault


def test_two_publications_at_once_chain_one_after_the_other(ledger: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        done = list(pool.map(lambda place: published(ledger, 3 + place % 4), range(24)))
    assert sorted(int(one.report_id.rsplit("-", 1)[1]) for one in done) == list(range(1, 25))
    found = verify(ledger, [one.head for one in done])
    assert (found.faults, found.row_count) == ([], sum(one.number_count for one in done))


def test_a_publication_waits_for_another_and_says_so_where_it_takes_too_long(
    ledger: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    published(ledger)
    monkeypatch.setattr(ledger_file, "WAITING_SECONDS", 0.1)
    with sqlite3.connect(ledger, isolation_level=None) as other:
        other.execute("begin immediate")
        with pytest.raises(UserError, match="is in use: another publication"):
            published(ledger)
        assert verify(ledger).faults == []
        other.execute("rollback")
    other.close()
    assert published(ledger).report_id == "monthly-2026-05-2"


KILLED = """
import os, signal, sys
from pathlib import Path
from tests.python.ledger.made import published
from trustmetrics.ledger import file
add, seen = file.Ledger.add, []
def dying(self, row):
    add(self, row)
    seen.append(row)
    if len(seen) == {place}:
        self._connection.execute("pragma cache_spill = 1")
        os.kill(os.getpid(), signal.SIGKILL)
file.Ledger.add = dying
file._connect, connect = lambda *a: small(connect(*a)), file._connect
def small(connection):
    connection.execute("pragma cache_size = 1")
    return connection
published(Path(sys.argv[1]), 2000)
"""


@pytest.mark.parametrize("place", [1, 2000])
def test_a_killed_publication_leaves_nothing_behind(ledger: Path, place: int) -> None:
    head = published(ledger).head
    size = ledger.stat().st_size
    done = subprocess.run(
        [sys.executable, "-c", KILLED.format(place=place), str(ledger)],
        cwd=ROOT,
        env=clean_environment(PYTHONPATH=f"{ROOT / 'src'}:{ROOT}"),
        check=False,
    )
    assert done.returncode == -9
    # With so small a cache the rows were in the file when the process died.
    assert place == 1 or ledger.stat().st_size > 10 * size
    assert verify(ledger, [head]).head == head
    assert published(ledger).report_id == "monthly-2026-05-2"
    assert verify(ledger).faults == []


def test_the_export_has_every_row_and_its_types(ledger: Path, tmp_path: Path) -> None:
    published(ledger, 4), published(ledger, 2)
    out = tmp_path / "published.parquet"
    assert export_ledger(ledger, out) == 6
    with duckdb.connect() as connection:
        rows = connection.execute(
            f"select sequence, value, period_start, is_dirty, as_of from '{out}'"
        ).fetchall()
        types = dict(
            connection.execute(
                f"select column_name, column_type from (describe from '{out}')"
            ).fetchall()
        )
    assert [row[0] for row in rows] == [1, 2, 3, 4, 5, 6]
    assert rows[0][1:] == (0.0601, number().period_start, False, AS_OF)
    assert (types["published_at"], types["is_mature"]) == ("TIMESTAMP", "BOOLEAN")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"neither a database nor a ledger, but longer than a page" * 100, "is not a ledger"),
        (None, "there is no ledger"),
    ],
)
def test_what_is_not_a_ledger_is_named(ledger: Path, content: bytes | None, words: str) -> None:
    if content:
        ledger.write_bytes(content)
    with pytest.raises(UserError, match=words):
        verify(ledger)


def test_another_database_of_sqlite_is_not_written_to(ledger: Path) -> None:
    with sqlite3.connect(ledger) as connection:
        connection.execute("create table mine (x)")
    connection.close()
    before = ledger.read_bytes()
    with pytest.raises(UserError, match="is not a ledger"):
        published(ledger)
    assert ledger.read_bytes() == before


def test_the_commands_verify_with_the_heads_in_a_report(
    run: Run, ledger: Path, tmp_path: Path
) -> None:
    report = tmp_path / "may.html"
    report.write_text(f"<p>Ledger {published(ledger).head}</p>", encoding="utf-8")
    assert heads_in(report.read_text(encoding="utf-8")) == [verify(ledger).head]
    named = ("--ledger", ledger)
    said = run("report", "verify-ledger", *named, "--report", report)
    assert (said.exit_code, "sound: 3 numbers of 1 report," in said.out) == (0, True), said
    tamper(ledger, f"update {T} set shown = '5.0 %' where sequence = 2")
    said = run("report", "verify-ledger", *named, "--report", report)
    assert (said.exit_code, "row 2 (monthly-2026-05-1) changed" in said.out) == (1, True), said
    said = run("report", "verify-ledger", *named, "--head", "7:abc")
    assert (said.exit_code, "'7:abc' is not a head" in said.complaint) == (2, True)


def test_the_commands_list_and_export_what_was_published(
    run: Run, ledger: Path, tmp_path: Path
) -> None:
    published(ledger)
    out = tmp_path / "published.parquet"
    said = run("report", "published", "--ledger", ledger)
    assert "monthly-2026-05-1" in said.out and "2026-06-02 10:03" in said.out
    said = run("report", "export-ledger", "--ledger", ledger, "--out", out)
    assert (said.exit_code, out.is_file()) == (0, True), said
    said = run("report", "export-ledger", "--ledger", tmp_path / "none", "--out", out)
    assert (said.exit_code, "there is no ledger" in said.complaint) == (2, True)
