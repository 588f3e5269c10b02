"""Maps MediaWiki's abuse-filter and block logs to the raw contract.

The mapping is the SQL in adapters/mediawiki. This module checks the inputs, runs the files
in order, and writes one Parquet file per table.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from trustmetrics.engine_errors import plain
from trustmetrics.errors import UserError
from trustmetrics.ingest.inputs import Inputs, list_inputs
from trustmetrics.ingest.staged import staged, stale_tables
from trustmetrics.mapping.files import unreadable, view_file
from trustmetrics.mapping.sql import literal

OnStep = Callable[[str, int | None], None]

ADAPTER = Path(__file__).resolve().parents[3] / "adapters" / "mediawiki"

# Each file is one select. The ideas build on one another, and the tables on the ideas.
IDEAS = ("constants", "filter_hits", "block_log", "log_standing", "hit_cases")
# detections come before them where there are hits.
TABLES = (
    "cases",
    "case_events",
    "decisions",
    "enforcement_actions",
    "appeals",
    "not_measured",
)
CSV_FILES = ("namespaces", "policy_mapping", "not_measured")

HIT_COLUMNS = {
    "hit_id": "bigint",
    "timestamp": "timestamp",
    "filter_id": "bigint",
    "account_hash": "varchar",
    "account_is_ip": "boolean",
    "namespace": "bigint",
    "page_hash": "varchar",
    "action": "varchar",
    "result": "varchar",
    "revision_id": "bigint",
}
BLOCK_COLUMNS = {
    "log_id": "bigint",
    "timestamp": "timestamp",
    "action": "varchar",
    "account_hash": "varchar",
    "account_is_ip": "boolean",
    "administrator_hash": "varchar",
    "administrator_is_bot": "boolean",
    "duration": "varchar",
    "expires_at": "timestamp",
    "flags": "varchar",
    "policy_reference": "varchar",
}

NESTED = ("STRUCT", "MAP", "UNION")
# Types that are cast as they are. Anything else is read as text and must have one of these forms,
# since engines accept more than they should.
NATIVE = {
    "bigint": ("TINYINT", "SMALLINT", "INTEGER", "BIGINT"),
    "boolean": ("BOOLEAN",),
    "timestamp": (
        "TIMESTAMP",
        "TIMESTAMP_S",
        "TIMESTAMP_MS",
        "TIMESTAMP_NS",
        "TIMESTAMP WITH TIME ZONE",
    ),
}
TEXT_FORMS = {
    "bigint": (r"-?[0-9]{1,18}(\.0+)?", "a whole number such as 42"),
    "boolean": ("(?i:true|false)", "true or false"),
    "timestamp": (
        r"\d{4}-\d\d-\d\d[ T]([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,6})?Z?",
        "UTC as YYYY-MM-DD HH:MM:SS, or nothing where there is no time",
    ),
}


@dataclass(frozen=True)
class Report:
    """What a run read and wrote.

    Attributes:
        rows: the rows of each table that was written.
        counts: what the logs held (duplicates, orphans and the like).
        unread: the files of the folders that are neither Parquet nor CSV.
    """

    rows: dict[str, int]
    counts: dict[str, int]
    unread: list[Path]


def ingest(
    hits: Sequence[Path],
    blocks: Sequence[Path],
    out: Path,
    on_step: OnStep = lambda *_: None,
) -> Report:
    """Map the two logs and write `<table>.parquet` into `out`: all of the tables, or none.

    Args:
        hits: files of the abuse-filter log, or folders of its parts; none: no detections table.
        blocks: files of the block log, or folders of its parts.
        out: folder of the raw tables.
        on_step: progress: called with what is read or made, and None rows as it begins.

    Raises:
        UserError: a file cannot be read or mapped, or the tables cannot be written.
    """
    given = {"hits": list_inputs(hits), "blocks": list_inputs(blocks)}
    written = ("detections", *TABLES) if hits else TABLES
    if stale := stale_tables(out, written, ("detections", *TABLES)):
        raise UserError("\n".join(stale))
    with duckdb.connect() as con:
        con.execute("set timezone = 'UTC'")
        con.execute("set preserve_insertion_order = false")
        _load(con, "export_hits", given["hits"], HIT_COLUMNS, on_step)
        _load(con, "export_blocks", given["blocks"], BLOCK_COLUMNS, on_step)
        _refuse_empty(con, "export_hits", hits, "leave --hits out where there are none")
        _refuse_empty(con, "export_blocks", blocks, "export the block log again")
        rows: dict[str, int] = {}
        with _in_one_line(), staged(con, out, written) as tables:
            for name in CSV_FILES:
                source = literal(ADAPTER / f"{name}.csv")
                con.execute(f"create table {name}_csv as from read_csv({source}, header = true)")
            for name in IDEAS:
                on_step(name.replace("_", " "), None)
                con.execute(f"create table {name} as {_sql(name)}")
            for table in written:
                on_step(table, None)
                rows[table] = tables.write(table, _sql(table))
                on_step(table, rows[table])
            counts = (_counts(con, "hit_counts") if hits else {}) | _counts(con, "log_counts")
        unread = [path for inputs in given.values() for path in inputs.unread]
        return Report(rows, counts, unread)


def _sql(name: str) -> str:
    return (ADAPTER / f"{name}.sql").read_text(encoding="utf-8")


def _counts(con: duckdb.DuckDBPyConnection, name: str) -> dict[str, int]:
    counts = con.execute(_sql(name))
    names = [column[0] for column in counts.description or ()]
    return dict(zip(names, counts.fetchone() or (), strict=True))


@contextmanager
def _in_one_line() -> Iterator[None]:
    """Say in one line what DuckDB cannot do with the logs."""
    try:
        yield
    except duckdb.Error as error:
        raise UserError(
            f"the logs cannot be mapped ({plain(str(error))}); free memory or disk space where "
            "that is what is missing, and report it where it is not"
        ) from error


def _refuse_empty(
    con: duckdb.DuckDBPyConnection, table: str, paths: Sequence[Path], mend: str
) -> None:
    if paths and not con.execute(f"select count(*) from {table}").fetchone()[0]:
        raise UserError(f"{', '.join(map(str, paths))}: no row beneath the header; {mend}")


def _load(
    con: duckdb.DuckDBPyConnection,
    table: str,
    inputs: Inputs,
    columns: dict[str, str],
    on_step: OnStep,
) -> None:
    """Read the files of a log into a table with the types that the SQL expects."""
    con.execute(f"create table {table} ({', '.join(map(' '.join, columns.items()))})")
    for path in inputs.files:
        on_step(f"reading {path.name}", None)
        view_file(con, "file", path)
        try:
            on_step(f"read {path.name}", _insert(con, table, path, columns))
        except duckdb.Error as error:
            raise unreadable(path, error) from error
        con.execute("drop view file")


def _insert(con: duckdb.DuckDBPyConnection, table: str, path: Path, columns: dict[str, str]) -> int:
    """Insert the rows of the view `file`, and return their number."""
    described = con.execute("select column_name, column_type from (describe file)").fetchall()
    present = {name.lower(): kind for name, kind in described}
    for column in columns:
        if column not in present:
            raise UserError(
                f"{path}: column {column} is missing; export it, empty where it is not known"
            )
        if present[column].endswith("]") or present[column].startswith(NESTED):
            raise UserError(
                f"{path}: column {column} holds several values in a row; write one, or nothing"
            )
    as_text = {
        column: wanted
        for column, wanted in columns.items()
        if wanted in NATIVE and present[column] not in NATIVE[wanted]
    }
    _check_text(con, path, as_text)
    casts = [
        f"cast({f'cast({column} as varchar)' if column in as_text else column} as {wanted})"
        for column, wanted in columns.items()
    ]
    inserted = con.execute(f"insert into {table} select {', '.join(casts)} from file").fetchone()
    return int(inserted[0]) if inserted else 0


def _check_text(con: duckdb.DuckDBPyConnection, path: Path, columns: dict[str, str]) -> None:
    """Raise for the first column with text that does not fit its type."""
    if not columns:
        return
    bad = []
    for column, wanted in columns.items():
        pattern = literal(TEXT_FORMS[wanted][0])
        bad.append(
            f"min({column}) filter (where not regexp_full_match({column}, {pattern})"
            f" or (try_cast({column} as {wanted}) is null and {column} is not null))"
        )
    texts = ", ".join(f"cast({column} as varchar) as {column}" for column in columns)
    values = con.execute(f"select {', '.join(bad)} from (select {texts} from file)").fetchone()
    for (column, wanted), value in zip(columns.items(), values, strict=True):
        if value is not None:
            form = TEXT_FORMS[wanted][1]
            raise UserError(f"{path}: column {column} holds {value!r}; write {form}")
