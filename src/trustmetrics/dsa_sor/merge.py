"""Makes the raw tables from the mapped parts: of statements that stand twice, one is kept."""

from __future__ import annotations

import os
import shutil
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from trustmetrics.dsa_sor.part import ADAPTER, INDEX, TABLES
from trustmetrics.mapping.sql import literal

# Of each table: the column with the statement's id.
STATEMENT_OF = dict.fromkeys(TABLES, "case_id")
COUNTED = ("is_inverted", "is_detected_beside_a_notice", "has_restriction_of_no_kind")


@dataclass(frozen=True)
class Merged:
    """What came out.

    Attributes:
        rows: of each table.
        duplicates: the records that were left out, because their statement stands in another part.
        counts: of what the tables cannot say.
        marks: platforms and months with odd dates, a line each.
    """

    rows: dict[str, int]
    duplicates: int
    counts: dict[str, int]
    marks: list[str]


def merge(
    parts: Sequence[Path], ready: Path, scratch: Path, connection: duckdb.DuckDBPyConnection
) -> Merged:
    """Write each table as a folder of parts, and what the delays look like.

    Args:
        parts: the folders of the mapped parts, in an order that does not depend on the run.
        ready: the folder to write to, which does not exist.
        scratch: a folder for what the engine cannot hold in memory.
        connection: an engine that knows the mapping.
    """
    with connection:
        losers = _losers(connection, parts)
        ready.mkdir()
        rows = {}
        for table in TABLES:
            (ready / table).mkdir()
            for part in parts:
                for piece in sorted(part.glob(f"{table}-*.parquet")):
                    place = ready / table / f"{part.name}{piece.stem.removeprefix(table)}.parquet"
                    lost = losers.get(f"{part.name}{piece.stem.removeprefix(table)}", [])
                    _hand_over(connection, piece, place, STATEMENT_OF[table], lost)
            everything = literal(ready / table / "*.parquet")
            rows[table] = _number(connection, f"select count(*) from read_parquet({everything})")
        cases = literal(ready / "cases" / "*.parquet")
        connection.execute(f"create view all_cases as from read_parquet({cases})")
        rows["not_measured"] = _write_not_measured(connection, ready)
        counts, marks = _look(connection, ready)
        dropped = sum(map(len, losers.values()))
        return Merged(rows, dropped, counts | _flags(connection, losers), marks)


def _losers(connection: duckdb.DuckDBPyConnection, parts: Sequence[Path]) -> dict[str, list[str]]:
    """By piece, the statements that a better copy of stands elsewhere."""
    files = [str(piece) for part in parts for piece in sorted(part.glob(f"{INDEX}-*.parquet"))]
    listed = f"[{', '.join(map(literal, files))}]"
    connection.execute(
        "create view statements as select *, parse_filename(parse_dirpath(filename)) || "
        f"replace(parse_filename(filename, true), '{INDEX}', '') as piece "
        f"from read_parquet({listed}, filename = true)"
    )
    found = connection.execute(_sql("losers")).fetchall()
    losers: dict[str, list[str]] = defaultdict(list)
    for piece, statement in found:
        losers[piece].append(statement)
    connection.execute("create temp table lost (piece varchar, case_id varchar)")
    for piece, lost in losers.items():
        connection.execute("insert into lost select ?, unnest(?)", [piece, lost])
    return losers


def _hand_over(
    connection: duckdb.DuckDBPyConnection,
    piece: Path,
    place: Path,
    column: str,
    lost: Sequence[str],
) -> None:
    if lost:
        connection.execute(
            f"copy (select * from read_parquet({literal(piece)}) where {column} not in "
            f"(select unnest(?))) to {literal(place)} (format parquet)",
            [lost],
        )
        return
    try:
        os.link(piece, place)
    except OSError:
        # Not every file system has links.
        shutil.copyfile(piece, place)


def _write_not_measured(connection: duckdb.DuckDBPyConnection, ready: Path) -> int:
    connection.execute(
        "create view beginning as select min(ingested_at) as first_created_at from all_cases"
    )
    (ready / "not_measured").mkdir()
    target = literal(ready / "not_measured" / "not_measured.parquet")
    return _number(connection, f"copy (\n{_sql('not_measured')}\n) to {target} (format parquet)")


def _look(connection: duckdb.DuckDBPyConnection, ready: Path) -> tuple[dict[str, int], list[str]]:
    connection.execute(f"create temp table delays as {_sql('delays')}")
    connection.execute(f"copy delays to {literal(ready / 'delays.csv')} (header)")
    negative, zero = connection.execute(
        "select coalesce(sum(negative), 0), coalesce(sum(exactly_zero), 0) from delays"
    ).fetchone() or (0, 0)
    marks = connection.execute(
        "select platform_name, strftime(submitted_in, '%Y-%m'), mark, statements from delays "
        "where mark is not null order by all"
    ).fetchall()
    return (
        {"delay_negative": int(negative), "delay_exactly_zero": int(zero)},
        [f"{name}, {month}: {mark} ({count:,} statements)" for name, month, mark, count in marks],
    )


def _flags(connection: duckdb.DuckDBPyConnection, losers: dict[str, list[str]]) -> dict[str, int]:
    counts = ", ".join(f"count(*) filter (where {flag}) as {flag}" for flag in COUNTED)
    kept = (
        "anti join lost on statements.piece = lost.piece "
        "and cast(statements.statement_id as varchar) = lost.case_id"
        if losers
        else ""
    )
    row = connection.execute(f"select {counts} from statements {kept}").fetchone() or ()
    return dict(zip(COUNTED, map(int, row), strict=True))


def _number(connection: duckdb.DuckDBPyConnection, sql: str) -> int:
    (number,) = connection.execute(sql).fetchone() or (0,)
    return int(number)


def _sql(name: str) -> str:
    return (ADAPTER / f"{name}.sql").read_text(encoding="utf-8")
