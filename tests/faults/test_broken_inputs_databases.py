"""Databases that are broken, as scorecard, check and investigate see them.

One small database is built for all; each fault is done to a copy.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pytest

from tests.faults.broken import ask, ask_process, must_tell, write_parquet
from tests.faults.builds import Known

COMMANDS: dict[str, tuple[str, ...]] = {
    "scorecard": ("scorecard",),
    "scorecard_as_json": ("scorecard", "--format", "json"),
    "check": ("check",),
    "spike": ("investigate", "spike"),
    "case": ("investigate", "case", "c1"),
    "offenders": ("investigate", "offenders"),
    "threshold": ("investigate", "threshold"),
    "disagreement": ("investigate", "disagreement"),
}
Breaker = Callable[[Path], object]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, known: Known) -> Path:
    """A folder with a database, whole.duckdb, and the raw folder that it was built from."""
    folder = tmp_path_factory.mktemp("whole")
    shutil.copytree(known.raw, folder / "raw")
    shutil.copyfile(known.database, folder / "whole.duckdb")
    with duckdb.connect(str(folder / "whole.duckdb")) as connection:
        views = connection.execute(
            "select sql from duckdb_views() where schema_name = 'raw'"
        ).fetchall()
        assert views
        for (sql,) in views:
            # As if it had been built from this folder: each test may do to it what it likes.
            connection.execute(
                sql.replace("CREATE VIEW", "create or replace view").replace(
                    str(known.raw), str(folder / "raw")
                )
            )
    return folder


@pytest.fixture
def database(made: Path, tmp_path: Path) -> Path:
    """A copy of the database to break."""
    return Path(shutil.copyfile(made / "whole.duckdb", tmp_path / "copy.duckdb"))


def reads_a_lost_file(database: Path) -> None:
    """Make kpi_values a view of a file beside the database, and remove the file."""
    lost = database.with_name("lost.parquet")
    done(
        "drop table marts.kpi_values",
        f"copy (select 1 as metric) to '{lost}'",
        f"create view marts.kpi_values as from '{lost}'",
    )(database)
    lost.unlink()


def done(*statements: str) -> Breaker:
    def change(database: Path) -> None:
        with duckdb.connect(str(database)) as connection:
            for statement in statements:
                connection.execute(statement)

    return change


def bytes_of(change: Callable[[bytes], bytes]) -> Breaker:
    return lambda database: database.write_bytes(change(database.read_bytes()))


def replaced(make: Breaker) -> Breaker:
    """Something else stands in the file's place."""

    def change(database: Path) -> None:
        database.unlink()
        make(database)

    return change


def flipped(data: bytes, start: int, length: int = 64) -> bytes:
    broken = bytes(255 - one for one in data[start : start + length])
    return data[:start] + broken + data[start + length :]


def sqlite(database: Path) -> None:
    import sqlite3

    with sqlite3.connect(database) as connection:
        connection.execute("create table t (i int)")
    connection.close()


FILES: dict[str, Breaker] = {
    "not_there": lambda database: database.unlink(),
    "of_no_byte": bytes_of(lambda data: b""),
    "of_one_byte": bytes_of(lambda data: b"D"),
    "of_text": bytes_of(lambda data: b"no database" * 1000),
    "of_zeros": bytes_of(lambda data: bytes(20_000)),
    "of_parquet": replaced(lambda database: write_parquet(database, "select 1 as x")),
    "of_sqlite": replaced(sqlite),
    "cut_in_its_header": bytes_of(lambda data: data[:3000]),
    "cut_in_half": bytes_of(lambda data: data[: len(data) // 2]),
    "of_a_later_version": bytes_of(lambda data: data[:12] + b"\xff\x00" + data[14:]),
    "with_a_flipped_header": bytes_of(lambda data: flipped(data, 0)),
    "with_a_flipped_second_header": bytes_of(
        lambda data: flipped(flipped(data, 4096), 8192),
    ),
    "a_folder": replaced(lambda database: database.mkdir()),
    "a_dangling_link": replaced(lambda database: database.symlink_to("gone")),
    "a_link_to_itself": replaced(lambda database: database.symlink_to(database)),
    "a_pipe": replaced(os.mkfifo),
    "a_device": replaced(lambda database: database.symlink_to("/dev/null")),
    "in_a_folder_that_is_not_there": replaced(lambda database: None),
    "empty": replaced(done("select 1")),
    "of_other_tables": replaced(done("create table reports (i int)")),
    "without_marts": done("drop schema marts cascade"),
    "without_staging": done("drop schema staging cascade"),
    "without_raw": done("drop schema raw cascade"),
    "without_restricted": done("drop schema restricted cascade"),
}
# What is broken for some commands only.
PARTS: dict[str, tuple[Breaker, tuple[str, ...]]] = {
    "without_kpi_values": (done("drop table marts.kpi_values cascade"), ("scorecard", "check")),
    "with_an_older_scorecard": (
        done("alter table marts.kpi_scorecard drop column status"),
        ("scorecard", "scorecard_as_json"),
    ),
    "with_a_scorecard_of_other_types": (
        done("alter table marts.kpi_scorecard alter column value type varchar using 'many'"),
        ("scorecard", "scorecard_as_json"),
    ),
    "with_other_columns_of_kpi_values": (
        done("drop table marts.kpi_values", "create table marts.kpi_values (i int)"),
        ("scorecard", "check"),
    ),
    "with_a_view_for_kpi_values_that_reads_a_lost_file": (
        reads_a_lost_file,
        ("scorecard", "check"),
    ),
    "without_slice_deviations": (done("drop view marts.kpi_slice_deviations"), ("scorecard",)),
    "without_orphans": (done("drop table marts.orphans"), ("check",)),
    "without_data_quality": (done("drop table marts.data_quality"), ("check",)),
    "with_an_as_of_of_nothing": (done("update staging.as_of set as_of = null"), ("check",)),
    "without_a_row_of_as_of": (done("delete from staging.as_of"), ("check",)),
    "with_an_as_of_of_text": (
        done("alter table staging.as_of alter column as_of type varchar using 'soon'"),
        ("check",),
    ),
    "without_cases": (
        done("drop table staging.stg_cases"),
        ("case", "threshold"),
    ),
    "with_cases_of_other_columns": (
        done("drop table staging.stg_cases", "create table staging.stg_cases (i int)"),
        ("case", "threshold"),
    ),
    "without_reports": (done("drop table staging.stg_reports"), ("spike", "case")),
    "without_detections": (done("drop table staging.stg_detections"), ("threshold",)),
}
# The raw files that the database reads, each made other since.
SINCE: dict[str, Breaker] = {
    "are_gone": lambda raw: shutil.rmtree(raw),
    "have_one_less": lambda raw: (raw / "cases.parquet").unlink(),
    "have_one_of_text": lambda raw: (raw / "cases.parquet").write_text("text" * 100),
    "have_one_of_no_byte": lambda raw: (raw / "cases.parquet").write_bytes(b""),
    "have_one_that_is_cut": lambda raw: (raw / "cases.parquet").write_bytes(
        (raw / "cases.parquet").read_bytes()[:-100]
    ),
    "have_one_without_a_column": lambda raw: rewritten(raw, "exclude (queue)"),
    "have_one_with_another_type": lambda raw: rewritten(raw, "replace (['a'] as queue)"),
    "have_one_whose_times_are_text": lambda raw: rewritten(raw, "replace ('soon' as opened_at)"),
    "have_one_that_is_a_folder": lambda raw: replaced(lambda path: path.mkdir())(
        raw / "cases.parquet"
    ),
    "have_one_that_is_a_dangling_link": lambda raw: replaced(lambda path: path.symlink_to("no"))(
        raw / "cases.parquet"
    ),
}
HISTORIES: dict[str, Breaker] = {
    "a_folder": lambda file: file.mkdir(),
    "a_folder_with_files": lambda file: (file / "more").mkdir(parents=True),
    "of_text": lambda file: file.write_text("no history" * 100),
    "of_no_byte": lambda file: file.write_bytes(b""),
    "of_other_columns": lambda file: write_parquet(file, "select 1 as x"),
    "of_other_types": lambda file: write_parquet(
        file,
        "select 'soon' as run_at, 'later' as as_of, 'rows_kept' as expectation, "
        "'raw.cases' as table_name, 'many' as observed_value",
    ),
    "with_a_column_too_many": lambda file: write_parquet(
        file,
        "select now()::timestamp as run_at, now()::timestamp as as_of, 1 as surplus, "
        "'rows_kept' as expectation, 'raw.cases' as table_name, 1.0 as observed_value",
    ),
    "that_is_cut": lambda file: (
        write_parquet(file, "select 1 as x"),
        file.write_bytes(file.read_bytes()[:-20]),
    ),
    "that_is_a_pipe": lambda file: os.mkfifo(file),
    "that_is_a_dangling_link": lambda file: file.symlink_to("gone.parquet"),
}


def rewritten(raw: Path, change: str) -> None:
    path = raw / "cases.parquet"
    old = path.rename(raw.parent / "old.parquet")
    write_parquet(path, f"select * {change} from '{old}'")


@contextmanager
def held(database: Path) -> Iterator[None]:
    """Another process has the database open to write to it."""
    program = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print(1, flush=True); input()"
    holder = subprocess.Popen(
        [sys.executable, "-c", program, str(database)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    try:
        assert holder.stdout and holder.stdout.readline()
        yield
    finally:
        holder.communicate(b"\n")


# Not every one of the others reads these.
READ_BY_CHECK = ("without_raw", "without_restricted", "without_staging", "without_marts")


@pytest.mark.parametrize(
    ("name", "command"),
    [
        (name, one)
        for name in FILES
        for one in COMMANDS
        if one == "check" or name not in READ_BY_CHECK
    ],
)
def test_a_file_that_is_no_whole_database(name: str, command: str, database: Path) -> None:
    FILES[name](database)
    if name.startswith("in_a_folder"):
        database = database.parent / "none" / database.name
    before = database.read_bytes() if database.is_file() and not database.is_symlink() else None
    asked = ask_process if "pipe" in name else ask
    said = asked(*COMMANDS[command], "--database", database)
    must_tell(said)
    assert database.name in said.err or "database" in said.err
    if before is not None and "log" not in name:
        assert database.read_bytes() == before, "the file was written to"


@pytest.mark.parametrize(
    ("name", "command"), [(name, one) for name, (_, those) in PARTS.items() for one in those]
)
def test_a_database_that_lacks_a_part(name: str, command: str, database: Path) -> None:
    PARTS[name][0](database)
    must_tell(ask(*COMMANDS[command], "--database", database))


@pytest.mark.parametrize("name", SINCE)
@pytest.mark.parametrize("command", ["check", "case"])
def test_raw_files_that_changed_since_the_build(
    name: str, command: str, made: Path, tmp_path: Path
) -> None:
    raw = made / "raw"
    shutil.copytree(raw, tmp_path / "kept")
    database = Path(shutil.copyfile(made / "whole.duckdb", tmp_path / "copy.duckdb"))
    try:
        SINCE[name](raw)
        said = ask(*COMMANDS[command], "--database", database)
        if said.exit_code == 0 and command == "case":
            return
        if name == "have_one_with_another_type" and command == "check":
            # A list can be read as text, so the cases are judged.
            assert said.exit_code in (0, 1) and not said.complaints, said
            return
        # Of several that are gone, any one is named.
        must_tell(said, "" if command == "case" or name == "are_gone" else "cases")
    finally:
        shutil.rmtree(raw, ignore_errors=True)
        shutil.copytree(tmp_path / "kept", raw)
        (made / "old.parquet").unlink(missing_ok=True)


@pytest.mark.parametrize("day", ["5881580-07-10", "5877642-06-25 (BC)", "infinity", "-infinity"])
def test_check_reads_dates_that_no_timestamp_holds(day: str, made: Path, tmp_path: Path) -> None:
    """They are rejected rows of the raw tables, which check reads whole."""
    raw, moment = made / "raw", day if "infinity" in day else "290000-01-01"
    shutil.copytree(raw, tmp_path / "kept")
    database = Path(shutil.copyfile(made / "whole.duckdb", tmp_path / "copy.duckdb"))
    columns = {"activity_daily": "activity_date", "dataset_loads": "partition_date"}
    columns |= {"active_accounts": "period_start_date", "experiments": "started_on"}
    try:
        for table, column in columns.items():
            write_parquet(
                raw / f"{table}.parquet",
                f"select * from '{tmp_path}/kept/{table}.parquet' union all select * replace "
                f"(date '{day}' as {column}, timestamp '{moment}' as ingested_at) "
                f"from (from '{tmp_path}/kept/{table}.parquet' limit 1)",
            )
        said = ask("check", "--database", database)
        assert said.exit_code in (0, 1), said
        assert not said.complaints, said
    finally:
        shutil.rmtree(raw)
        shutil.copytree(tmp_path / "kept", raw)


@pytest.mark.parametrize("name", HISTORIES)
def test_a_history_of_the_checks_that_is_broken(name: str, database: Path) -> None:
    history = database.with_name(f"{database.name}.checks.parquet")
    HISTORIES[name](history)
    before = database.read_bytes()
    said = (ask_process if "pipe" in name else ask)("check", "--database", database)
    must_tell(said, history)
    assert database.read_bytes() == before
    left = sorted(path.name for path in database.parent.iterdir())
    assert left == sorted([database.name, history.name])


@pytest.mark.parametrize("command", COMMANDS)
def test_a_database_that_another_process_writes_to(command: str, database: Path) -> None:
    with held(database):
        must_tell(ask(*COMMANDS[command], "--database", database), database, "Close")


@pytest.mark.parametrize("name", ["a_file", "inside_a_file", "a_dangling_link", "a_device"])
def test_check_whose_page_cannot_be_written(name: str, database: Path, tmp_path: Path) -> None:
    out = tmp_path / "page"
    if name == "a_dangling_link":
        out.symlink_to("gone/further")
    elif name == "a_device":
        out.symlink_to("/dev/null")
    else:
        out.write_text("a file")
    target = out / "further" if name == "inside_a_file" else out
    must_tell(ask("check", "--database", database, "--out", target), target)


@pytest.mark.parametrize(
    "out",
    ["table.txt", "table", "none/table.csv", "folder.csv", "file/table.csv", "", "../",
     ".csv/x.csv", "/proc/table.csv"],
)  # fmt: skip
def test_a_table_that_cannot_be_written(out: str, database: Path, tmp_path: Path) -> None:
    (tmp_path / "folder.csv").mkdir()
    (tmp_path / "file").write_text("a file")
    target = out and str(tmp_path / out)
    said = ask("investigate", "offenders", "--database", database, "--out", target)
    must_tell(said, "--out" if not out else "")
    assert not list(tmp_path.glob("**/.*table*"))


def test_a_database_of_a_name_that_duckdb_cuts(made: Path, tmp_path: Path) -> None:
    """What follows a question mark would be missing from the name of its write-ahead log."""
    (tmp_path / "a?b").mkdir()
    database = Path(shutil.copyfile(made / "whole.duckdb", tmp_path / "a?b" / "whole.duckdb"))
    for command in ("scorecard", "check"):
        must_tell(ask(command, "--database", database), database, "Rename")
    built = ask("build", "--raw", made / "raw", "--database", database)
    must_tell(built, database, "Rename")


@pytest.mark.parametrize(
    "name", ["plain name", "it's", 'say "so"', "two\nlines", "Zürich", "[x]*", "100%", "{braces}",
             "a;b", "$HOME", "`x`", "-dash", "a\\b", "#hash", "😀"],
)  # fmt: skip
def test_names_of_every_kind_are_only_names(name: str, made: Path, tmp_path: Path) -> None:
    folder = tmp_path / name
    folder.mkdir()
    shutil.copytree(made / "raw", folder / name)
    database = Path(shutil.copyfile(made / "whole.duckdb", folder / f"{name}.duckdb"))
    for arguments in (
        ("scorecard", "--database", database),
        ("check", "--database", database),
        ("investigate", "offenders", "--database", database, "--out", folder / f"{name}.csv"),
        ("validate", folder / name),
    ):
        said = ask(*arguments)
        assert said.exit_code in (0, 1), (arguments, said)
        assert not said.complaints, said
    must_tell(ask("scorecard", "--database", folder / f"{name}.none"))
