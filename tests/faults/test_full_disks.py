"""Full disks, used-up inodes and read-only file systems."""

from __future__ import annotations

import re
import resource
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from tests.faults.builds import (
    DATABASE,
    Build,
    Known,
    content,
    digest,
    holds,
    listing,
    only,
    says_one_line,
    succeeds,
)
from tests.faults.mounts import Mounts

Start = Callable[..., Build]
MEGABYTE = 1 << 20
SMALL_MARTS = "create schema marts; create table marts.kpi_values as select 1 as value"
SIZES = re.compile(r"\d+(\.\d+)?\s?(bytes|[kmg]i?b)", re.IGNORECASE)


def _put(known: Known, folder: Path) -> Path:
    return Path(shutil.copyfile(known.database, folder / DATABASE))


def _size(known: Known) -> float:
    return known.database.stat().st_size / MEGABYTE


def _told_as_full(said: object, folder: Path) -> None:
    line = says_one_line(said, str(folder))  # type: ignore[arg-type]
    assert SIZES.search(line), f"no amount in: {line}"
    assert re.search(r"full|space|room|free", line), line


@pytest.mark.parametrize("room", [0.1, 28.5])
def test_a_part_that_does_not_fit_beside_the_database(
    known: Known, start: Start, place: Path, mounts: Mounts, room: float
) -> None:
    """Full at the copy, at dbt's own files, at the models."""
    disk = mounts.small(place / "disk", _size(known) + room)
    database = _put(known, disk)
    before = digest(database)
    said = start(database).wait()
    if said.exit_code == 0:
        assert room > 25, "it cannot have fitted"
    else:
        _told_as_full(said, disk)
        assert digest(database) == before and content(database) == known.content
    only(disk)


def test_a_part_fits_once_the_disk_is_larger(
    known: Known, start: Start, place: Path, mounts: Mounts
) -> None:
    disk = mounts.small(place / "disk", _size(known) + 4)
    database = _put(known, disk)
    _told_as_full(start(database).wait(), disk)
    mounts.change(disk, "size=300m")
    succeeds(start(database).wait())
    holds(database, known.part_content)
    only(disk)


@pytest.mark.parametrize("megabytes", [1, 8])
def test_a_first_build_that_does_not_fit(
    known: Known, start: Start, place: Path, mounts: Mounts, megabytes: float
) -> None:
    """Full at the seeds, at staging, at the marts."""
    disk = mounts.small(place / "disk", megabytes)
    said = start(disk / DATABASE, whole=True).wait()
    _told_as_full(said, disk)
    assert listing(disk) == []


def test_a_whole_build_beside_a_database_passes_once_there_is_room(
    known: Known, start: Start, place: Path, mounts: Mounts
) -> None:
    disk = mounts.small(place / "disk", _size(known) + 7)
    database = _put(known, disk)
    before = digest(database)
    _told_as_full(start(database, whole=True).wait(), disk)
    assert digest(database) == before
    only(disk)
    mounts.change(disk, "size=400m")
    succeeds(start(database, whole=True).wait())
    holds(database, known.other_content)


def test_the_file_of_the_marts_does_not_fit(
    known: Known, start: Start, place: Path, mounts: Mounts
) -> None:
    disk = mounts.small(place / "disk", 1)
    with duckdb.connect(str(place / "old")) as connection:
        connection.execute(SMALL_MARTS)
    marts = Path(shutil.copyfile(place / "old", disk / "marts.duckdb"))
    (place / "db").mkdir()
    database = _put(known, place / "db")
    old, before = digest(marts), digest(database)
    said = start(database, "--marts-only", marts).wait()
    _told_as_full(said, disk)
    assert digest(marts) == old and listing(disk) == ["marts.duckdb"]
    assert digest(database) == before and listing(place / "db") == [DATABASE]


def test_a_full_folder_of_temporary_files_is_no_matter(
    known: Known, start: Start, place: Path, mounts: Mounts, database: Path
) -> None:
    temporary = mounts.small(place / "temporary", 1)
    (temporary / "filler").write_bytes(b"x" * (MEGABYTE - 8192))
    try:
        with (temporary / "more").open("wb") as handle:
            handle.write(b"x" * MEGABYTE)
    except OSError:
        pass
    said = start(database, environment={"TMPDIR": str(temporary)}).wait()
    succeeds(said)
    holds(database, known.part_content)


def test_a_link_onto_a_full_disk_names_that_disk(
    known: Known, start: Start, place: Path, mounts: Mounts
) -> None:
    disk = mounts.small(place / "disk", _size(known) + 4)
    database = _put(known, disk)
    (place / "links").mkdir()
    (place / "links" / DATABASE).symlink_to(database)
    before = digest(database)
    _told_as_full(start(place / "links" / DATABASE).wait(), disk)
    assert digest(database) == before
    assert listing(place / "links") == [DATABASE] and listing(disk) == [DATABASE]


@pytest.mark.parametrize("inodes", [3, 8])
def test_no_inodes_left(
    known: Known, start: Start, place: Path, mounts: Mounts, inodes: int
) -> None:
    disk = mounts.small(place / "disk", 400, nr_inodes=str(inodes))
    database = _put(known, disk)
    before = digest(database)
    said = start(database).wait()
    if said.exit_code == 0:
        holds(database, known.part_content)
    else:
        says_one_line(said, str(disk))
        assert digest(database) == before
    only(disk)


def test_a_read_only_file_system(known: Known, start: Start, place: Path, mounts: Mounts) -> None:
    disk = mounts.small(place / "disk", 200)
    database = _put(known, disk)
    before = digest(database)
    mounts.change(disk, "ro")
    said = start(database).wait()
    line = says_one_line(said, str(disk))
    assert "read-only" in line.lower(), line
    assert "building: " not in said.err
    assert digest(database) == before and content(database) == known.content


def test_a_file_system_that_becomes_read_only_during_the_build(
    known: Known, start: Start, place: Path, mounts: Mounts
) -> None:
    """As the kernel does after an error of the disk. What lies there then cannot be cleared."""
    disk = mounts.small(place / "disk", 200)
    database = _put(known, disk)
    build = start(database)
    build.reach("dbt")
    done = subprocess.run(
        ["mount", "-o", "remount,ro", str(disk)], capture_output=True, check=False
    )
    if done.returncode:
        build.wait()
        pytest.skip("the kernel refuses to remount it while files are written")
    says_one_line(build.wait(), str(disk))
    holds(database, known.content)
    mounts.change(disk, "rw")
    succeeds(start(database).wait())
    only(disk)


def test_a_file_larger_than_the_user_may_write(database: Path, start: Start, known: Known) -> None:
    """`ulimit -f`: the signal SIGXFSZ, or an error of the write."""
    before = digest(database)
    limit = 10 * MEGABYTE
    build = start(
        database,
        prepare=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
    )
    says_one_line(build.wait())
    assert digest(database) == before
    only(database.parent)


def _command(start: Start, database: Path, *arguments: str | Path) -> Build:
    return start(database, command=[str(one) for one in arguments], whole=True)


@pytest.mark.parametrize("kilobytes", [8, 90])
def test_sample_onto_a_full_disk(start: Start, place: Path, mounts: Mounts, kilobytes: int) -> None:
    disk = mounts.small(place / "disk", kilobytes / 1024)
    out = disk / "raw"
    build = _command(start, disk / "x", "sample", "--size", "1000", "--out", out)
    said = build.wait()
    says_one_line(said, str(disk))
    _no_unreadable_table(out)


def _no_unreadable_table(out: Path) -> None:
    """Half a set of tables would pass a build silently."""
    tables = list(out.rglob("*.parquet")) if out.exists() else []
    assert tables == [], f"{len(tables)} of the tables were left, and a build would take them"


def test_ingest_onto_a_full_disk(start: Start, place: Path, mounts: Mounts) -> None:
    disk = mounts.small(place / "disk", 8 / 1024)
    with duckdb.connect() as connection:
        connection.execute(
            "copy (select i as log_id, timestamp '2014-01-01 00:00:00' as timestamp, "
            "'block' as action, 'a' || i as account_hash, false as account_is_ip, "
            "'b' as administrator_hash, false as administrator_is_bot, '1 day' as duration, "
            "timestamp '2014-01-02 00:00:00' as expires_at, '' as flags, "
            "'spam' as policy_reference from range(10) t(i)) "
            f"to '{place / 'blocks.parquet'}' (format parquet)"
        )
    out = disk / "raw"
    build = _command(
        start, disk / "x", "ingest", "mediawiki", "--blocks", place / "blocks.parquet", "--out", out
    )
    said = build.wait()
    says_one_line(said, str(disk))
    _no_unreadable_table(out)


@pytest.mark.parametrize("what", ["its report", "its history"])
def test_check_onto_a_full_disk(
    known: Known, start: Start, place: Path, mounts: Mounts, what: str
) -> None:
    if what == "its report":
        disk = mounts.small(place / "disk", 4 / 1024)
        (place / "db").mkdir()
        database = _put(known, place / "db")
        arguments = ["--out", str(disk)]
    else:
        disk = mounts.small(place / "disk", _size(known) + 0.02)
        database = _put(known, disk)
        arguments = ["--out", str(place)]
    build = _command(start, database, "check", "--database", database, *arguments)
    said = build.wait()
    says_one_line(said, str(disk))
    holds(database, known.content)
    left = [name for name in listing(disk) if name != DATABASE]
    assert [name for name in left if not name.endswith(".wal")] == [], left


def test_scorecard_reads_on_a_full_disk(
    known: Known, start: Start, place: Path, mounts: Mounts
) -> None:
    disk = mounts.small(place / "disk", _size(known) + 0.05)
    database = _put(known, disk)
    said = _command(start, database, "scorecard", "--database", database).wait()
    succeeds(said)
