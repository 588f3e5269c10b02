"""Finds and reads the files of a report: a folder, an archive, a workbook or a single file."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from trustmetrics.dsa.validator.csv_file import read_csv
from trustmetrics.dsa.validator.json_file import read_json
from trustmetrics.dsa.validator.rule import rule_id
from trustmetrics.dsa.validator.table import Note, Table
from trustmetrics.dsa.validator.workbook import read_ods, read_xlsx
from trustmetrics.errors import UserError
from trustmetrics.extras import require

MOST_BYTES = 1 << 30
ZIP, OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
CSV_ENDINGS = {".csv", ".tsv", ".tab"}
WORKBOOKS = {".xlsx", ".xlsm", ".xltx", ".ods"}
JSON_ENDINGS = {".json", ".jsonl", ".ndjson"}
# In this order of preference, where a folder holds the report in several formats.
KINDS = ("csv", "json", "xlsx", "ods")
DEEPEST_ARCHIVE = 2


@dataclass
class Loaded:
    """What was read.

    Attributes:
        tables: from all files.
        notes: what was odd about files that gave no table, by their name.
        is_whole: whether it should be a whole report, rather than one of its parts.
        form: csv, json, xlsx or ods.
    """

    tables: list[Table] = field(default_factory=list)
    notes: list[tuple[str, Note]] = field(default_factory=list)
    is_whole: bool = True
    form: str = "csv"


def load(path: Path) -> Loaded:
    """Read a folder, an archive or a file.

    Raises:
        UserError: it is not there, is too large, or is a single file that cannot be read.
    """
    if path.suffix.lower() in (".xlsx", ".xlsm"):
        require("xlsx")
    if not path.exists():
        raise UserError(f"'{path}' is not there. Give the folder or file of a report")
    if path.is_dir():
        files = [
            (name, it.read_bytes)
            for it in sorted(path.rglob("*"))
            if it.is_file() and not _is_hidden(name := it.relative_to(path).as_posix())
        ]
        if sum(it.stat().st_size for it in path.rglob("*") if it.is_file()) > MOST_BYTES:
            raise _too_large(path)
        return _gathered(files, path)
    if path.stat().st_size > MOST_BYTES:
        raise _too_large(path)
    data = path.read_bytes()
    if _kind(path.name, data) == "zip":
        return _gathered(list(_members(data, path, "", 1)), path)
    return _single(path, data)


def _single(path: Path, data: bytes) -> Loaded:
    kind = _kind(path.name, data)
    if kind == "xls":
        raise UserError(
            f"'{path}' is a workbook of Excel 97-2003. Save its sheets as CSV, or it as XLSX"
        )
    try:
        tables = _read(kind, data, path.name)
    except UserError:
        raise
    except Exception as error:
        raise UserError(
            f"'{path}' cannot be read as {kind.upper()}: {_said(error)}. Save it again"
        ) from error
    if not tables:
        note = Note(rule_id("0.08"), None, "no rows", "a part of a report")
        return Loaded(notes=[(path.name, note)], is_whole=kind != "csv", form=kind)
    is_whole = kind in ("xlsx", "ods") or (kind == "json" and len(tables) > 1)
    return Loaded(tables, is_whole=is_whole, form=kind)


def _gathered(files: list[tuple[str, Callable[[], bytes]]], path: Path) -> Loaded:
    """Read the files of a folder or archive, those of the best format alone."""
    kinds = {name: _kind(name, None) for name, _ in files}
    for_kind = {kind: [it for it in files if kinds[it[0]] == kind] for kind in KINDS}
    found = Loaded()
    for kind in KINDS:
        if found.tables:
            break
        found.form = kind
        for name, read in for_kind[kind]:
            _take(found, name, read)
    read_files = {name for name, _ in for_kind[found.form]} if found.tables else set(kinds)
    for name, _ in files:
        if name not in read_files or kinds[name] not in KINDS:
            seen = "a second copy?" if kinds[name] in KINDS else "not CSV, XLSX, ODS or JSON"
            note = Note(
                rule_id("0.13"), None, seen, f"nothing but the files in {found.form.upper()}"
            )
            found.notes.append((name, note))
    if not files:
        raise UserError(f"'{path}' holds no file. Give the folder or archive of a report")
    return found


def _take(found: Loaded, name: str, read: Callable[[], bytes]) -> None:
    try:
        data = read()
        kind = _kind(name, data)
        if kind in ("zip", "xls"):
            raise ValueError("it is a workbook of Excel 97-2003" if kind == "xls" else "an archive")
        tables = _read(kind, data, name)
    except UserError:
        raise
    except Exception as error:
        found.notes.append((name, Note(rule_id("0.08"), None, _said(error), "a readable file")))
        return
    if not tables:
        found.notes.append((name, Note(rule_id("0.08"), None, "no rows", "a part of a report")))
    found.tables += tables


def _members(
    data: bytes, path: Path, inside: str, depth: int
) -> Iterator[tuple[str, Callable[[], bytes]]]:
    """The files of an archive, and of the archives in it."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except zipfile.BadZipFile as error:
        raise UserError(f"'{path}{inside}' is a damaged archive. Download it again") from error
    if sum(it.file_size for it in archive.infolist()) > MOST_BYTES:
        raise _too_large(path)
    for it in sorted(archive.infolist(), key=lambda one: one.filename):
        if it.is_dir() or _is_hidden(it.filename):
            continue
        name = f"{inside.removeprefix('/')}{'/' if inside else ''}{it.filename}"
        if it.filename.lower().endswith(".zip") and depth < DEEPEST_ARCHIVE:
            yield from _members(archive.read(it), path, f"{inside}/{it.filename}", depth + 1)
        else:
            yield name, lambda it=it: archive.read(it)


def _kind(name: str, data: bytes | None) -> str:
    """csv, json, xlsx, ods, zip, xls, or other; by the content where it is at hand."""
    suffix = PurePosixPath(name).suffix.lower()
    if data is not None and data.startswith(ZIP):
        try:
            names = zipfile.ZipFile(io.BytesIO(data)).namelist()
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
            return "xlsx" if suffix in WORKBOOKS else "zip"
        if any(it.startswith("xl/") for it in names):
            return "xlsx"
        return "ods" if "content.xml" in names else "zip"
    if data is not None and data.startswith(OLD_EXCEL):
        return "xls"
    if suffix in CSV_ENDINGS:
        return "csv"
    if suffix in JSON_ENDINGS:
        return "json"
    if suffix in WORKBOOKS:
        return "ods" if suffix == ".ods" else "xlsx"
    if suffix == ".zip":
        return "zip"
    if data is None:
        return "other"
    return "json" if data.lstrip()[:1] in (b"{", b"[") else "csv"


def _read(kind: str, data: bytes, name: str) -> list[Table]:
    stem = PurePosixPath(name).stem
    if kind == "xlsx":
        return read_xlsx(data, name)
    if kind == "ods":
        return read_ods(data, name)
    if kind == "json":
        return read_json(data, name, stem)
    table = read_csv(data, name, stem)
    return [table] if any(map(any, table.rows)) else []


def _is_hidden(name: str) -> bool:
    return any(it.startswith((".", "~$", "__MACOSX")) for it in PurePosixPath(name).parts)


def _said(error: Exception) -> str:
    return " ".join(f"{type(error).__name__}: {error}".split())[:200]


def _too_large(path: Path) -> UserError:
    return UserError(f"'{path}' is larger than {MOST_BYTES >> 30} GB. Give the report alone")
