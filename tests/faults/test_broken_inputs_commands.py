"""Options, environments, exports, maps and registers that are broken."""

from __future__ import annotations

import gzip
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from tests.faults.broken import ROOT, ask, ask_process, must_tell, write_parquet

NOT_UTF8 = os.fsdecode(b"\xff")
# The arguments, with {here} for a folder that holds file.txt and folder/; and what is named.
ARGUMENTS: dict[str, tuple[str, str]] = {
    "no_such_command": ("scorecards", "scorecards"),
    "no_such_option": ("scorecard --data x", "--data"),
    "a_grain_of_none": ("scorecard --grain fortnight", "--grain"),
    "a_format_of_none": ("scorecard --format xml", "--format"),
    "a_worst_below_0": ("scorecard --worst -1", "--worst"),
    "a_worst_of_text": ("scorecard --worst many", "--worst"),
    "a_worst_of_1e9_digits": (f"scorecard --worst {'9' * 5000}", "scorecard"),
    "build_without_raw": ("build", "--raw"),
    "build_of_no_folder": ("build --raw {here}/none", "{here}/none"),
    "build_of_a_file": ("build --raw {here}/file.txt", "{here}/file.txt"),
    "build_of_an_empty_name": ("build --raw ''", "--raw"),
    "build_with_an_as_of_of_text": ("build --raw {here} --as-of soon", "--as-of"),
    "build_with_an_as_of_of_a_zone": ("build --raw {here} --as-of 2026-01-01T00:00:00Z", "--as-of"),
    "build_with_an_as_of_of_no_day": ("build --raw {here} --as-of 2026-02-30", "--as-of"),
    "build_with_an_as_of_of_9999": ("build --raw {here} --as-of 9999-12-31", "--as-of"),
    "build_with_an_as_of_of_1": ("build --raw {here} --as-of 0001-01-01", "--as-of"),
    "build_with_an_as_of_of_3000": ("build --raw {here} --as-of 3000-01-01", "--as-of"),
    "build_with_an_as_of_of_a_week": ("build --raw {here} --as-of 2026-W01", "--as-of"),
    "build_into_no_folder": ("build --raw {here} --database {here}/none/x.duckdb", "{here}/none"),
    "build_into_a_folder": ("build --raw {here} --database {here}/folder", "{here}/folder"),
    "build_into_a_file": ("build --raw {here} --database {here}/file.txt/x.duckdb", "file.txt"),
    "build_with_a_share_above_1": ("build --raw {here} --max-rejected 2", "--max-rejected"),
    "build_with_a_share_of_nan": ("build --raw {here} --max-rejected nan", "--max-rejected"),
    "build_with_no_vocabulary": ("build --raw {here} --vocabulary {here}/none", "{here}/none"),
    "build_with_a_vocabulary_of_a_file": (
        "build --raw {here} --vocabulary {here}/file.txt",
        "{here}/file.txt",
    ),
    "validate_of_no_folder": ("validate {here}/none", "{here}/none"),
    "validate_of_a_file": ("validate {here}/file.txt", "{here}/file.txt"),
    "validate_of_nothing": ("validate", "DIR"),
    "validate_of_an_empty_name": ("validate ''", "DIR"),
    "validate_with_a_share_of_nan": ("validate {here} --max-rejected nan", "--max-rejected"),
    "sample_of_a_size_below_1000": ("sample --out {here}/x --size 5", "--size"),
    "sample_of_a_seed_of_text": ("sample --out {here}/x --seed abc", "--seed"),
    "sample_of_a_huge_seed": (f"sample --out {{here}}/x --seed {10**30} --size 1000", "--seed"),
    "sample_of_a_negative_seed": ("sample --out {here}/x --seed -1 --size 1000", "--seed"),
    "sample_of_a_huge_size": (f"sample --out {{here}}/x --size {10**18}", "--size"),
    "sample_into_a_file": ("sample --out {here}/file.txt --size 1000", "{here}/file.txt"),
    "sample_inside_a_file": ("sample --out {here}/file.txt/x --size 1000", "{here}/file.txt"),
    "sample_into_proc": ("sample --out /proc/none --size 1000", "/proc/none"),
    "sample_of_an_empty_name": ("sample --out '' --size 1000", "--out"),
    "ingest_of_nothing": ("ingest mediawiki --out {here}/x", "--blocks"),
    "ingest_of_no_file": ("ingest mediawiki --blocks {here}/none.csv --out {here}/x", "none.csv"),
    "ingest_of_text": ("ingest mediawiki --blocks {here}/file.txt --out {here}/x", "file.txt"),
    "ingest_of_an_empty_folder": (
        "ingest mediawiki --blocks {here}/folder --out {here}/x",
        "{here}/folder",
    ),
    "sql_of_no_map": ("ingest sql --map {here}/none --from {here} --out {here}/x", "{here}/none"),
    "sql_of_a_file": (
        "ingest sql --map {here}/file.txt --from {here} --out {here}/x",
        "{here}/file.txt",
    ),
    "sql_of_an_empty_map": (
        "ingest sql --map {here}/folder --from {here} --out {here}/x",
        "{here}/folder",
    ),
    "map_of_no_source": ("map init --from {here}/none --out {here}/x", "{here}/none"),
    "map_of_an_empty_name": ("map init --from '' --out {here}/x", "--from"),
    "map_of_an_empty_folder": ("map init --from {here}/folder --out {here}/x", "{here}/folder"),
    "map_of_text": ("map init --from {here}/file.txt --out {here}/x", "{here}/file.txt"),
    "map_of_no_server": (
        "map init --from postgresql://nobody@localhost:1/none --out {here}/x",
        "postgresql://nobody@localhost:1/none",
    ),
    "map_of_a_broken_address": ("map init --from postgresql://[::1 --out {here}/x", "postgresql"),
    "map_of_no_zone": (
        "map init --from {here} --out {here}/x --time-zone Mars/Base",
        "--time-zone",
    ),
    "map_of_no_instant": (
        "map init --from {here} --out {here}/x --extracted-at x",
        "--extracted-at",
    ),
    "map_of_a_far_instant": (
        "map init --from {here} --out {here}/x --extracted-at 9999-12-31",
        "--extracted-at",
    ),
    "map_into_a_file": ("map init --from {here}/in --out {here}/file.txt", "{here}/file.txt"),
    "spike_of_no_day": ("investigate spike --week monday", "--week"),
    "spike_of_no_weeks": ("investigate spike --baseline-weeks 1", "--baseline-weeks"),
    "case_of_nothing": ("investigate case", "CASE_ID"),
    "offenders_of_no_day": ("investigate offenders --days 0", "--days"),
    "threshold_beyond_1": ("investigate threshold --keep 2", "--keep"),
    "disagreement_of_no_day": ("investigate disagreement --since 2026-13-01", "--since"),
    "gate_of_no_folder": ("gate --project-dir {here}/none", "{here}/none"),
    "gate_of_a_file": ("gate --project-dir {here}/file.txt", "{here}/file.txt"),
    "gate_of_no_repository": ("gate --project-dir {here}", "{here}"),
    "gate_of_no_base": ("gate --base no-such-branch", "no-such-branch"),
    "gate_of_a_base_like_an_option": ("gate --base=--upload-pack=x", "--upload-pack=x"),
    "gate_of_an_empty_base": ("gate --base ''", "--base"),
    "sync_of_no_folder": ("metric sync --project-dir {here}/none", "{here}/none"),
    "sync_of_no_register": ("metric sync --project-dir {here}", "{here}"),
    "init_of_no_folder": ("metric init --project-dir {here}/none", "{here}/none"),
    "init_of_no_project": ("metric init --project-dir {here}", "{here}"),
    "bump_of_no_metric": ("metric bump no_such_metric --change breaking", "no_such_metric"),
    "bump_on_no_day": ("metric bump report_rate --decided-on today", "--decided-on"),
    "diff_of_no_metric": ("metric diff no_such_metric", "no_such_metric"),
    "impact_of_no_raw": ("metric impact report_rate --raw {here}/none", "{here}/none"),
    "new_of_no_kind": ("metric new x --kind sum --family quality", "--kind"),
    "new_of_a_broken_name": (
        "metric new ../../x --project-dir {register} --kind mean --family quality",
        "../../x",
    ),
    "new_of_a_name_in_use": (
        "metric new report_rate --project-dir {register} --kind mean --family quality",
        "report_rate",
    ),
    "new_of_no_family": (
        "metric new some_rate --project-dir {register} --kind mean --family none",
        "none",
    ),
}


@pytest.fixture(scope="module")
def register(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project without its data, that may be broken."""
    return copied(tmp_path_factory.mktemp("register") / "project")


def copied(folder: Path) -> Path:
    for name in ("metrics", "models", "macros", "seeds", "docs", "analyses"):
        shutil.copytree(ROOT / name, folder / name)
    for name in ("dbt_project.yml", "profiles.yml"):
        shutil.copy(ROOT / name, folder / name)
    (folder / "tests" / "data").mkdir(parents=True)
    git = ("git", "-C", str(folder), "-c", "user.name=x", "-c", "user.email=x@x")
    for arguments in (("init", "-q", "-b", "main"), ("add", "-A"), ("commit", "-qm", "x")):
        subprocess.run([*git, *arguments], check=True, capture_output=True)
    return folder


@pytest.fixture
def here(tmp_path: Path) -> Path:
    (tmp_path / "file.txt").write_text("text")
    (tmp_path / "folder").mkdir()
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "blocks.csv").write_text(BLOCK_CSV)
    return tmp_path


@pytest.mark.parametrize("name", ARGUMENTS)
def test_a_broken_argument(
    name: str, here: Path, register: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import shlex

    line, named = ARGUMENTS[name]
    arguments = [
        one.replace("{here}", str(here)).replace("{register}", str(register))
        for one in shlex.split(line)
    ]
    if arguments[:1] in (["scorecard"], ["investigate"], ["check"]):
        arguments += ["--database", str(here / "none.duckdb")]
    must_tell(ask(*arguments), named.replace("{here}", str(here)))
    assert not (here / "x").exists() or not list((here / "x").glob("*.parquet"))


@pytest.mark.parametrize(
    "line",
    ["build --raw {}", "build --raw . --database {}", "build --raw . --vocabulary {}",
     "validate {}", "scorecard --database {}", "check --database {}", "check --out {}",
     "investigate offenders --out {}", "sample --out {}", "ingest mediawiki --blocks {} --out x",
     "ingest sql --map {} --from . --out x", "map init --from . --out {}",
     "gate --project-dir {}", "metric impact report_rate --raw {}"],
)  # fmt: skip
@pytest.mark.parametrize("path", ["", " ", NOT_UTF8, "a" * 300, "/".join(["a" * 200] * 30)])
def test_a_path_that_nothing_can_have(line: str, path: str, tmp_path: Path) -> None:
    before = Path.cwd()
    os.chdir(tmp_path)
    try:
        must_tell(ask(*[one.replace("{}", path) for one in line.split()]))
    finally:
        os.chdir(before)


VARIABLES: dict[str, tuple[dict[str, str], str]] = {
    "raw_that_is_empty": ({"TRUSTMETRICS_RAW": ""}, "--raw"),
    "raw_that_is_not_there": ({"TRUSTMETRICS_RAW": "/none"}, "/none"),
    "an_as_of_of_text": ({"TRUSTMETRICS_AS_OF": "soon"}, "soon"),
    "threads_of_text": ({"TRUSTMETRICS_THREADS": "abc"}, "TRUSTMETRICS_THREADS"),
    "threads_of_0": ({"TRUSTMETRICS_THREADS": "0"}, "TRUSTMETRICS_THREADS"),
    "threads_below_0": ({"TRUSTMETRICS_THREADS": "-2"}, "TRUSTMETRICS_THREADS"),
    "threads_of_a_fraction": ({"TRUSTMETRICS_THREADS": "1.5"}, "TRUSTMETRICS_THREADS"),
    "threads_of_nothing": ({"TRUSTMETRICS_THREADS": ""}, "TRUSTMETRICS_THREADS"),
    "memory_of_text": ({"TRUSTMETRICS_MEMORY": "abc"}, "TRUSTMETRICS_MEMORY"),
    "memory_without_a_unit": ({"TRUSTMETRICS_MEMORY": "6"}, "TRUSTMETRICS_MEMORY"),
    "memory_below_0": ({"TRUSTMETRICS_MEMORY": "-1GB"}, "TRUSTMETRICS_MEMORY"),
    "memory_of_nothing": ({"TRUSTMETRICS_MEMORY": ""}, "TRUSTMETRICS_MEMORY"),
}


@pytest.mark.parametrize("name", VARIABLES)
def test_a_broken_variable(name: str, tmp_path: Path) -> None:
    given, named = VARIABLES[name]
    (tmp_path / "raw").mkdir()
    variables = {"TRUSTMETRICS_DATABASE": str(tmp_path / "x.duckdb")} | given
    arguments = () if "TRUSTMETRICS_RAW" in given else ("--raw", tmp_path / "raw")
    must_tell(ask("build", *arguments, **variables), named)
    assert not (tmp_path / "x.duckdb").exists()


BLOCKS = """
select
    1 as log_id, timestamp '2014-01-01 10:00:00' as timestamp, 'block' as action,
    'a' as account_hash, false as account_is_ip, 'b' as administrator_hash,
    false as administrator_is_bot, '1 week' as duration, timestamp '2014-01-08' as expires_at,
    '' as flags, 'spam' as policy_reference
"""
BLOCK_CSV = (
    "log_id,timestamp,action,account_hash,account_is_ip,administrator_hash,administrator_is_bot,"
    "duration,expires_at,flags,policy_reference\n"
    "1,2014-01-01 10:00:00,block,a,false,b,false,1 week,2014-01-08 10:00:00,,spam\n"
)
EXPORTS: dict[str, tuple[str, Callable[[Path], object]]] = {
    "parquet_of_no_byte": ("blocks.parquet", lambda path: path.write_bytes(b"")),
    "parquet_of_text": ("blocks.parquet", lambda path: path.write_text(BLOCK_CSV)),
    "parquet_without_a_column": (
        "blocks.parquet",
        lambda path: write_parquet(path, f"select * exclude (log_id) from ({BLOCKS})"),
    ),
    "parquet_with_a_list": (
        "blocks.parquet",
        lambda path: write_parquet(path, f"select * replace ([1] as log_id) from ({BLOCKS})"),
    ),
    "parquet_with_a_blob": (
        "blocks.parquet",
        lambda path: write_parquet(
            path, f"select * replace ('\\xFF'::blob as log_id) from ({BLOCKS})"
        ),
    ),
    "parquet_without_a_row": (
        "blocks.parquet",
        lambda path: write_parquet(path, f"from ({BLOCKS}) limit 0"),
    ),
    "csv_of_no_byte": ("blocks.csv", lambda path: path.write_bytes(b"")),
    "csv_of_a_header": ("blocks.csv", lambda path: path.write_text(BLOCK_CSV.split("\n")[0])),
    "csv_in_utf16": ("blocks.csv", lambda path: path.write_text(BLOCK_CSV, "utf-16")),
    "csv_in_latin1": (
        "blocks.csv",
        lambda path: path.write_bytes(BLOCK_CSV.replace("spam", "å").encode("latin-1")),
    ),
    "csv_of_zeros": ("blocks.csv", lambda path: path.write_bytes(bytes(3000))),
    "csv_that_is_ragged": ("blocks.csv", lambda path: path.write_text(BLOCK_CSV + "2,x\n")),
    "csv_with_an_open_quote": (
        "blocks.csv",
        lambda path: path.write_text(BLOCK_CSV.replace("1 week", '"1 week')),
    ),
    "csv_with_text_for_a_number": (
        "blocks.csv",
        lambda path: path.write_text(BLOCK_CSV.replace("\n1,", "\none,")),
    ),
    "csv_with_a_column_twice": (
        "blocks.csv",
        lambda path: path.write_text(BLOCK_CSV.replace("flags", "duration")),
    ),
    "gz_that_is_cut": (
        "blocks.csv.gz",
        lambda path: path.write_bytes(gzip.compress(BLOCK_CSV.encode())[:-12]),
    ),
    "a_dangling_link": ("blocks.csv", lambda path: path.symlink_to("gone")),
    "a_pipe": ("blocks.csv", lambda path: os.mkfifo(path)),
    "a_pipe_of_parquet": ("blocks.parquet", lambda path: os.mkfifo(path)),
    "json": ("blocks.json", lambda path: path.write_text("{}")),
}


# What a map's query may make something of.
OF_A_QUERY = (
    "parquet_with_a_list", "parquet_with_a_blob", "parquet_without_a_row", "csv_of_a_header",
    "csv_with_text_for_a_number",
)  # fmt: skip


@pytest.mark.parametrize(
    ("name", "command"),
    [
        (name, command)
        for name in EXPORTS
        for command in ("mediawiki", "hits", "sql", "init")
        if command != "sql" or name not in OF_A_QUERY
    ],
)
def test_a_broken_export(name: str, command: str, tmp_path: Path) -> None:
    """Of a log that is mapped, of the table that a map reads, of a source that is looked at."""
    file, make = EXPORTS[name]
    (tmp_path / "in").mkdir()
    make(tmp_path / "in" / file)
    asked = ask_process if "pipe" in name else ask
    if command in ("mediawiki", "hits"):
        sound = tmp_path / "sound.csv"
        sound.write_text(BLOCK_CSV)
        named = {"mediawiki": "--blocks", "hits": "--hits"}[command]
        more = () if command == "mediawiki" else ("--blocks", sound)
        said = asked(
            "ingest", "mediawiki", named, tmp_path / "in" / file, *more, "--out", tmp_path / "out"
        )
        must_tell(said, file)
    elif command == "sql":
        (tmp_path / "map").mkdir()
        (tmp_path / "map" / "cases.sql").write_text(CASES)
        said = asked(
            "ingest", "sql", "--map", tmp_path / "map", "--from", tmp_path / "in",
            "--out", tmp_path / "out", "--extracted-at", "2026-01-01",
        )  # fmt: skip
        must_tell(said)
    else:
        said = asked("map", "init", "--from", tmp_path / "in", "--out", tmp_path / "out")
        if said.exit_code == 0:
            # What cannot be read is named, and the map is made without it.
            assert "Traceback" not in said.out + said.err
            return
        must_tell(said)
    assert not list(tmp_path.glob("out/*.parquet"))


CASES = """
select
    cast(log_id as varchar) as case_id, timestamp '2014-01-01' as opened_at,
    timestamp '2014-01-01' as occurred_at, 'q' as queue, 'high' as severity, 'SPAM' as policy_code,
    'feed' as surface, 'EU' as region, account_hash as subject_account_id,
    cast(null as varchar) as content_id, timestamp '2014-01-01' as ingested_at,
    cast(null as boolean) as is_deleted
from blocks
"""
MAPS: dict[str, tuple[str, str]] = {
    "of_no_byte": ("cases.sql", ""),
    "of_a_comment": ("cases.sql", "-- nothing"),
    "of_half_a_query": ("cases.sql", "select"),
    "of_two_queries": ("cases.sql", CASES + ";" + CASES),
    "that_deletes": ("cases.sql", "drop table blocks"),
    "of_an_open_quote": ("cases.sql", CASES.replace("'q'", "'q")),
    "of_an_unknown_function": ("cases.sql", CASES.replace("'q'", "no_such('q')")),
    "of_an_unknown_column": ("cases.sql", CASES.replace("log_id", "login_id")),
    "of_an_unknown_table": ("cases.sql", CASES.replace("from blocks", "from bolcks")),
    "of_a_division": ("cases.sql", CASES.replace("'q'", "cast('x' as integer)::varchar")),
    "of_a_file": ("cases.sql", CASES.replace("from blocks", "from read_csv('/none.csv')")),
    "of_no_raw_table": ("casess.sql", CASES),
    "that_is_not_utf8": ("cases.sql", CASES.replace("'q'", f"'{NOT_UTF8}'")),
    "of_zeros": ("cases.sql", "\0" * 100),
    "with_settings_of_text": ("settings.yml", "just text"),
    "with_settings_of_no_yaml": ("settings.yml", "a: [1"),
    "with_a_zone_of_a_list": ("settings.yml", "time_zone: [1, 2]"),
    "with_no_zone": ("settings.yml", "time_zone: Mars/Base"),
    "with_no_instant": ("settings.yml", "extracted_at: soon"),
    "with_settings_of_zeros": ("settings.yml", "\0"),
    "with_settings_not_in_utf8": ("settings.yml", NOT_UTF8),
}


@pytest.mark.parametrize("name", MAPS)
def test_a_broken_map(name: str, tmp_path: Path) -> None:
    file, text = MAPS[name]
    (tmp_path / "map").mkdir()
    (tmp_path / "map" / "cases.sql").write_text(CASES)
    (tmp_path / "map" / file).write_bytes(os.fsencode(text))
    (tmp_path / "blocks.csv").write_text(BLOCK_CSV)
    said = ask(
        "ingest", "sql", "--map", tmp_path / "map", "--from", tmp_path / "blocks.csv",
        "--out", tmp_path / "out",
    )  # fmt: skip
    must_tell(said, "bolcks" if "unknown_table" in name else file)
    assert not list(tmp_path.glob("out/*"))


@pytest.mark.parametrize("name", ["duckdb_cut", "sqlite_cut", "duckdb_held", "sqlite_of_text"])
def test_a_broken_source_of_a_map(name: str, tmp_path: Path) -> None:
    source = tmp_path / "source.db"
    if name.startswith("duckdb"):
        with duckdb.connect(str(source)) as connection:
            connection.execute("create table t as from range(100000)")
    else:
        import sqlite3

        connection = sqlite3.connect(source)
        connection.execute("create table t as select 1 as a")
        connection.commit()
        connection.close()
    data = source.read_bytes()
    if name.endswith("cut"):
        source.write_bytes(data[: len(data) // 2])
    elif name == "sqlite_of_text":
        source.write_bytes(data[:16] + b"text" * 1000)
    writer = duckdb.connect(str(source)) if name == "duckdb_held" else None
    said = ask_process("map", "init", "--from", source, "--out", tmp_path / "out")
    if writer:
        writer.close()
    must_tell(said, source)


VOCABULARIES: dict[str, tuple[str, bytes]] = {
    "of_no_byte": ("policy_taxonomy.csv", b""),
    "of_zeros": ("policy_taxonomy.csv", bytes(100)),
    "in_utf16": ("policy_taxonomy.csv", "policy_code,x".encode("utf-16")),
    "of_other_columns": ("policy_taxonomy.csv", b"a,b\n1,2\n"),
    "of_another_name": ("taxonomy.csv", b"a,b\n1,2\n"),
    "of_parquet": ("policy_taxonomy.csv", b"PAR1" + bytes(range(256)) + b"PAR1"),
    "with_an_open_quote": ("action_sla.csv", b'severity,"x\n'),
    "with_a_cell_of_1_mb": ("action_sla.csv", b"severity," + b"x" * 10**6 + b"\n"),
}


@pytest.mark.parametrize("name", VOCABULARIES)
def test_a_broken_vocabulary(name: str, tmp_path: Path) -> None:
    file, data = VOCABULARIES[name]
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / file).write_bytes(data)
    (tmp_path / "raw").mkdir()
    said = ask(
        "build", "--raw", tmp_path / "raw", "--database", tmp_path / "x.duckdb",
        "--vocabulary", tmp_path / "own",
    )  # fmt: skip
    must_tell(said, file)
    assert not (tmp_path / "x.duckdb").exists()


REGISTER = "metrics/report_rate.yml"
REGISTERS: dict[str, tuple[str, str | None]] = {
    "of_no_byte": (REGISTER, ""),
    "of_text": (REGISTER, "just text"),
    "of_a_list": (REGISTER, "- a\n- b\n"),
    "of_null": (REGISTER, "null"),
    "of_a_number": (REGISTER, "5"),
    "of_no_yaml": (REGISTER, "a: [1"),
    "of_tabs": (REGISTER, "a:\n\t- b\n"),
    "of_two_documents": (REGISTER, "a: 1\n---\nb: 2\n"),
    "of_a_key_twice": (REGISTER, "a: 1\na: 2\n"),
    "of_an_anchor_that_is_not_there": (REGISTER, "a: *none\n"),
    "of_an_object_of_python": (REGISTER, "!!python/object/apply:os.system ['true']\n"),
    "of_a_key_of_a_list": (REGISTER, "? [1, 2]\n: x\n"),
    "of_other_keys": (REGISTER, "colour: red\n"),
    "of_zeros": (REGISTER, "\0\0"),
    "that_is_not_utf8": (REGISTER, NOT_UTF8),
    "of_100_levels": (REGISTER, "[" * 3000 + "]" * 3000),
    "that_is_a_folder": (REGISTER, None),
    "settings_of_no_byte": ("metrics/_settings.yml", ""),
    "settings_of_a_list": ("metrics/_settings.yml", "- a\n"),
    "settings_of_no_yaml": ("metrics/_settings.yml", "a: [1"),
    "a_lock_of_text": ("metrics/_lock.yml", "just text"),
    "a_project_of_no_yaml": ("dbt_project.yml", "name: [1"),
}


@pytest.mark.parametrize("name", REGISTERS)
@pytest.mark.parametrize("line", ["gate", "metric sync --no-results", "metric diff report_rate"])
def test_a_broken_register(name: str, line: str, register: Path) -> None:
    file, text = REGISTERS[name]
    path = register / file
    kept = path.read_bytes() if path.is_file() else None
    try:
        path.unlink(missing_ok=True)
        if text is None:
            path.mkdir()
        else:
            path.write_bytes(os.fsencode(text))
        said = ask(*line.split(), "--project-dir", register)
        # The gate tells what it finds on standard output.
        must_tell(said, codes=(1, 2), in_output=said.exit_code == 1)
    finally:
        if path.is_dir():
            path.rmdir()
        path.unlink(missing_ok=True)
        if kept is not None:
            path.write_bytes(kept)
        subprocess.run(["git", "-C", register, "checkout", "-q", "."], check=True)


# Streams, locales and folders, as a shell sets them: a line of bash in which "$@" is the command.
SHELLS: dict[str, tuple[str, tuple[int, ...]]] = {
    "behind_head": ('set -o pipefail; "$@" --help | head -c 1 >/dev/null', (0, 2)),
    "behind_what_ended": ('set -o pipefail; "$@" --help | true', (0, 2)),
    "with_standard_output_closed": ('"$@" --help >&-', (0, 2)),
    "with_standard_error_closed": ('"$@" 2>&-', (2,)),
    "with_all_closed": ('"$@" --help <&- >&- 2>&-', (0, 2)),
    "on_a_full_device": ('"$@" --help >/dev/full', (2,)),
    "in_the_locale_c": ('LC_ALL=C LANG=C PYTHONUTF8=0 PYTHONCOERCECLOCALE=0 "$@" --help', (0,)),
    "in_ascii": ('PYTHONIOENCODING=ascii "$@" --help', (0,)),
    "in_a_locale_of_none": ('LC_ALL=xx_YY.none "$@" --help', (0,)),
    "in_a_zone_of_none": ('TZ=Mars/Base "$@" --help', (0,)),
    "without_a_home": ('env -u HOME "$@" --help', (0,)),
    "on_a_terminal_of_none": ('TERM=none COLUMNS=abc LINES=-1 "$@" --help', (0,)),
    "one_column_wide": ('COLUMNS=1 "$@" --help', (0,)),
}


@pytest.mark.parametrize("name", SHELLS)
@pytest.mark.parametrize("command", ["validate", "scorecard"])
def test_a_broken_shell(name: str, command: str) -> None:
    line, codes = SHELLS[name]
    arguments = [command] if "error_closed" not in name else [command, "--none"]
    said = ask_process(*arguments, shell=line)
    assert said.exit_code in codes, said
    for bare in ("Traceback", "Exception", "[Errno"):
        assert bare not in said.err, said


@pytest.mark.parametrize("line", ["scorecard", "validate raw", "gate", "sample --out x"])
def test_a_current_folder_that_was_deleted(line: str, tmp_path: Path) -> None:
    (tmp_path / "gone").mkdir()
    said = ask_process(*line.split(), cwd=tmp_path / "gone", shell='rmdir "$PWD"; "$@"')
    must_tell(said, "folder")
