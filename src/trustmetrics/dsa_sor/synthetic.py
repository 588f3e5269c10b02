"""Makes dumps of invented statements, for tests and benchmarks; equal arguments, equal dumps."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from trustmetrics.dsa_sor.columns import FULL, LIGHT
from trustmetrics.mapping.sql import literal

QUERY = Path(__file__).with_name("synthetic.sql")
INNER_RECORDS = 1_000_000
FIRST_DAY_V2 = date(2025, 7, 1)


@dataclass(frozen=True)
class Dump:
    """What a dump is to hold.

    Attributes:
        records: how many statements.
        day: the day of their submission; it decides the taxonomy.
        is_light: whether the columns are those of a light dump.
        part_records: how many stand in a CSV part at most.
        first: the number of the first one; other numbers are other statements.
    """

    records: int
    day: date = date(2025, 9, 1)
    is_light: bool = False
    part_records: int = 100_000
    first: int = 0

    @property
    def name(self) -> str:
        """The name that the database would give it."""
        return f"sor-global-{self.day}-{'light' if self.is_light else 'full'}"


def write_parts(dump: Dump, folder: Path) -> Iterator[Path]:
    """Write the CSV parts of a dump one by one, and yield each as it is there."""
    columns = LIGHT if dump.is_light else FULL
    with duckdb.connect() as connection:
        connection.execute("set threads = 1; set timezone = 'UTC'")
        for number, start in enumerate(range(0, dump.records, dump.part_records)):
            stop = min(start + dump.part_records, dump.records)
            for name, value in (
                ("first", dump.first + start),
                ("stop", dump.first + stop),
                ("day", str(dump.day)),
                ("taxonomy", 1 if dump.day < FIRST_DAY_V2 else 2),
            ):
                connection.execute(f"set variable {name} = {literal(value)}")
            part = folder / f"{dump.name}-{number:05}.csv"
            connection.execute(
                f"copy (select {', '.join(columns)} from ({QUERY.read_text(encoding='utf-8')})) "
                f"to {literal(part)} (header, delimiter ',')"
            )
            yield part


def write_dump(dump: Dump, folder: Path) -> Path:
    """Write a dump as the database does: a zip of zips of CSV parts. Return the zip."""
    outer_path = folder / f"{dump.name}.zip"
    per_inner = max(INNER_RECORDS // dump.part_records, 1)
    with zipfile.ZipFile(outer_path, "w", zipfile.ZIP_STORED) as outer:
        parts = write_parts(dump, folder)
        for number in range(dump.records // (per_inner * dump.part_records) + 1):
            inner_path = folder / f"{dump.name}-{number:05}.csv.zip"
            with zipfile.ZipFile(inner_path, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as inner:
                for _, part in zip(range(per_inner), parts, strict=False):
                    inner.write(part, part.name)
                    part.unlink()
                written = len(inner.infolist())
            if written:
                outer.write(inner_path, inner_path.name)
            inner_path.unlink()
    return outer_path
