"""The command: what it says, how it ends, and that what it builds depends on the input alone."""

from __future__ import annotations

import importlib.metadata
import math
import shutil
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import duckdb
import pytest

from tests.python.check.small_database import checked
from tests.python.helpers import (
    DATABASE,
    ROOT,
    DbtHere,
    Run,
    command,
    query,
    valid,
    write_csv,
)
from trustmetrics.check.declared import read_contract
from trustmetrics.check.history import COLUMNS
from trustmetrics.cli import app
from trustmetrics.sample import generate

KPI_VALUES = "select * from marts.kpi_values order by all"


def _commands(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The path of every subcommand that is not itself a group."""
    for name, found in group.commands.items():
        if isinstance(found, click.Group):
            yield from _commands(found, (*path, name))
        else:
            yield (*path, name)


@pytest.mark.parametrize("path", list(_commands(app)), ids=" ".join)
def test_help_shows_an_example(path: tuple[str, ...], run: Run) -> None:
    said = run(*path, "--help")
    assert (said.exit_code, said.err) == (0, "")
    assert f"Example: trustmetrics {' '.join(path)}" in " ".join(said.out.split())


def test_help_lists_the_commands(run: Run) -> None:
    said = run("--help")
    assert said.exit_code == 0
    for name in app.commands:
        assert f"\n  {name} " in said.out


def test_version(run: Run) -> None:
    said = run("--version")
    assert said.exit_code == 0
    assert importlib.metadata.version("trustmetrics") in said.out


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["build", "--nope"], "No such option '--nope'. See: trustmetrics build --help"),
        (["harvest"], "No such command 'harvest'. See: trustmetrics --help"),
        (["build"], "Missing option '--raw'. See: trustmetrics build --help"),
        (["build", "--raw"], "Option '--raw' requires an argument."),
        (["build", "--raw", "{tmp}", "--threads", "x"], "No such option '--threads'"),
        (["sample", "--out", "{tmp}", "--size", "10"], "Invalid value for '--size': 10 is not in"),
        (["sample", "--out", "{tmp}", "--seed", "x"], "Invalid value for '--seed': 'x' is not"),
        (
            ["build", "--raw", "{tmp}/none"],
            "the raw folder '{tmp}/none' does not exist. Name the folder that holds the raw",
        ),
        (
            ["build", "--raw", "{tmp}", "--database", "{tmp}/none/x.duckdb"],
            "the folder '{tmp}/none' does not exist. Create it first",
        ),
        (
            ["build", "--raw", "{tmp}", "--database", "{tmp}"],
            "'{tmp}' is a folder. Name a file in it",
        ),
        (["build", "--raw", "{tmp}", "--max-rejected", "5"], "Invalid value for '--max-rejected'"),
        (["validate", "{tmp}/none"], "the folder '{tmp}/none' does not exist. Name the one"),
    ],
)
def test_what_cannot_run_is_one_line_and_exit_2(
    arguments: list[str], complaint: str, run: Run, tmp_path: Path
) -> None:
    said = run(*(argument.format(tmp=tmp_path) for argument in arguments))
    assert (said.exit_code, said.out) == (2, "")
    assert said.complaint.startswith(complaint.format(tmp=tmp_path))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "as_of",
    [
        "yesterday",
        "2026-13-01",
        "2026-02-30 00:00:00",
        "2026-06-30 24:00:00",
        "2026-06-30T00:00:00Z",
        "2026-06-30 00:00:00+02:00",
        "1e9",
        "'; drop table x",
    ],
)
def test_an_as_of_that_is_no_timestamp(as_of: str, run: Run, tmp_path: Path) -> None:
    said = run("build", "--raw", tmp_path, "--as-of", as_of)
    assert said.exit_code == 2
    assert said.complaint == (
        f"--as-of '{as_of}' is not a timestamp. Write UTC without an offset: '2026-06-30 00:00:00'"
    )


@pytest.mark.slow
def test_sample_writes_what_the_generator_makes(run: Run, tmp_path: Path) -> None:
    said = run("sample", "--out", tmp_path / "said", "--seed", "3", "--size", "2000")
    rows = generate(tmp_path / "made", 3, 2000)
    assert said.exit_code == 0, said
    assert f"{sum(rows.values()):,} rows in 27 tables in {tmp_path / 'said'}" in said.out
    for table in rows:
        name = f"{table}.parquet"
        assert (tmp_path / "said" / name).read_bytes() == (tmp_path / "made" / name).read_bytes()


@pytest.mark.slow
def test_a_fault_of_the_input_in_a_process_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "raw/cases.csv"
    write_csv(path, [{k: v for k, v in valid("cases").items() if k != "severity"}])
    said = command("build", "--raw", path.parent, cwd=tmp_path)
    assert (said.exit_code, said.out) == (2, "")
    assert said.complaint.startswith(f"the file '{path}' has no column 'severity'. Its first line")
    assert list(tmp_path.iterdir()) == [path.parent]


def _differences(left: Path, right: Path) -> list[tuple[Any, ...]]:
    """Rows of kpi_values that are not equal; numbers are compared to 12 significant digits."""
    one, other = query(left, KPI_VALUES), query(right, KPI_VALUES)
    assert len(one) == len(other) > 1000
    return [
        (a, b)
        for a, b in zip(one, other, strict=True)
        if not all(_same(x, y) for x, y in zip(a, b, strict=True))
    ]


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=1e-12)
    return bool(one == other)


@pytest.mark.slow
def test_plain_dbt_builds_the_same_values(
    sample: Path, built: Path, dbt_here: DbtHere, tmp_path: Path
) -> None:
    """Two builds of one input on as many threads are the same to the last bit."""
    database = tmp_path / DATABASE
    options = ["--select", "+kpi_values", "--exclude-resource-type", "test"]
    outcome = dbt_here.run_dbt(
        ["build", *options, "--exclude-resource-type", "unit_test"],
        ROOT,
        {
            "TRUSTMETRICS_RAW": str(sample),
            "TRUSTMETRICS_DATABASE": str(database),
            "TRUSTMETRICS_THREADS": "4",
        },
        lambda *_: None,
    )
    assert outcome.exit_code == 0, outcome.errors
    assert query(database, KPI_VALUES) == query(built, KPI_VALUES)


def _shuffle(sample: Path, folder: Path) -> None:
    """Write the sample's tables as CSV, their rows in another order."""
    folder.mkdir(parents=True)
    with duckdb.connect() as connection:
        connection.execute("set timezone = 'UTC'; set threads = 1; select setseed(0.5)")
        for path in sample.iterdir():
            target = str(folder / f"{path.stem}.csv").replace("'", "''")
            connection.execute(
                f"copy (from read_parquet('{path}') order by random()) to '{target}' (format csv)"
            )


@pytest.mark.slow
def test_order_of_rows_format_threads_and_names_change_no_value(
    sample: Path, built: Path, tmp_path: Path
) -> None:
    raw = tmp_path / "the platform's raw data"
    _shuffle(sample, raw)
    database = tmp_path / "t-s metrics v1.2 (new).duckdb"
    said = command("build", "--raw", raw, "--database", database, TRUSTMETRICS_THREADS="1")
    assert said.exit_code == 0, said
    assert said.out.splitlines()[-1] == f"built {database}"
    assert sorted(path.name for path in tmp_path.iterdir()) == [database.name, raw.name]

    renamed = database.rename(tmp_path / "renamed.duckdb")
    assert _differences(renamed, built) == []
    with duckdb.connect(str(renamed), read_only=True) as connection:
        views = connection.execute(
            "select schema_name, view_name from duckdb_views() where not internal"
        ).fetchall()
        assert len(views) > 27
        for schema, view in views:
            connection.execute(f"select count(*) from {schema}.{view}").fetchall()


def test_select_rebuilds_a_part_and_an_as_of_ahead_is_warned_of(
    run: Run, built: Path, dbt_here: DbtHere, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("trustmetrics.build.run_dbt", dbt_here.run_dbt)
    database = tmp_path / DATABASE
    shutil.copyfile(built, database)
    write_csv(tmp_path / "raw/cases.csv", [valid("cases", queue="", region="")])
    said = run(
        *("build", "--raw", tmp_path / "raw", "--database", database),
        *("--select", "rejected_rows", "--as-of", "2999-01-01 00:00:00"),
    )
    assert said.exit_code == 0, said
    assert "warning: as_of 2999-01-01 00:00:00 is in the future" in said.err.splitlines()
    assert "rejected: not counted, for the selection" in said.out
    rows = query(database, "select column_name from restricted.rejected_rows order by 1")
    assert rows == [("queue",), ("region",)]
    assert query(database, KPI_VALUES) == query(built, KPI_VALUES)
    assert query(database, "from staging.as_of") == query(built, "from staging.as_of")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["raw", DATABASE]


def test_a_selection_that_matches_nothing_builds_nothing(
    run: Run,
    sample: Path,
    built: Path,
    dbt_here: DbtHere,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setattr("trustmetrics.build.run_dbt", dbt_here.run_dbt)
    database = tmp_path / DATABASE
    shutil.copyfile(built, database)
    before = database.read_bytes()
    said = run("build", "--raw", sample, "--database", database, "--select", "apeal_rate")
    assert (said.exit_code, said.out) == (2, "")
    assert said.complaint.startswith("--select 'apeal_rate' matches nothing in the project, so")
    assert database.read_bytes() == before


@pytest.mark.slow
def test_one_metric_is_built_into_a_new_database_and_mostly_rejected_rows_end_in_exit_1(
    run: Run,
    sample: Path,
    built: Path,
    dbt_here: DbtHere,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    """1 of 20 rows is at the limit, 1 of 19 beyond it."""
    monkeypatch.setattr("trustmetrics.build.run_dbt", dbt_here.run_dbt)
    raw, database = tmp_path / "raw", tmp_path / DATABASE
    shutil.copytree(sample, raw)
    (raw / "surfaces.parquet").unlink()
    surfaces = [valid("surfaces", surface=f"s{number}") for number in range(19)]
    write_csv(raw / "surfaces.csv", [*surfaces, valid("surfaces", launched_on="1.2.2026")])
    build = ("build", "--raw", raw, "--database", database, "--select", "appeal_rate")
    said = run(*build)
    assert said.exit_code == 0, said
    assert "kpi_values was not selected" in said.out
    metric = "select period_start, slice_value, value from marts.appeal_rate_v1 order by all"
    assert query(database, metric) == query(built, metric) != []
    write_csv(raw / "surfaces.csv", [*surfaces[1:], valid("surfaces", launched_on="1.2.2026")])
    database.unlink()
    said = run(*build)
    assert said.exit_code == 1, said
    assert database.is_file()
    first, last = [line for line in said.err.splitlines() if line.startswith("trustmetrics: ")]
    assert first == (
        "trustmetrics: surfaces: 1 of 19 rows (5.3%) break the contract; most often launched_on: "
        "not_parsable (1, such as '1.2.2026': is not in the order YYYY-MM-DD: convert it)"
    )
    assert last.startswith("trustmetrics: built, but more than 0.05 of the rows of surfaces are")


def test_a_failed_data_test_leaves_the_last_good_database(
    run: Run,
    sample: Path,
    built: Path,
    dbt_here: DbtHere,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setattr("trustmetrics.build.run_dbt", dbt_here.run_dbt)
    database = tmp_path / DATABASE
    shutil.copyfile(built, database)
    with duckdb.connect(str(database)) as connection:
        connection.execute("insert into marts.kpi_values from marts.kpi_values limit 1")
    before = database.read_bytes()
    said = run(
        *("build", "--raw", sample, "--database", database, "--select", "kpi_values_is_keyed")
    )
    assert (said.exit_code, said.out) == (1, "")
    assert said.err.splitlines()[-2:] == [
        "trustmetrics: Failure in test kpi_values_is_keyed (tests/data/kpi_values_is_keyed.sql): "
        "Got 1 result, configured to fail if != 0",
        "the last good database is unchanged",
    ]
    assert database.read_bytes() == before
    assert list(tmp_path.iterdir()) == [database]


def test_kpi_values_holds_every_metric(built: Path) -> None:
    metrics = {path.stem for path in (ROOT / "models/marts").glob("*/*_v[0-9]*.sql")}
    assert len(metrics) >= 12
    found = query(built, "select distinct metric || '_v' || metric_version from marts.kpi_values")
    assert {name for (name,) in found} == metrics


def test_the_checks_judge_a_real_build(built: Path, tmp_path: Path) -> None:
    report = checked(Path(shutil.copyfile(built, tmp_path / "t.duckdb")))
    tables = {f"raw.{table.name}" for table in read_contract(ROOT)}
    assert tables <= {result.table_name for result in report.results}
    assert len(report.of(True)) > 50


def test_documented_columns_are_the_built_ones(dbt_here: DbtHere, built: Path) -> None:
    actual: dict[tuple[str, str], list[str]] = defaultdict(list)
    for schema, relation, column in query(
        built,
        "select table_schema, table_name, column_name from information_schema.columns "
        "order by table_schema, table_name, ordinal_position",
    ):
        actual[schema, relation].append(column)
    documented = {
        (node.schema, node.alias): list(node.columns)
        for node in dbt_here.manifest.nodes.values()
        if node.resource_type in ("model", "seed")
    } | {
        ("raw", source.name): [*source.columns, "raw_row", "raw_unparsable"]
        for source in dbt_here.manifest.sources.values()
    }
    # No model makes these: the command check writes one, and its guide describes it; a build notes
    # in the other what it was made by.
    assert actual.pop(("marts", "data_checks")) == list(COLUMNS)
    assert actual.pop(("staging", "built_by")) == ["commit_id", "is_dirty"]
    assert documented == actual
