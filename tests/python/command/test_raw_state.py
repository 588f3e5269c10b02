"""Raw files that change while they are read are noticed; what is not read may change."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from trustmetrics.raw_state import raw_changes, raw_state

TABLES = {"reports", "cases"}
DAY = 86_400


def parquet(path: Path, query: str) -> None:
    with duckdb.connect() as connection:
        connection.execute(f"copy ({query}) to '{path}' (format parquet)")


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    folder = tmp_path / "raw"
    (folder / "cases" / "region=EU").mkdir(parents=True)
    (folder / "cases" / "region=EU" / "1.csv").write_text("case_id\na\n")
    parquet(folder / "reports.parquet", "select chr(97 + range::int) as report_id from range(3)")
    (folder / "notes.txt").write_text("ours")
    for path in folder.rglob("*.*"):
        os.utime(path, (DAY, DAY))
    return folder


def with_old_time(path: Path) -> None:
    os.utime(path, (DAY, DAY))


def same_size_other_values(raw: Path) -> None:
    path = raw / "reports.parquet"
    size = path.stat().st_size
    parquet(path, "select chr(100 + range::int) as report_id from range(3)")
    assert path.stat().st_size == size
    with_old_time(path)


def same_size_text(raw: Path) -> None:
    path = raw / "cases" / "region=EU" / "1.csv"
    path.write_text("case_id\nb\n")
    with_old_time(path)


def repointed(raw: Path) -> None:
    other = raw.parent / "other.parquet"
    parquet(other, "select range as report_id from range(4)")
    (raw / "reports.parquet").unlink()
    (raw / "reports.parquet").symlink_to(other)


CHANGES: dict[str, tuple[Callable[[Path], object], str]] = {
    "grown": (
        lambda raw: (raw / "cases/region=EU/1.csv").open("a").write("b\n"),
        "cases/region=EU/1.csv changed while it was read: from 10 to 12 bytes",
    ),
    "touched": (
        lambda raw: os.utime(raw / "reports.parquet", (DAY, 2 * DAY)),
        "reports.parquet changed while it was read: somebody wrote to it",
    ),
    "other values, same size and time": (
        same_size_other_values,
        "reports.parquet changed while it was read: somebody wrote to it",
    ),
    "other text, same size and time": (
        same_size_text,
        "cases/region=EU/1.csv changed while it was read: somebody wrote to it",
    ),
    "gone": (
        lambda raw: (raw / "reports.parquet").unlink(),
        "reports.parquet changed while it was read: it is gone",
    ),
    "a part more": (
        lambda raw: (raw / "cases" / "2.csv").write_text("case_id\n"),
        "cases/2.csv changed while it was read: it was not there before",
    ),
    "another link": (repointed, "reports.parquet changed while it was read: from"),
    "a folder in its place": (
        lambda raw: ((raw / "reports.parquet").unlink(), (raw / "reports.parquet").mkdir()),
        "reports.parquet changed while it was read: it is gone",
    ),
    "all gone": (
        lambda raw: raw.rename(raw.parent / "away"),
        "the raw files changed while they were read: all of them are gone",
    ),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_is_noticed(raw: Path, name: str) -> None:
    change, said = CHANGES[name]
    before = raw_state(raw, TABLES)
    assert len(before) == 2
    change(raw)
    line = raw_changes(before, raw_state(raw, TABLES))
    assert line.startswith(said)
    assert "Build again when nothing writes to the raw folder" in line
    assert "so did" not in line


def test_reading_and_other_files_do_not_matter(raw: Path) -> None:
    before = raw_state(raw, TABLES)
    (raw / "reports.parquet").read_bytes()
    (raw / "notes.txt").write_text("longer than it was")
    (raw / "cases" / "_SUCCESS").touch()
    (raw / "cases" / ".part.crc").touch()
    assert raw_changes(before, raw_state(raw, TABLES)) == ""


def test_many_changes_are_counted(raw: Path) -> None:
    before = raw_state(raw, TABLES)
    for number in range(9):
        (raw / "cases" / f"part-{number}.csv").touch()
    line = raw_changes(before, raw_state(raw, TABLES))
    assert line.startswith("cases/part-0.csv changed while it was read")
    assert "so did 8 other files. Build again" in line


def test_a_folder_that_links_to_itself_ends(raw: Path) -> None:
    (raw / "cases" / "again").symlink_to("../cases")
    assert len(raw_state(raw, TABLES)) == 2
