"""--marts-only FILE holds the public marts and nothing else.

It is what may be handed to those who may not see ids.
"""

from __future__ import annotations

import os
import shutil
import signal
import stat
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from tests.faults.builds import (
    DATABASE,
    Build,
    Known,
    dead_writer,
    digest,
    holding,
    holds,
    listing,
    log_of,
    no_survivors,
    says_one_line,
    succeeds,
)

Start = Callable[..., Build]
MARTS = "public.duckdb"
SMALL_MARTS = "create schema marts; create table marts.kpi_values as select 1 as value"
# Written into raw rows; none of it may be in a file without ids.
PLANTED = "zzplantedid"
IDS = {
    "account_id": f"{PLANTED}account",
    "subject_account_id": f"{PLANTED}subject",
    "case_id": f"{PLANTED}case",
    "content_id": f"{PLANTED}content",
    "report_id": f"{PLANTED}report",
    "reporter_id": f"{PLANTED}reporter",
    "decision_id": f"{PLANTED}decision",
    "moderator_id": f"{PLANTED}moderator",
    "reviewer_id": f"{PLANTED}reviewer",
    "action_id": f"{PLANTED}action",
    "appeal_id": f"{PLANTED}appeal",
}
ALL_IDS = (
    "select distinct value from ("
    "unpivot (select columns(c -> c like '%\\_id' escape '\\')::varchar from {table}) "
    "on columns(*)) where length(value) > 6"
)


def _plant(known: Known, folder: Path) -> Path:
    """A copy of the raw data, each id in it begun with an unmistakable word."""
    shutil.copytree(known.raw, folder)
    with duckdb.connect() as connection:
        connection.execute("set timezone = 'UTC'")
        for path in folder.glob("*.parquet"):
            names = [row[0] for row in connection.execute(f"describe from '{path}'").fetchall()]
            told = ", ".join(
                f"'{IDS.get(name, PLANTED)}' || {name} as {name}" for name in names if name in IDS
            )
            if told:
                new = path.with_suffix(".new")
                connection.execute(
                    f"copy (select * replace ({told}) from '{path}') to '{new}' (format parquet)"
                )
                new.replace(path)
    return folder


def _relations(file: Path) -> dict[str, set[str]]:
    with duckdb.connect(str(file), read_only=True) as connection:
        rows = connection.execute(
            "select table_schema, table_name from information_schema.tables"
        ).fetchall()
    found: dict[str, set[str]] = {}
    for schema, name in rows:
        found.setdefault(schema, set()).add(name)
    return found


def test_it_holds_every_public_mart_and_no_id(place: Path, start: Start, known: Known) -> None:
    raw = _plant(known, place / "rawfolderofmine")
    database, marts = place / DATABASE, place / MARTS
    succeeds(start(database, "--marts-only", marts, raw=raw, whole=True).wait())
    inside, main = _relations(marts), _relations(database)
    assert set(inside) == {"marts"}
    assert inside["marts"] == main["marts"] and "kpi_values" in inside["marts"]
    with duckdb.connect(str(marts), read_only=True) as connection:
        connection.execute(f"attach '{database}' as main_file (read_only)")
        sides = [("public.marts", "main_file.marts"), ("main_file.marts", "public.marts")]
        for name in sorted(inside["marts"]):
            for one, other in sides:
                (more,) = connection.execute(
                    f"select count(*) from (from {one}.{name} except all from {other}.{name})"
                ).fetchall()[0]
                assert more == 0, f"{name}: {more} rows of {one} are not in {other}"
        schemas = {
            row[0]
            for row in connection.execute(
                "select schema_name from duckdb_schemas() where not internal "
                "and database_name = 'public'"
            ).fetchall()
        }
        assert schemas <= {"marts", "main"}
    bytes_of_it = marts.read_bytes()
    assert PLANTED.encode() in database.read_bytes()
    assert PLANTED.encode() not in bytes_of_it
    assert b"rawfolderofmine" not in bytes_of_it
    assert listing(place)[0] not in (f".{DATABASE}", f".{MARTS}")
    assert sorted(p.name for p in place.iterdir()) == [MARTS, "rawfolderofmine", DATABASE]


def test_no_id_of_the_data_as_it_was_before_either(place: Path, start: Start, known: Known) -> None:
    """A file that once held ids is replaced, not written into: its free blocks would keep them."""
    raw = _plant(known, place / "raw")
    marts = place / MARTS
    marts.write_bytes(b"")
    with duckdb.connect(str(place / "old.duckdb")) as connection:
        connection.execute(
            f"create table ids as select '{PLANTED}' || i as id from range(1000) t(i)"
        )
    (place / "old.duckdb").replace(marts)
    database = Path(shutil.copyfile(known.database, place / DATABASE))
    succeeds(start(database, "--marts-only", marts, raw=raw).wait())
    assert PLANTED.encode() not in marts.read_bytes()
    assert set(_relations(marts)) == {"marts"}


def test_a_part_is_built_and_the_marts_are_all_written(
    database: Path, start: Start, known: Known
) -> None:
    """Modes, a link and a stale log of the file, all at once."""
    folder = database.parent
    (folder / "out").mkdir()
    target = folder / "out" / MARTS
    with duckdb.connect(str(target)) as connection:
        connection.execute(SMALL_MARTS)
    dead_writer(target, "update marts.kpi_values set value = 2")
    target.chmod(0o640)
    (folder / MARTS).symlink_to(f"out/{MARTS}")
    succeeds(start(database, "--marts-only", folder / MARTS).wait())
    assert (folder / MARTS).is_symlink()
    assert oct(stat.S_IMODE(target.stat().st_mode)) == "0o640"
    assert listing(folder / "out") == [MARTS]
    assert set(_relations(target)) == {"marts"}
    with duckdb.connect(str(target), read_only=True) as connection:
        (rows,) = connection.execute("select count(*) from marts.kpi_values").fetchall()[0]
    assert f"{rows} rows" in known.content.kpi_values


@pytest.mark.parametrize(
    "case",
    [
        "the database",
        "a link to it",
        "its hard link",
        "its log",
        "its history",
        "no folder",
        "a folder",
        "a raw file",
    ],
)
def test_a_file_that_cannot_be_is_told_of_before_the_work(
    database: Path, start: Start, known: Known, case: str
) -> None:
    folder = database.parent
    marts = folder / MARTS
    if case == "the database":
        marts = folder / ".." / folder.name / DATABASE
    elif case == "a link to it":
        marts.symlink_to(DATABASE)
    elif case == "its hard link":
        os.link(database, marts)
    elif case == "its log":
        marts = log_of(database)
    elif case == "its history":
        marts = folder / f"{DATABASE}.checks.parquet"
        marts.write_bytes(b"PAR1 of the checks")
    elif case == "no folder":
        marts = folder / "gone" / MARTS
    elif case == "a folder":
        marts.mkdir()
    else:
        shutil.copytree(known.raw, folder / "raw")
        marts = folder / "raw/cases.parquet"
    before, names = digest(database), listing(folder)
    options = {"raw": folder / "raw"} if case == "a raw file" else {}
    said = start(database, "--marts-only", marts, **options).wait()
    says_one_line(said)
    assert "no such option" not in said.err.lower(), "there is no --marts-only"
    assert "building: " not in said.err
    assert digest(database) == before and listing(folder) == names


@pytest.mark.parametrize("name", ["marts.duckdb", "a b'c.duckdb"])
def test_a_name_that_is_also_a_schemas(
    database: Path, start: Start, known: Known, name: str
) -> None:
    """A file's stem is its catalog's name: where a schema has it too, the build says so."""
    marts = database.parent / name
    said = start(database, "--marts-only", marts).wait()
    succeeds(said)
    catalog = marts.stem
    assert ("marts.marts.kpi_values" in said.out) == (catalog == "marts")
    with duckdb.connect(str(marts), read_only=True) as connection:
        (rows,) = connection.execute(
            f'select count(*) from "{catalog}".marts.kpi_values'
        ).fetchall()[0]
    assert f"{rows} rows" in known.content.kpi_values


@pytest.mark.parametrize("end", ["SIGKILL", "SIGTERM at the move", "a writer in the way"])
def test_a_build_that_fails_leaves_the_old_file(
    database: Path, start: Start, known: Known, end: str
) -> None:
    """Both files are the old ones, or the new ones; never one that is neither."""
    marts = database.parent / MARTS
    with duckdb.connect(str(marts)) as connection:
        connection.execute(SMALL_MARTS)
    before = digest(marts)
    if end == "a writer in the way":
        with holding(marts, read_only=False) as writer:
            said = start(database, "--marts-only", marts).wait()
            says_one_line(said, MARTS, str(writer.pid))
        holds(database, known.content)
    else:
        build = start(database, "--marts-only", marts)
        build.reach("building" if end == "SIGKILL" else "moving")
        build.send(signal.SIGKILL if end == "SIGKILL" else signal.SIGTERM)
        said = build.wait()
        no_survivors(build)
        assert "no such option" not in said.err.lower(), "there is no --marts-only"
        holds(database, known.content, known.part_content)
        assert not log_of(marts).exists()
        if said.exit_code == 0:
            assert set(_relations(marts)) == {"marts"}
            return
    assert digest(marts) == before or set(_relations(marts)) == {"marts"}
