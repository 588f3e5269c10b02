"""Files as a source: CSV, Parquet and JSON, each a table, or folders of their parts."""

from dataclasses import dataclass
from glob import escape
from pathlib import Path

import duckdb

from trustmetrics.archives import check_archives
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
        entry = self._entries[table]
        for file in entry.files:
            if damaged := check_archives(file):
                raise UserError(damaged[0])
        what = "view" if limit is None else "table"
        bound = "" if limit is None else f" limit {limit}"
        try:
            reader = _reader(connection, entry)
            connection.execute(f"create {what} {quoted(table)} as from {reader}{bound}")
        except duckdb.Error as error:
            reason = str(error).splitlines()[0]
            raise UserError(
                f"'{entry.place}' cannot be read ({reason}). Export it again, in UTF-8 and with "
                "a header"
            ) from error

    def close(self) -> None:
        """Nothing is held open."""


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


def _reader(connection: duckdb.DuckDBPyConnection, entry: _Entry) -> str:
    pattern = f"[{', '.join(literal(escape(str(file))) for file in entry.files)}]"
    parts = ", union_by_name = true" if len(entry.files) > 1 else ""
    if any("=" in file.relative_to(entry.place).parent.name for file in entry.files):
        parts += ", hive_partitioning = true, hive_types_autocast = false"
    if entry.kind == "parquet":
        return f"read_parquet({pattern}{parts})"
    if entry.kind == "csv":
        # Text as it is: a type guessed from the first rows would make 00123 a number.
        return (
            f"read_csv({pattern}, header = true, all_varchar = true, quote = '\"', "
            f"escape = '\"'{parts})"
        )
    options = f"sample_size = -1, maximum_object_size = 67108864{parts}"
    described = connection.execute(f"describe from read_json({pattern}, {options})").fetchall()
    columns = ", ".join(
        f"{literal(name)}: {literal('VARCHAR' if kind in FROM_TEXT else kind)}"
        for name, kind, *_ in described
    )
    return f"read_json({pattern}, {options}, columns = {{{columns}}})"
