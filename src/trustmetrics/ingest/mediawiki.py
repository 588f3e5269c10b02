"""Maps MediaWiki's abuse-filter and block logs to the raw contract.

The mapping is the SQL in adapters/mediawiki. This module checks the two inputs, runs the files in
order, and writes one Parquet file per table.
"""

from collections.abc import Callable
from glob import escape
from pathlib import Path

import duckdb

from trustmetrics.errors import UserError
from trustmetrics.ingest.staged import staged
from trustmetrics.mapping.sql import literal

ADAPTER = Path(__file__).resolve().parents[3] / "adapters" / "mediawiki"

# Each file is one select. The ideas build on one another, and the tables on the ideas.
IDEAS = ("constants", "filter_hits", "block_log", "log_standing", "hit_cases")
TABLES = (
    "detections",
    "cases",
    "case_events",
    "decisions",
    "enforcement_actions",
    "appeals",
)

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


def ingest(
    hits: Path,
    blocks: Path,
    out: Path,
    on_table: Callable[[str, int], None] | None = None,
) -> dict[str, int]:
    """Map the two logs and write `<table>.parquet` into `out`.

    Returns the number of rows of each table, and counts of what the logs held (duplicates, orphans
    and the like). The files get their names only after all of them are written.
    """
    with duckdb.connect() as con:
        con.execute("set timezone = 'UTC'")
        con.execute("set preserve_insertion_order = false")
        _load(con, "export_hits", hits, HIT_COLUMNS)
        _load(con, "export_blocks", blocks, BLOCK_COLUMNS)
        for name in ("namespaces", "policy_mapping"):
            source = literal(ADAPTER / f"{name}.csv")
            con.execute(f"create table {name}_csv as from read_csv({source}, header = true)")
        for name in IDEAS:
            con.execute(f"create table {name} as {_sql(name)}")
        rows = {}
        with staged(con, out) as tables:
            for table in TABLES:
                rows[table] = tables.write(table, _sql(table))
                if on_table:
                    on_table(table, rows[table])
        counts = con.execute(_sql("counts"))
        names = [column[0] for column in counts.description]
        return rows | dict(zip(names, counts.fetchone(), strict=True))


def _sql(name: str) -> str:
    return (ADAPTER / f"{name}.sql").read_text(encoding="utf-8")


def _load(con: duckdb.DuckDBPyConnection, table: str, path: Path, columns: dict[str, str]) -> None:
    """Read an export into a table with the types that the SQL expects."""
    if not path.is_file():
        raise UserError(f"{path}: no such file; give the exported log, a .parquet or .csv file")
    location = literal(escape(str(path)))
    if path.suffix == ".parquet":
        reader = f"read_parquet({location})"
    elif path.suffix == ".csv":
        reader = (
            f"read_csv({location}, header = true, all_varchar = true,"
            " delim = ',', quote = '\"', escape = '\"')"
        )
    else:
        raise UserError(f"{path}: neither .parquet nor .csv; export the log as one of the two")
    try:
        present = dict(
            con.execute(f"select column_name, column_type from (describe from {reader})").fetchall()
        )
        for column in columns:
            if column not in present:
                raise UserError(
                    f"{path}: column {column} is missing; export it, empty where it is not known"
                )
        as_text = {
            column: wanted
            for column, wanted in columns.items()
            if wanted in NATIVE and present[column] not in NATIVE[wanted]
        }
        _check_text(con, path, reader, as_text)
        casts = [
            f"cast({f'cast({column} as varchar)' if column in as_text else column} as {wanted})"
            f" as {column}"
            for column, wanted in columns.items()
        ]
        con.execute(f"create table {table} as select {', '.join(casts)} from {reader}")
    except duckdb.Error as error:
        reason = str(error).splitlines()[0]
        raise UserError(f"{path}: cannot be read ({reason}); export it again") from error


def _check_text(
    con: duckdb.DuckDBPyConnection, path: Path, reader: str, columns: dict[str, str]
) -> None:
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
    values = con.execute(f"select {', '.join(bad)} from (select {texts} from {reader})").fetchone()
    for (column, wanted), value in zip(columns.items(), values, strict=True):
        if value is not None:
            form = TEXT_FORMS[wanted][1]
            raise UserError(f"{path}: column {column} holds {value!r}; write {form}")
