"""Vocabularies of one's own for a build, and the codes of the data that the vocabularies lack."""

from __future__ import annotations

import csv
import io
import shutil
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import duckdb
import yaml

from trustmetrics.errors import UserError
from trustmetrics.fingerprint.seeds import typed_cell
from trustmetrics.register.load import Register
from trustmetrics.register.vocabulary import Vocabulary, spelled_code
from trustmetrics.texts import not_utf8

SEEDS = "seeds"
GUIDE = "docs/guides/vocabularies.md"
ENDING = ".csv"
SHOWN = 5
FAULTS_SHOWN = 20
LAST_DAY = date.max
# What a code is called, one and many, and what metrics do with those that a vocabulary lacks.
TOLD = {
    "policy_taxonomy": (
        "policy code",
        "policy codes",
        "metrics count them as harm type unmapped",
    ),
    "action_sla": (
        "severity",
        "severities",
        "metrics of the SLA leave these cases out",
    ),
    "case_complexity": (
        "pair of queue and severity",
        "pairs of queue and severity",
        "metrics weigh these cases as 1",
    ),
}


def unmapped_lines(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Return what the vocabularies of a built database lack, a line for each that lacks something.

    Args:
        connection: the database; without the table `unmapped_codes` there is nothing to say.
    """
    if not connection.execute(
        "select 1 from information_schema.tables "
        "where table_schema = 'restricted' and table_name = 'unmapped_codes'"
    ).fetchall():
        return []
    found = connection.execute(
        "select vocabulary, code, table_name, row_count from restricted.unmapped_codes "
        "order by row_count desc, code, table_name"
    ).fetchall()
    return [
        _line(name, [row[1:] for row in found if row[0] == name])
        for name in TOLD
        if any(row[0] == name for row in found)
    ]


def _line(name: str, found: list[tuple[str, str, int]]) -> str:
    one, many, what = TOLD[name]
    codes, rows = len({code for code, _, _ in found}), sum(count for _, _, count in found)
    shown = ", ".join(f"{code} ({count:,} in {table})" for code, table, count in found[:SHOWN])
    more = ", ..." if len(found) > SHOWN else ""
    return (
        f"{codes:,} {one if codes == 1 else many} that {name} lacks, in {rows:,} "
        f"row{'' if rows == 1 else 's'}: {shown}{more}; {what}. Add them: {GUIDE}"
    )


def assembled_seeds(project: Path, register: Register, folder: Path, into: Path) -> Path:
    """Return a copy of the project's seeds in which the vocabularies of a folder stand.

    Args:
        project: the dbt project's folder.
        register: its register, which says what makes a code.
        folder: has any of the vocabularies' files, `<vocabulary>.csv`, with the seed's columns.
        into: the folder to write, which does not exist yet.

    Raises:
        UserError: a file is none of a vocabulary, or breaks what the seed declares. All faults of
            all files, a line each.
    """
    if not folder.is_dir():
        raise UserError(f"the folder '{folder}' does not exist. Name the one with the vocabularies")
    files = sorted(path for path in folder.iterdir() if not path.name.startswith("."))
    types = _declared(project)
    faults: list[str] = []
    for path in files:
        vocabulary = register.vocabularies.get(path.stem) if path.suffix == ENDING else None
        if vocabulary is None or not path.is_file():
            known = ", ".join(f"{name}{ENDING}" for name in register.vocabularies)
            faults.append(f"'{path}' is not a vocabulary. Name it one of {known}")
            continue
        found = list(_faults(path, vocabulary, types[vocabulary.name]))
        more = [f"'{path}': {len(found) - FAULTS_SHOWN} more faults"]
        faults += found[:FAULTS_SHOWN] + (more if len(found) > FAULTS_SHOWN else [])
    if not files:
        known = ", ".join(f"{name}{ENDING}" for name in register.vocabularies)
        faults.append(f"the folder '{folder}' has no vocabulary. Put any of {known} into it")
    if faults:
        raise UserError("\n".join(faults))
    shutil.copytree(project / SEEDS, into)
    for path in files:
        shutil.copyfile(path, into / path.name)
    return into


def _declared(project: Path) -> dict[str, dict[str, str]]:
    """The declared type by column, of each seed."""
    found: dict[str, dict[str, str]] = {}
    for path in sorted((project / SEEDS).glob("*.y*ml")):
        content = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
        for seed in content.get("seeds") or ():
            found[seed["name"]] = dict((seed.get("config") or {}).get("column_types") or {})
    return found


def _faults(path: Path, vocabulary: Vocabulary, types: Mapping[str, str]) -> Iterator[str]:
    """What is wrong with a file, a line each."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
        header, *lines = list(csv.reader(io.StringIO(text, newline=""))) or [[]]
    except (UnicodeDecodeError, csv.Error) as error:
        what = not_utf8(error) if isinstance(error, UnicodeDecodeError) else error
        yield f"'{path}' is not CSV in UTF-8: {what}. Save it as CSV UTF-8, with commas"
        return
    wanted = ",".join(types)
    if sorted(header) != sorted(types):
        missing = [name for name in types if name not in header]
        surplus = [name for name in header if name not in types]
        twice = [name for name, count in Counter(header).items() if count > 1]
        said = [
            f"{what} {', '.join(map(repr, names))}"
            for what, names in (("lacks", missing), ("has besides", surplus), ("repeats", twice))
            if names
        ]
        yield f"'{path}': the first line {' and '.join(said)}. It must be: {wanted}"
        return
    rows: list[tuple[int, dict[str, str]]] = []
    for number, cells in enumerate(lines, 2):
        if not cells:
            continue
        if len(cells) != len(header):
            yield f"'{path}', row {number}: {len(cells)} cells instead of {len(header)}"
            continue
        rows.append((number, dict(zip(header, cells, strict=True))))
    sound = []
    for number, row in rows:
        found = list(_cell_faults(row, vocabulary, types))
        yield from (f"'{path}', row {number}: {fault}" for fault in found)
        if not found:
            sound.append((number, row))
    yield from (f"'{path}', {fault}" for fault in _doubled(sound, vocabulary))


def _cell_faults(
    row: Mapping[str, str], vocabulary: Vocabulary, types: Mapping[str, str]
) -> Iterator[str]:
    end = vocabulary.validity[1] if vocabulary.validity else None
    may_be_empty = {end, *vocabulary.data.get("optional", ())}
    for name, cell in row.items():
        if cell == "":
            if name not in may_be_empty:
                yield f"{name} is empty"
        elif cell != cell.strip():
            yield f"{name} '{cell}' has blanks around it, so that it would match nothing"
        elif not _is_of_type(cell, types[name]):
            yield f"{name} '{cell}' is not of the type {types[name]}"
    if vocabulary.validity and end and row[end]:
        first, last = vocabulary.validity
        if _day(row[first]) and _day(row[last]) and row[last] < row[first]:
            yield f"{last} {row[last]} lies before {first} {row[first]}"


def _is_of_type(cell: str, declared: str) -> bool:
    value = typed_cell(cell, declared)
    if declared == "varchar":
        return True
    if isinstance(value, Decimal):
        return value.is_finite() and ("int" not in declared or value == value.to_integral_value())
    return not isinstance(value, str)


def _day(cell: str) -> date | None:
    value = typed_cell(cell, "date") if cell else None
    return value if isinstance(value, date) else None


def _doubled(rows: list[tuple[int, dict[str, str]]], vocabulary: Vocabulary) -> Iterator[str]:
    """Rows of one code that hold on the same day: each would count what it matches twice."""
    by_code: dict[tuple[str, ...], list[tuple[date, date, int]]] = {}
    for number, row in rows:
        first, last = date.min, LAST_DAY
        if vocabulary.validity:
            start, end = vocabulary.validity
            first, last = _day(row[start]) or first, _day(row[end]) or last
        by_code.setdefault(vocabulary.code_of(row), []).append((first, last, number))
    for code, spans in by_code.items():
        for (_, last, number), (first, _, other) in pairwise(sorted(spans)):
            if first <= last:
                when = " for the same day" if vocabulary.validity else ""
                yield f"rows {number} and {other}: {spelled_code(code)} stands twice{when}"
