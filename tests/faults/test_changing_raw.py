"""Raw files that change while a build reads them."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from tests.faults.builds import (
    DATABASE,
    Build,
    Known,
    digest,
    holds,
    no_survivors,
    only,
    says_one_line,
    succeeds,
)

Start = Callable[..., Build]


@pytest.fixture
def raw(place: Path, known: Known) -> Path:
    """A raw folder to change: reports as CSV, cases in parts, the others as Parquet."""
    folder = place / "raw"
    shutil.copytree(known.other_raw, folder)
    with duckdb.connect() as connection:
        connection.execute("set timezone = 'UTC'")
        reports = folder / "reports.parquet"
        connection.execute(f"copy (from '{reports}') to '{folder / 'reports.csv'}' (format csv)")
        reports.unlink()
        cases = folder / "cases"
        cases.mkdir()
        (folder / "cases.parquet").rename(cases / "part_1.parquet")
    old = time.time() - 3600
    for path in [*folder.rglob("*"), folder]:
        os.utime(path, (old, old))
    return folder


def _grow(raw: Path) -> Path:
    path = raw / "reports.csv"
    last = path.read_text().splitlines()[-1]
    with path.open("a") as handle:
        handle.write(f"{last}\n")
    return path


def _half_a_line(raw: Path) -> Path:
    path = raw / "reports.csv"
    with path.open("a") as handle:
        handle.write('"zz')
    return path


def _truncate(raw: Path) -> Path:
    path = raw / "reports.csv"
    os.truncate(path, path.stat().st_size // 2)
    return path


def _rewrite_same_size(raw: Path) -> Path:
    path = raw / "reports.csv"
    size = path.stat().st_size
    text = path.read_text().replace("feed", "chat")
    path.write_text(text)
    assert path.stat().st_size == size
    return path


def _rewrite_same_size_and_time(raw: Path) -> Path:
    before = (raw / "reports.csv").stat()
    path = _rewrite_same_size(raw)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    return path


def _replace_same_size_and_time(raw: Path) -> Path:
    """Another file is moved into its place, as a sync does."""
    path = raw / "reports.csv"
    before = path.stat()
    new = raw.parent / "new.csv"
    new.write_text(path.read_text().replace("feed", "chat"))
    os.utime(new, ns=(before.st_atime_ns, before.st_mtime_ns))
    new.replace(path)
    return path


def _remove(raw: Path) -> Path:
    (raw / "reports.csv").unlink()
    return raw / "reports.csv"


def _add_a_part(raw: Path) -> Path:
    part = raw / "cases/part_2.parquet"
    shutil.copyfile(raw / "cases/part_1.parquet", part)
    return part


def _add_a_table(raw: Path) -> Path:
    table = raw / "not_measured.csv"
    table.write_text("metric,declared_on,reason,ingested_at,is_deleted\n")
    return table


def _fewer_columns(raw: Path) -> Path:
    path = raw / "decisions.parquet"
    new = raw.parent / "new.parquet"
    with duckdb.connect() as connection:
        names = [row[0] for row in connection.execute(f"describe from '{path}'").fetchall()]
        kept = ", ".join(names[:2])
        connection.execute(f"copy (select {kept} from '{path}') to '{new}' (format parquet)")
    new.replace(path)
    return path


def _rename_the_folder(raw: Path) -> Path:
    raw.rename(raw.with_name("moved"))
    return raw


def _rewrite_identical_bytes(raw: Path) -> Path:
    """Written again, the same: it was open for writing while it was read."""
    path = raw / "decisions.parquet"
    path.write_bytes(path.read_bytes())
    return path


CHANGES = [
    _grow,
    _half_a_line,
    _truncate,
    _rewrite_same_size_and_time,
    _replace_same_size_and_time,
    _remove,
    _add_a_part,
    _add_a_table,
    _fewer_columns,
    _rename_the_folder,
]
NAMES = [change.__name__.strip("_").replace("_", " ") for change in CHANGES]
# What the line says of it; any of them.
TOLD = ("changed while", "gone", "appeared", "disappeared", "removed", "new while", "added")


def _noticed(build: Build, database: Path, before: str, changed: Path) -> None:
    said = build.wait()
    no_survivors(build)
    assert said.exit_code == 2, f"exit code {said.exit_code}: {said.complaints}"
    line = says_one_line(said)
    assert any(word in line for word in TOLD), f"not told as a change: {line}"
    assert changed.name in line, f"'{changed.name}' is not in: {line}"
    assert digest(database) == before, "the last good database was replaced"
    only(database.parent)


@pytest.mark.parametrize("change", CHANGES, ids=NAMES)
def test_a_change_while_the_models_run(
    database: Path, start: Start, raw: Path, change: Callable[[Path], Path]
) -> None:
    before = digest(database)
    build = start(database, raw=raw)
    build.reach("building")
    changed = change(raw)
    _noticed(build, database, before, changed)


@pytest.mark.parametrize("change", [_fewer_columns])
def test_a_change_before_the_first_model(
    database: Path, start: Start, raw: Path, change: Callable[[Path], Path]
) -> None:
    before = digest(database)
    build = start(database, raw=raw)
    build.reach("dbt")
    changed = change(raw)
    _noticed(build, database, before, changed)


def test_a_file_that_grows_all_the_while(database: Path, start: Start, raw: Path) -> None:
    before = digest(database)
    build = start(database, raw=raw)
    build.reach("workshop")
    while not build.is_over():
        _grow(raw)
        time.sleep(0.2)
    _noticed(build, database, before, raw / "reports.csv")


def test_a_change_among_the_models_of_a_whole_build(
    database: Path, start: Start, raw: Path
) -> None:
    """Half of the models have read the old rows, half read the new."""
    before = digest(database)
    build = start(database, raw=raw, whole=True)
    build.reach("building")
    time.sleep(3)
    changed = _replace_same_size_and_time(raw)
    _noticed(build, database, before, changed)


def test_a_link_that_is_pointed_elsewhere(
    database: Path, start: Start, raw: Path, known: Known
) -> None:
    path = raw / "decisions.parquet"
    path.rename(raw.parent / "one.parquet")
    shutil.copyfile(known.raw / "decisions.parquet", raw.parent / "two.parquet")
    path.symlink_to(raw.parent / "one.parquet")
    before = digest(database)
    build = start(database, raw=raw)
    build.reach("building")
    path.unlink()
    path.symlink_to(raw.parent / "two.parquet")
    _noticed(build, database, before, path)


def test_the_target_of_a_link_changes(database: Path, start: Start, raw: Path) -> None:
    target = raw.parent / "elsewhere.csv"
    (raw / "reports.csv").rename(target)
    (raw / "reports.csv").symlink_to(target)
    before = digest(database)
    build = start(database, raw=raw)
    build.reach("building")
    _grow(raw)
    _noticed(build, database, before, raw / "reports.csv")


def test_the_raw_folder_is_a_link_that_is_pointed_elsewhere(
    database: Path, start: Start, raw: Path, known: Known
) -> None:
    """As where each delivery has a folder and `latest` leads to the last one."""
    link = raw.with_name("latest")
    link.symlink_to(raw)
    build = start(database, raw=link)
    build.reach("dbt")
    link.unlink()
    link.symlink_to(known.raw)
    said = build.wait()
    if said.exit_code == 0:
        holds(database, known.part_content)
    else:
        says_one_line(said, "while it was read")
        holds(database, known.content)


def test_a_failure_whose_cause_is_a_change_is_told_as_the_change(
    database: Path, start: Start, raw: Path
) -> None:
    """A column goes before dbt looks: without the change it would be a fault of the file."""
    path = raw / "reports.csv"
    before = digest(database)
    build = start(database, raw=raw)
    build.reach("dbt")
    path.write_text(path.read_text().replace("reported_at", "reported", 1))
    _noticed(build, database, before, path)


def test_what_changes_nothing_is_no_change(
    database: Path, start: Start, raw: Path, known: Known
) -> None:
    """Reading, times of access, files beside the raw folder, and files in it that are no tables."""
    build = start(database, raw=raw)
    build.reach("building")
    for path in raw.rglob("*"):
        if path.is_file():
            path.read_bytes()
            status = path.stat()
            os.utime(path, ns=(time.time_ns(), status.st_mtime_ns))
    (raw.parent / "beside.csv").write_text("x")
    (raw / "README.txt").write_text("not a raw table")
    (raw / ".reports.csv.swp").write_text("an editor's own")
    said = build.wait()
    succeeds(said)
    holds(database, known.part_content)


def test_a_database_in_the_raw_folder_is_no_change(start: Start, raw: Path, known: Known) -> None:
    """Nor is the folder that the build works in, nor the file of the marts."""
    database = Path(shutil.copyfile(known.database, raw / DATABASE))
    succeeds(start(database, "--marts-only", raw / "marts.duckdb", raw=raw).wait())
    holds(database, known.part_content)
