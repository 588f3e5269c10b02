"""Copies what the site shows out of a built database, into the file that Evidence reads.

    python dashboards/prepare.py data/demo/trustmetrics.duckdb

Only these marts, so nothing else can reach a page; into a folder of its own, because Evidence takes
every file in a source's folder for a query.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import duckdb

from trustmetrics.built import opened
from trustmetrics.check.history import COLUMNS, history_file
from trustmetrics.errors import UserError

MARTS = (
    "kpi_trends",
    "kpi_slice_deviations",
    "dim_metrics",
    "dim_periods",
    "metric_change_log",
    "data_quality",
    "orphans",
)
SITE = Path(__file__).parent / ".data" / "site.duckdb"


def prepare(database: Path, site: Path) -> dict[str, int]:
    """Write a new file with what the site shows; return how many rows each table has.

    Args:
        database: a built DuckDB file.
        site: the file to make; what was there is replaced.

    Raises:
        UserError: there is no such database, or it lacks a mart.
    """
    site.parent.mkdir(parents=True, exist_ok=True)
    draft = site.with_suffix(".draft")
    draft.unlink(missing_ok=True)
    with opened(database) as connection:
        # By a name of its own: a file's stem that is also a schema's name would be ambiguous.
        connection.execute(f"attach {_text(draft)} as handed_out (read_write)")
        connection.execute("create schema handed_out.marts")
        for mart in MARTS:
            connection.execute(f"create table handed_out.marts.{mart} as from marts.{mart}")
        _copy_checks(connection, history_file(database))
        counts = connection.sql(
            "select table_name, estimated_size from duckdb_tables() "
            "where database_name = 'handed_out' order by table_oid"
        ).fetchall()
        connection.execute("detach handed_out")
    draft.replace(site)
    return dict(counts)


def _copy_checks(connection: duckdb.DuckDBPyConnection, history: Path) -> None:
    """The results of trustmetrics check, from the file that has those since the build, too."""
    columns = ", ".join(f"{name} {kind}" for name, kind in COLUMNS.items())
    connection.execute(f"create table handed_out.marts.data_checks ({columns})")
    if history.exists():
        connection.execute(
            f"insert into handed_out.marts.data_checks by name from read_parquet({_text(history)})"
        )


def _text(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"


def main() -> int:
    """Run the command; return its exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("database", type=Path, help="a database that trustmetrics build made")
    try:
        counts = prepare(parser.parse_args().database, SITE)
    except UserError as error:
        print(f"dashboards: {error}", file=sys.stderr)
        return 2
    print("dashboards: " + ", ".join(f"{name} {count:,}" for name, count in counts.items()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
