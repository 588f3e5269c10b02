"""Files as a source: CSV, Parquet and JSON, each a table, or folders of their parts."""

import csv
import gzip
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from glob import escape
from pathlib import Path

import duckdb
import zstandard

from trustmetrics.archives import check_archives
from trustmetrics.engine_errors import plain, sentence
from trustmetrics.errors import UserError
from trustmetrics.mapping.sql import literal, quoted

FORMATS = {
    ".csv": "csv",
    ".tsv": "csv",
    ".parquet": "parquet",
    ".json": "json",
    ".ndjson": "json",
    ".jsonl": "json",
}
CSV_LINE = re.compile(r"CSV Error on Line: (\d+)\n(?:Original Line.*\n)?(.*)")
CSV_FILE = re.compile(r"^\s*file = (.+)$", re.MULTILINE)
DELIMITERS = (",", ";", "\t", "|")
LONGEST_HEADER = 1 << 16
LONGEST_LINE = 1 << 26
COMPRESSED = (".gz", ".zst")
# Types that DuckDB reads out of text in JSON. They are read as the text that they are: the reader
# drops an offset from a time without a word, and the map says how each time is to be read.
FROM_TEXT = ("DATE", "TIME", "TIMESTAMP", "TIMESTAMP WITH TIME ZONE", "UUID")


@dataclass(frozen=True)
class _Entry:
    """A table's format and the files that hold it."""

    kind: str
    place: Path
    files: tuple[Path, ...]


class FileSource:
    """A folder whose files and folders of parts are tables, or one such file."""

    def __init__(self, path: Path) -> None:
        """List the tables.

        Raises:
            UserError: two of them have one name, or a folder mixes formats.
        """
        self.unread: list[str] = []
        self._entries: dict[str, _Entry] = {}
        for found in sorted(path.iterdir()) if path.is_dir() else [path]:
            if found.name.startswith((".", "_")):
                continue
            if not found.is_dir() and not found.is_file():
                # A pipe would be waited for.
                self.unread.append(f"'{found.name}' was not read: it is not a file. Remove it")
                continue
            entry = _folder(found) if found.is_dir() else _file(found)
            if entry is None:
                self.unread.append(
                    f"'{found.name}' was not read: export it as .csv, .parquet or .json"
                )
                continue
            # A dot would part a schema from a table.
            name = (found.name if found.is_dir() else _stem(found)).replace(".", "_")
            if name.lower() in map(str.lower, self._entries):
                raise UserError(
                    f"the source has the table '{name}' twice in '{path}'. Keep one of the two"
                )
            self._entries[name] = entry
        self.tables = list(self._entries)

    def load(self, connection: duckdb.DuckDBPyConnection, table: str, limit: int | None) -> None:
        """Make a view, or a table of the first `limit` rows."""
        _load(connection, table, self._entries[table], limit)

    def close(self) -> None:
        """Nothing is held open."""


def view_file(connection: duckdb.DuckDBPyConnection, name: str, file: Path) -> None:
    """Make a view of one file of a known format; the cells of a CSV file are text.

    Raises:
        UserError: the file cannot be read, as far as its beginning tells.
    """
    _load(connection, name, _Entry(str(file_format(file)), file, (file,)), None)


def unreadable(place: Path, error: duckdb.Error | OSError) -> UserError:
    """The error that names a file or folder that cannot be read, in one line."""
    if isinstance(error, OSError):
        reason = (error.strerror or str(error)).lower()
        return UserError(f"'{place}' cannot be read ({reason}). Mend that and run again")
    return UserError(
        reading_fault(error)
        or sentence(str(error))
        or f"'{place}' cannot be read ({plain(str(error))}). Export it again"
    )


def reading_fault(error: duckdb.Error) -> str | None:
    """What is wrong with a line of a CSV file, in one line; None where the error is another one."""
    line, file = CSV_LINE.search(str(error)), CSV_FILE.search(str(error))
    if not line or not file:
        return None
    return (
        f"'{file[1]}', line {line[1]}: it does not fit the header ({line[2].strip()}). Export the "
        "file again, with a header and every cell that holds the delimiter in quotes"
    )


def file_format(path: Path) -> str | None:
    """The format of a file by its name, in any case of letters: csv, parquet or json."""
    suffixes = [suffix.lower() for suffix in path.suffixes[-2:]]
    if suffixes and suffixes[-1] in COMPRESSED:
        found = FORMATS.get(suffixes[-2]) if len(suffixes) > 1 else None
        return None if found == "parquet" else found
    return FORMATS.get(suffixes[-1]) if suffixes else None


def _stem(path: Path) -> str:
    name = path.name
    for ending in (*COMPRESSED, *FORMATS):
        if name.lower().endswith(ending):
            name = name[: -len(ending)]
    return name


def _file(path: Path) -> _Entry | None:
    kind = file_format(path)
    return _Entry(kind, path, (path,)) if kind else None


def _folder(path: Path) -> _Entry | None:
    parts = tuple(
        part
        for part in sorted(path.rglob("*"))
        if part.is_file() and not part.name.startswith((".", "_"))
    )
    kinds = {file_format(part) for part in parts}
    if len(kinds) > 1:
        raise UserError(
            f"the folder '{path}' holds files of several formats. Keep the parts of one table, in "
            "one format, in a folder"
        )
    kind = kinds.pop() if kinds else None
    return _Entry(kind, path, parts) if kind else None


def _load(
    connection: duckdb.DuckDBPyConnection, name: str, entry: _Entry, limit: int | None
) -> None:
    what = "view" if limit is None else "table"
    bound = "" if limit is None else f" limit {limit}"
    try:
        for file in entry.files:
            if damaged := check_archives(file):
                raise UserError(damaged[0])
        reader = _reader(connection, entry)
        connection.execute(f"create {what} {quoted(name)} as from {reader}{bound}")
    except (duckdb.Error, OSError) as error:
        raise unreadable(entry.place, error) from error


def _reader(connection: duckdb.DuckDBPyConnection, entry: _Entry) -> str:
    if entry.kind == "csv":
        return _csv_reader(entry)
    pattern = _paths(entry.files)
    parts = ", union_by_name = true" if len(entry.files) > 1 else ""
    parts += _partitions(entry)
    if entry.kind == "parquet":
        return f"read_parquet({pattern}{parts})"
    options = f"sample_size = -1, maximum_object_size = 67108864{parts}"
    described = connection.execute(f"describe from read_json({pattern}, {options})").fetchall()
    columns = ", ".join(
        f"{literal(name)}: {literal('VARCHAR' if kind in FROM_TEXT else kind)}"
        for name, kind, *_ in described
    )
    return f"read_json({pattern}, {options}, columns = {{{columns}}})"


def _csv_reader(entry: _Entry) -> str:
    """Every cell as the text that it is, and an error for a line that does not fit the header.

    DuckDB's own detection looks for a header that fits the lines, and leaves out what is above it;
    of a first type it would make 00123 a number. Parts with the same header are read together.
    """
    headers: dict[tuple[str, tuple[str, ...]], list[Path]] = defaultdict(list)
    for file in entry.files:
        headers[_header(file)].append(file)
    readers = []
    for (delimiter, names), files in headers.items():
        columns = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in names)
        readers.append(
            f"from read_csv({_paths(files)}, auto_detect = false, header = true, "
            f"delim = {literal(delimiter)}, quote = '\"', escape = '\"', nullstr = '', "
            f"strict_mode = true, max_line_size = {LONGEST_LINE}, "
            f"columns = {{{columns}}}{_partitions(entry)})"
        )
    return f"({' union all by name '.join(readers)})"


def _header(file: Path) -> tuple[str, tuple[str, ...]]:
    """The delimiter of a file, which makes the most columns of its first line, and their names.

    Raises:
        UserError: it is empty, not UTF-8, or names a column twice.
    """
    opened = {".gz": gzip.open, ".zst": zstandard.open}.get(file.suffix.lower(), open)
    try:
        with opened(file, "rt", encoding="utf-8-sig", newline="") as text:
            start = text.read(LONGEST_HEADER)
    except UnicodeDecodeError as error:
        raise UserError(f"'{file}' is not in UTF-8. Export it again, in UTF-8") from error
    candidates = {one: next(csv.reader([*start.splitlines(True)], delimiter=one), [])
                  for one in DELIMITERS}  # fmt: skip
    delimiter = max(DELIMITERS, key=lambda one: len(candidates[one]))
    names = [name.strip() or f"column_{number}"
             for number, name in enumerate(candidates[delimiter], 1)]  # fmt: skip
    if not names:
        raise UserError(f"'{file}' is empty. Export it again, with a header")
    twice = [name for name, times in Counter(map(str.lower, names)).items() if times > 1]
    if twice:
        raise UserError(f"'{file}' has the column '{twice[0]}' twice. Give one another name")
    return delimiter, tuple(names)


def _paths(files: Sequence[Path]) -> str:
    return f"[{', '.join(literal(escape(str(file))) for file in files)}]"


def _partitions(entry: _Entry) -> str:
    is_partitioned = any("=" in str(file.relative_to(entry.place)) for file in entry.files)
    return ", hive_partitioning = true, hive_types_autocast = false" if is_partitioned else ""
