"""Writes the public marts as Parquet files with a manifest, all of them or none."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from trustmetrics.built import BUILD_AGAIN, opened, rows
from trustmetrics.database_file import real_place
from trustmetrics.disk import Disk, full_disk_told
from trustmetrics.errors import UserError
from trustmetrics.extras import require
from trustmetrics.mapping.sql import literal
from trustmetrics.privacy.figures import Figure, withheld_figures
from trustmetrics.project import project_root
from trustmetrics.public_marts import SCHEMA, public_names
from trustmetrics.register.load import FOLDER, LOCK
from trustmetrics.register.lock import parse_lock
from trustmetrics.stops import unstoppable
from trustmetrics.texts import read_text
from trustmetrics.workshop import workshop

MANIFEST = "manifest.json"
KIND = "trustmetrics marts"
# Goes up where a file or a column is renamed, or changes its meaning or type.
SCHEMA_VERSION = 1
KPI_VALUES = "kpi_values"
# What tells of definitions and periods, and counts nobody.
WITHOUT_COUNTS = ("dim_metrics", "dim_periods", "metric_catalog", "metric_change_log")
NUMBERS = ("numerator", "denominator", "value", "ci_lower", "ci_upper", "sample_size")

OnStep = Callable[[int, int, str], None]


@dataclass(frozen=True)
class Outside:
    """What is withheld of an export for those outside.

    Attributes:
        k: the least count that is shown.
        grains: the periods of kpi_values that are written.
        since: only those that begin then or later; None: all.
    """

    k: int
    grains: Sequence[str]
    since: date | None = None


def export_marts(
    database: Path, out: Path, outside: Outside | None, on_step: OnStep
) -> dict[str, Any]:
    """Write the public marts of a built database, and return the manifest.

    The same database and options give the same bytes.

    Args:
        database: the file; one with the marts alone will do.
        out: the folder, which is replaced where it holds an export.
        outside: what to withhold; None: every public mart, exact.
        on_step: told of each table: its number, how many there are, its name.

    Raises:
        UserError: the database cannot be read or is not whole, the folder holds something else or
            cannot be written, the disk is full, or an extra is missing.
    """
    if outside is not None:
        require("privacy")
    place = real_place(out)
    _check_out(out, place)
    disk = Disk.of(place.parent)
    with opened(database) as connection:
        fingerprints = _fingerprints(connection, database)
        with (
            full_disk_told(disk, None, option="--out DIR"),
            workshop(place.parent, f".{place.name}.export-", {"new", "old"}) as folder,
        ):
            with full_disk_told(disk, folder, option="--out DIR"):
                draft = folder / "new"
                draft.mkdir()
                manifest = _written(connection, draft, outside, on_step, fingerprints)
            with unstoppable():
                if place.exists():
                    place.rename(folder / "old")
                draft.rename(place)
    return manifest


def _check_out(out: Path, place: Path) -> None:
    """Refuse to replace what is not an export."""
    if not place.parent.is_dir():
        raise UserError(f"the folder '{place.parent}' does not exist. Create it first")
    if not place.exists():
        return
    if not place.is_dir():
        raise UserError(f"--out '{out}' is a file. Name a folder")
    if any(place.iterdir()) and _kind_of(place / MANIFEST) != KIND:
        raise UserError(
            f"the folder '{out}' holds something else than an export of the marts, and is not "
            "replaced. Name another, or empty this one first"
        )


def _kind_of(manifest: Path) -> object:
    try:
        return json.loads(manifest.read_text(encoding="utf-8")).get("kind")
    except (OSError, ValueError, AttributeError):
        return None


def _fingerprints(connection: duckdb.DuckDBPyConnection, database: Path) -> dict[str, str]:
    """The fingerprint of meaning of each metric and version that the database has."""
    path = project_root() / FOLDER / LOCK
    locked = parse_lock(read_text(path, f"{FOLDER}/{LOCK}")).versions
    built = connection.execute(
        f"select metric, metric_version from {SCHEMA}.metric_catalog order by all"
    ).fetchall()
    missing = [f"{metric} version {version}" for metric, version in set(built) - locked.keys()]
    if missing:
        raise UserError(
            f"'{database}' was built with other definitions than those here, which have no "
            f"{min(missing)}. {BUILD_AGAIN}"
        )
    return {f"{metric} {version}": locked[metric, version].meaning for metric, version in built}


def _written(
    connection: duckdb.DuckDBPyConnection,
    folder: Path,
    outside: Outside | None,
    on_step: OnStep,
    fingerprints: dict[str, str],
) -> dict[str, Any]:
    # One thread writes the rows of a file in one order.
    connection.execute("set threads = 1")
    (as_of,) = connection.execute(f"select max(as_of) from {SCHEMA}.dim_metrics").fetchone() or ()
    names = public_names(connection)
    manifest: dict[str, Any] = {
        "kind": KIND,
        "schema_version": SCHEMA_VERSION,
        "as_of": str(as_of) if as_of else None,
        # Of the definitions installed; a database does not hold those that it was built with.
        "fingerprints": fingerprints,
    }
    chosen = names
    sources = {name: f'{SCHEMA}."{name}"' for name in names}
    if outside is not None:
        chosen = [name for name in names if name in (KPI_VALUES, *WITHOUT_COUNTS)]
        manifest["left_out"] = [name for name in names if name not in chosen]
        on_step(0, len(chosen), "what is withheld")
        manifest["withheld"] = _withhold(connection, outside)
        sources[KPI_VALUES] = "shown_values"
    manifest["tables"] = []
    for number, name in enumerate(chosen, 1):
        on_step(number, len(chosen), name)
        file = folder / f"{name}.parquet"
        manifest["tables"].append(
            {
                "name": name,
                "file": file.name,
                "rows": _copied(connection, sources[name], file, manifest["as_of"]),
                "columns": _columns(connection, sources[name]),
                "sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
            }
        )
    text = json.dumps(manifest, indent=2, ensure_ascii=False)
    (folder / MANIFEST).write_text(f"{text}\n", encoding="utf-8")
    return manifest


def _copied(
    connection: duckdb.DuckDBPyConnection, source: str, file: Path, as_of: str | None
) -> int:
    counted = connection.execute(
        f"copy (from {source} order by all) to {literal(file)} (format parquet, compression zstd, "
        f"use_tmp_file false, kv_metadata {{schema_version: '{SCHEMA_VERSION}', "
        f"as_of: '{as_of or ''}'}})"
    ).fetchone()
    return int(counted[0]) if counted else 0


def _columns(connection: duckdb.DuckDBPyConnection, source: str) -> dict[str, str]:
    described = connection.execute(f"describe from {source}").fetchall()
    return {name: kind for name, kind, *_ in described}


def _withhold(connection: duckdb.DuckDBPyConnection, outside: Outside) -> dict[str, Any]:
    """Make the table of kpi_values as it may be seen outside, and say what it lacks."""
    grains = ", ".join(f"'{grain}'" for grain in outside.grains)
    since = f"and period_start >= date '{outside.since}'" if outside.since else ""
    connection.execute(
        f"create temp table chosen_values as from {SCHEMA}.{KPI_VALUES} "
        f"where period_grain in ({grains}) {since}"
    )
    figures = [
        Figure.of(row)
        for row in rows(
            connection,
            "select chosen_values.*, metric_catalog.statistic from chosen_values "
            f"inner join {SCHEMA}.metric_catalog using (metric, metric_version)",
        )
    ]
    withheld = withheld_figures(figures, outside.k)
    connection.execute(
        "create temp table withheld (metric varchar, metric_version integer, "
        "period_grain varchar, period_start date, slice varchar, slice_value varchar)"
    )
    if withheld:
        marks = ", ".join(["(?, ?, ?, ?, ?, ?)"] * len(withheld))
        values = [part for key in withheld for part in key]
        connection.execute(f"insert into withheld values {marks}", values)
    numbers = ", ".join(f"if(is_withheld, null, {name}) as {name}" for name in NUMBERS)
    connection.execute(
        f"create temp table shown_values as select * replace ({numbers}) from ("
        "select chosen_values.*, withheld.metric is not null as is_withheld "
        "from chosen_values left join withheld using "
        "(metric, metric_version, period_grain, period_start, slice, slice_value))"
    )
    settings = asdict(outside) | {"since": str(outside.since) if outside.since else None}
    return settings | {"rows": len(figures), "withheld": len(withheld)}
