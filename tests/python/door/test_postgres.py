"""Postgres and DuckDB give the same marts from the same rows."""

import datetime
import math
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from tests.python.door.postgres_server import connect, load_raw, postgres_server, server_programs
from tests.python.oracle.hostile import generate
from tests.python.oracle.hostile_files import write
from trustmetrics.dbt_process import run_dbt
from trustmetrics.project import project_root

pytestmark = [pytest.mark.dbt, pytest.mark.slow]

AS_OF = datetime.datetime(2026, 4, 23)
Table = list[dict[str, object]]


@pytest.fixture(scope="module")
def marts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, tuple[Table, Table]]]:
    """Each mart's rows, from DuckDB and from Postgres, built on hostile data."""
    programs = server_programs()
    if programs is None:
        pytest.skip("Postgres is not installed here (Debian: apt-get install postgresql)")
    folder = tmp_path_factory.mktemp("postgres")
    write(generate(40, 1), folder / "raw", "parquet", 40)
    database = folder / "built.duckdb"
    subprocess.run(
        [sys.executable, "-m", "trustmetrics", "build", "--raw", str(folder / "raw"),
         "--database", str(database), "--as-of", str(AS_OF), "--max-rejected", "1"],
        check=True,
    )  # fmt: skip
    with postgres_server(programs) as environment:
        load_raw(database, environment, folder)
        outcome = run_dbt(
            ["build", "--exclude-resource-type", "unit_test", "--exclude-resource-type", "test",
             "--target-path", str(folder / "target")],
            project_root(),
            {**environment, "TRUSTMETRICS_AS_OF": str(AS_OF)},
            lambda number, count, description: None,
        )  # fmt: skip
        assert outcome.exit_code == 0, outcome.errors
        with (
            duckdb.connect(str(database), read_only=True) as embedded,
            connect(environment) as server,
            server.cursor() as cursor,
        ):
            # data_checks is the command's own: it looks at DuckDB files alone.
            names = embedded.execute(
                "select table_name from duckdb_tables() "
                "where schema_name = 'marts' and table_name <> 'data_checks'"
            ).fetchall()
            yield {name: (read(embedded, name), read(cursor, name)) for (name,) in names}


def read(connection, name: str) -> Table:
    """The rows of a mart, from either engine's connection."""
    connection.execute(f"select * from marts.{name}")
    columns = [column[0] for column in connection.description]
    return [dict(zip(columns, row, strict=True)) for row in connection.fetchall()]


def split(row: dict[str, object]) -> tuple[tuple, tuple]:
    """What must be exact, and the doubles, which need not be to the last digit."""
    exact = tuple((name, value) for name, value in row.items() if not isinstance(value, float))
    doubles = tuple((name, value) for name, value in row.items() if isinstance(value, float))
    return exact, doubles


def grouped(rows: Table) -> dict[tuple, list[tuple]]:
    """The doubles of the rows by all that is exact."""
    groups: dict[tuple, list[tuple]] = defaultdict(list)
    for row in rows:
        exact, doubles = split(row)
        groups[exact].append(doubles)
    return {key: sorted(values) for key, values in groups.items()}


def same_doubles(left: list[tuple], right: list[tuple]) -> bool:
    """Whether two lists of named doubles agree at a relative 1e-9."""
    return len(left) == len(right) and all(
        a[0] == b[0] and math.isclose(a[1], b[1], rel_tol=1e-9, abs_tol=1e-12)
        for row, other in zip(left, right, strict=True)
        for a, b in zip(row, other, strict=True)
    )


def test_every_mart_is_the_same_on_both_engines(marts: dict[str, tuple[Table, Table]]) -> None:
    differences = []
    for name, (embedded, server) in marts.items():
        left, right = grouped(embedded), grouped(server)
        for key in left.keys() | right.keys():
            if not same_doubles(left.get(key, []), right.get(key, [])):
                differences.append((name, key, left.get(key), right.get(key)))
    assert not differences, differences[:5]


def test_the_comparison_has_something_to_compare(marts: dict[str, tuple[Table, Table]]) -> None:
    built = {path.stem for path in Path(project_root(), "models/marts").glob("*/*_v[0-9]*.sql")}
    filled = {name for name, (embedded, _) in marts.items() if embedded}
    assert built <= filled
    assert len(marts["kpi_values"][1]) > 5000
