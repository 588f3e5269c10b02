"""A small database as a build leaves it, for the tests of the checks: even, dull weeks."""

from __future__ import annotations

import atexit
import functools
import shutil
import tempfile
from datetime import datetime
from pathlib import Path

import duckdb

from tests.python.helpers import ROOT
from trustmetrics.check.declared import read_contract
from trustmetrics.check.history import history_file
from trustmetrics.check.runner import CheckReport, run_checks

AS_OF = datetime(2026, 6, 30, 12)
WEEKS = 12
LAST_WEEK = "ingested_at >= timestamp '2026-06-23'"
TYPES = {"string": "varchar", "integer": "bigint"}

# Row number i, from 0 on, counts back from the last midnight; the weeks are alike.
MOMENT = "timestamp '2026-06-30' - (i + 0.5) * interval 7 day / {per_week}"
FILLED = f"""
insert into raw.detections by name
select
    'd' || i as detection_id,
    {MOMENT.format(per_week=420)} - interval 1 hour as detected_at,
    'det_' || (i % 2) as detector_id,
    case when i % 5 > 0 then 'k' || i end as content_id,
    'a' || i as subject_account_id,
    case i % 3 when 0 then 'feed' else 'live' end as surface,
    'eu' as region,
    'SPAM-1' as policy_code,
    (i // 2 * 37) % 100 / 100 as score,
    {MOMENT.format(per_week=420)} as ingested_at
from (select unnest(range(0, 420 * {WEEKS})) as i);

insert into raw.decisions by name
select
    'j' || i as decision_id,
    {MOMENT.format(per_week=210)} - interval 1 hour as decided_at,
    case i % 3 when 0 then 'no_violation' else 'violation' end as outcome,
    'human' as decided_by,
    {MOMENT.format(per_week=210)} as ingested_at
from (select unnest(range(0, 210 * {WEEKS})) as i);

insert into raw.activity_daily by name
select
    cast({MOMENT.format(per_week=140)} as date) as activity_date,
    'feed' as surface,
    'eu' as region,
    900 + i % 7 * 50 as content_views,
    {MOMENT.format(per_week=140)} as ingested_at
from (select unnest(range(0, 140 * {WEEKS})) as i);

insert into marts.kpi_values by name
select
    'detection_precision' as metric,
    1 as metric_version,
    'week' as period_grain,
    date '2026-06-22' - cast(7 * week as integer) as period_start,
    case slice when 0 then 'overall' else 'surface' end as slice,
    'v' || slice as slice_value,
    0.9 as value,
    400 as sample_size,
    true as is_complete,
    week > 0 as is_mature
from (select unnest(range(0, {WEEKS})) as week)
cross join (select unnest(range(0, 40)) as slice);

insert into marts.orphans values ('detections', 'case_id', 'cases', 5040, 40, 10, '');
insert into marts.data_quality values ('detections', 5040, 0, 0, 0, 5040);
"""

# 42 rows of the last week that an enum turned away; to be filled with the value's SQL.
REJECTED = """
insert into restricted.rejected_rows
select
    'decisions', '{}', 'outcome', 'not_in_enum', timestamp '2026-06-25 10:00:00',
    json_object('decision_id', 'secret' || i, 'outcome', <value>)
from (select unnest(range(0, 42)) as i)
"""

EMPTY = """
create schema raw; create schema staging; create schema restricted; create schema marts;
create table restricted.rejected_rows (
    table_name varchar, row_key varchar, column_name varchar, reason varchar,
    ingested_at timestamp, row varchar
);
create table restricted.conflicting_versions (
    table_name varchar, row_key varchar, ingested_at timestamp, version varchar
);
create table marts.kpi_values (
    metric varchar, metric_version integer, period_grain varchar, period_start date,
    slice varchar, slice_value varchar, value double, sample_size bigint,
    is_complete boolean, is_mature boolean
);
create table marts.orphans (
    table_name varchar, column_name varchar, referenced_table varchar, entity_count bigint,
    no_reference_count bigint, orphan_count bigint, touched_metrics varchar
);
create table marts.data_quality (
    table_name varchar, raw_row_count bigint, rejected_row_count bigint, late_row_count bigint,
    superseded_row_count bigint, entity_count bigint
);
"""


@functools.cache
def _template() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="trustmetrics-tests-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    with duckdb.connect(str(folder / "small.duckdb")) as connection:
        connection.execute(EMPTY)
        for table in read_contract(ROOT):
            columns = ", ".join(
                f"{column.name} {TYPES.get(column.data_type, column.data_type)}"
                for column in table.columns
            )
            connection.execute(f"create table raw.{table.name} ({columns})")
        connection.execute("create table staging.as_of as select ?::timestamp as as_of", [AS_OF])
        connection.execute(FILLED)
    return folder / "small.duckdb"


def small_database(path: Path) -> Path:
    """Make the database at a path, in place of what is there."""
    return Path(shutil.copyfile(_template(), path))


@functools.cache
def even_report() -> CheckReport:
    """Check the database as it is, once for all tests."""
    return checked(small_database(_template().with_name("even.duckdb")))


def checked_database(path: Path) -> Path:
    """Make the database at a path together with the history of one check, that of even_report."""
    even_report()
    shutil.copyfile(history_file(_template().with_name("even.duckdb")), history_file(path))
    return small_database(path)


def doctor(database: Path, doctoring: str) -> Path:
    """Change the data."""
    with duckdb.connect(str(database)) as connection:
        connection.execute(doctoring)
    return database


def checked(database: Path, doctoring: str = "select 1") -> CheckReport:
    """Change the data, then check them."""
    doctor(database, doctoring)
    return run_checks(database, database.parent / "report", lambda *_: None)


def failures(report: CheckReport) -> dict[tuple[str, str | None, str], str]:
    """Table, column and check of what failed, and what was seen."""
    return {
        (result.table_name, result.column_name, result.expectation): result.observed
        for result in report.of(False)
    }
