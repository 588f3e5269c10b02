"""Raw data on which doubles are summed: hostile rows, and so many more that threads share them."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import duckdb

from tests.python.oracle.contract import Table, load
from tests.python.oracle.hostile import generate
from tests.python.oracle.hostile_files import write

SEED = 40
AS_OF = datetime(2026, 4, 23)
# A thread takes at least a row group of 122,880 rows: with fewer there is one thread, and no race.
MANY = 150_000
TYPES = {"string": "varchar", "integer": "bigint"}

# A number from 0 to 1 of a row that is no sum of powers of two, as weights, hours and shares are.
MACROS = """
create macro part(i, what) as (hash(i, what) % 1000003) / 1000003.0;
create macro one_of(i, what, names) as names[1 + cast(hash(i, what) % len(names) as integer)];
create macro instant(i, what, days) as
    timestamp '2026-01-05' + to_seconds(cast(part(i, what) * days * 86400 as bigint));
"""
QUEUES = "one_of(i, 'queue', ['standard', 'escalation', 'legal'])"
CODES = "one_of(i, 'code', ['SCAM-1', 'FRAUD-1', 'SPAM-1', 'no such code'])"
SURFACES = "one_of(i, 'surface', ['feed', 'search', 'chat'])"
ROWS = {
    "cases": (
        4000,
        f"""'case ' || i as case_id, instant(i, 'opened', 60) as opened_at, {QUEUES} as queue,
        one_of(i, 'severity', ['critical', 'high', 'medium', 'low']) as severity,
        {CODES} as policy_code, {SURFACES} as surface, 'EU' as region,
        'account ' || i % 1500 as subject_account_id""",
    ),
    "decisions": (
        4000,
        f"""'decision ' || i as decision_id, 'case ' || i as case_id,
        instant(i, 'opened', 60) + to_seconds(cast(part(i, 'decided') * 900000 as bigint))
            as decided_at,
        one_of(i, 'outcome', ['violation', 'violation', 'no_violation']) as outcome,
        {CODES} as policy_code, 'human' as decided_by, 'moderator ' || i % 50 as moderator_id""",
    ),
    "enforcement_actions": (
        4000,
        """'action ' || i as action_id, 'decision ' || i as decision_id, 'case ' || i as case_id,
        instant(i, 'opened', 60) + to_seconds(cast(part(i, 'actioned') * 1800000 as bigint))
            as actioned_at,
        'warning' as action_type, 'account ' || i % 1500 as subject_account_id,
        false as automated, 'illegal_content' as legal_ground""",
    ),
    "detections": (
        MANY,
        f"""'detection ' || i as detection_id, instant(i, 'detected', 90) as detected_at,
        one_of(i, 'detector', ['words', 'images']) as detector_id, '1' as detector_version,
        'account ' || i % 1500 as subject_account_id, {SURFACES} as surface, 'EU' as region,
        {CODES} as policy_code, 0.01 + 0.99 * part(i, 'review') as review_probability,
        'case ' || hash(i) % 4000 as case_id""",
    ),
    "qa_reviews": (
        MANY,
        """'review ' || i as qa_review_id, 'decision ' || hash(i) % 4000 as decision_id,
        timestamp '2026-04-20' as reviewed_at, 'reviewer' as reviewer_id,
        one_of(i, 'verdict', ['correct', 'correct', 'incorrect']) as verdict,
        0.001 + 0.999 * part(i, 'inclusion') as inclusion_probability""",
    ),
    "moderator_shifts": (
        20_000,
        """'moderator ' || i // 100 as moderator_id, date '2026-01-05' + i % 100 as shift_date,
        one_of(i // 100, 'queue', ['standard', 'escalation', 'legal']) as queue,
        24 * part(i, 'hours') as review_hours""",
    ),
    "prevalence_strata": (
        4800,
        """date '2026-01-05' + i % 12 * 7 as period_start_date,
        'surface ' || i // 12 % 40 as surface, 'stratum ' || i // 480 as stratum,
        1 + hash(i) % 10000000 as population_views""",
    ),
    "prevalence_labels": (
        40_000,
        f"""'sample ' || i as sample_id, date '2026-01-05' + i % 12 * 7 as period_start_date,
        'surface ' || i // 12 % 40 as surface, 'stratum ' || i // 480 % 10 as stratum,
        'item ' || i as content_id,
        one_of(i, 'label', ['violating', 'benign', 'benign', 'benign', 'undecided']) as label,
        {CODES} as policy_code, timestamp '2026-04-01' as labelled_at""",
    ),
    "calibration_ratings": (
        24_000,
        """'programme ' || i // 12 % 7 as programme_id, 'session ' || i // 6 % 14 as session_id,
        date '2026-01-05' + i // 6 % 14 as session_date,
        case when i // 6 % 2 = 0 then 'before' else 'after' end as phase,
        'item ' || i // 6 as item_id, 'moderator ' || i % (3 + i // 6 % 4) as moderator_id,
        one_of(i, 'rating', ['violation', 'no_violation', 'unclear']) as rating""",
    ),
}


class ManyRows:
    """The rows, typed, in a database, from which folders of raw files are written."""

    def __init__(self, folder: Path) -> None:
        """Make the rows; folder: for the files of the hostile ones."""
        write(generate(SEED), folder, "parquet", SEED)
        self._connection = duckdb.connect()
        self._connection.execute(f"set timezone = 'UTC'; {MACROS}")
        for name, table in load().items():
            self._connection.execute(f"create table {name} ({_declared(table)})")
            found = [*folder.glob(f"{name}.parquet"), *folder.glob(f"{name}/*.parquet")]
            # The hostile rows may declare metrics not measured, which would then not be compared.
            if found and name != "not_measured":
                paths = ", ".join(f"'{path}'" for path in found)
                columns = ", ".join(_typed(column.name, column.type) for column in table.columns)
                self._connection.execute(
                    f"insert into {name} select {columns} from read_parquet([{paths}])"
                )
            if name in ROWS:
                count, columns = ROWS[name]
                self._connection.execute(
                    f"insert into {name} by name select {columns}, "
                    "timestamp '2026-04-21' as ingested_at "
                    f"from (select cast(range as integer) as i from range({count}))"
                )

    def write(self, folder: Path, suffix: str, order: int) -> None:
        """Write every table as a file, Parquet or CSV; order: each number is an order of rows."""
        folder.mkdir()
        options = "format parquet" if suffix == "parquet" else "header"
        for name in load():
            self._connection.execute(
                f"copy (select * from {name} order by hash({order}, {name}::varchar)) "
                f"to '{folder / name}.{suffix}' ({options})"
            )

    def close(self) -> None:
        """Let the database go."""
        self._connection.close()


def _sql_type(kind: str) -> str:
    return TYPES.get(kind, kind)


def _declared(table: Table) -> str:
    return ", ".join(f"{column.name} {_sql_type(column.type)}" for column in table.columns)


def _typed(name: str, kind: str) -> str:
    """A column of a hostile file as its declared type; as in CSV, empty text is NULL."""
    cast = f"try_cast({name} as {_sql_type(kind)})"
    return f"nullif({cast}, '')" if kind == "string" else cast
