"""Writes the skeleton of a map: what trustmetrics map init does."""

import tempfile
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb

from trustmetrics.check.declared import RawTable, read_contract, read_settings
from trustmetrics.errors import UserError
from trustmetrics.gate.state import register_of
from trustmetrics.mapping.match import TableMatch, match
from trustmetrics.mapping.profile import ROWS_LOOKED_AT, SourceTable, profile
from trustmetrics.mapping.readme import readme_text
from trustmetrics.mapping.settings import FILE, settings_text
from trustmetrics.mapping.skeleton import UNMATCHED, select_text, unmatched_text
from trustmetrics.mapping.source import Source, open_source
from trustmetrics.mapping.sql import relation

README = "README.md"


@dataclass(frozen=True)
class Skeleton:
    """What map init found.

    Attributes:
        matches: the raw tables with a source.
        unmatched: the raw tables without one, each with the metrics that are not measured then.
        unused: the source's tables that no raw table reads.
        unread: what the source holds and cannot be read, a sentence each.
    """

    matches: list[TableMatch]
    unmatched: dict[str, list[str]]
    unused: list[str]
    unread: list[str]


def make_map(
    project: Path,
    address: str,
    out: Path,
    time_zone: str,
    extracted_at: str,
    on_table: Callable[[str, int], None],
) -> Skeleton:
    """Look at a source and write a map for it into a new folder.

    Args:
        project: the folder that holds dbt_project.yml.
        address: the source, as for open_source.
        out: the map's folder.
        time_zone: the zone of times that name none; empty: to be decided.
        extracted_at: when the source was exported, UTC; empty: to be decided.
        on_table: progress: called with each table and the rows looked at.

    Raises:
        UserError: the source cannot be read, or the folder holds a map already.
    """
    kept = sorted(path.name for path in out.iterdir()) if out.is_dir() else []
    if kept:
        raise UserError(
            f"'{out}' holds {kept[0]} already, and a map that was edited is not written over. "
            "Name another folder"
        )
    contract = read_contract(project)
    tables, unread = _look(address, on_table)
    matches = match(contract, tables)
    found = {one.raw.name for one in matches}
    used = {one.source.name for one in matches}
    lost = losses(project)
    skeleton = Skeleton(
        matches,
        {raw.name: lost[raw.name] for raw in contract if raw.name not in found},
        [table.name for table in tables if table.name not in used],
        unread,
    )
    _write(out, skeleton, contract, settings_text(time_zone, extracted_at), address)
    return skeleton


def losses(project: Path) -> dict[str, list[str]]:
    """The metrics that are not measured without a raw table, by table, as the register says."""
    lost: dict[str, list[str]] = defaultdict(list)
    for name, metric in register_of(project).entries.items():
        for table in metric.data.get("requires", ()):
            lost[table].append(name)
    return lost


def _look(
    address: str, on_table: Callable[[str, int], None]
) -> tuple[list[SourceTable], list[str]]:
    source: Source = open_source(address)
    try:
        with (
            tempfile.TemporaryDirectory() as folder,
            duckdb.connect(str(Path(folder) / "look.duckdb")) as connection,
        ):
            connection.execute("set timezone = 'UTC'")
            tables = []
            unread = list(source.unread)
            for name in source.tables:
                try:
                    source.load(connection, name, ROWS_LOOKED_AT)
                except UserError as error:
                    unread.append(str(error))
                    continue
                tables.append(profile(connection, name))
                connection.execute(f"drop table {relation(name)}")
                on_table(name, tables[-1].rows)
            return tables, unread
    finally:
        source.close()


def _write(
    out: Path, skeleton: Skeleton, contract: list[RawTable], settings: str, address: str
) -> None:
    vocabularies = read_settings().vocabularies
    (out / UNMATCHED).mkdir(parents=True, exist_ok=True)
    (out / FILE).write_text(settings, encoding="utf-8")
    for one in skeleton.matches:
        text = select_text(one, vocabularies)
        (out / f"{one.raw.name}.sql").write_text(text, encoding="utf-8")
    for raw in contract:
        if raw.name in skeleton.unmatched:
            text = unmatched_text(raw)
            (out / UNMATCHED / f"{raw.name}.sql").write_text(text, encoding="utf-8")
    (out / README).write_text(readme_text(skeleton, address), encoding="utf-8")
