"""Maps one CSV part to pieces of the raw tables, in memory that does not grow with the part."""

from __future__ import annotations

import codecs
import csv
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import date
from itertools import islice
from pathlib import Path
from typing import BinaryIO

import duckdb

from trustmetrics.dsa_sor.columns import OPTIONAL, READ, REQUIRED
from trustmetrics.dsa_sor.parts import CHUNK, MEND, DamagedError, Part
from trustmetrics.dsa_sor.records import LONGEST_LINE, Record, read_records
from trustmetrics.mapping.sql import literal, quoted

ADAPTER = Path(__file__).resolve().parents[3] / "adapters" / "dsa_sor"
TABLES = ("cases", "decisions", "enforcement_actions", "detections")
INDEX, REJECTS, STATE = "index", "rejects.csv", "part.json"
PIECE_BYTES = 128 << 20
PIECE_RECORDS = 50_000
LONGEST_HEADER = 1 << 16
MEMORY = "700MB"
# Most of the columns are ids, which neither a dictionary nor a fast compression makes smaller. The
# second version of the format writes a seventh less of them in the same time.
PARQUET = (
    "(format parquet, parquet_version v2, compression uncompressed, dictionary_size_limit 2000)"
)


@dataclass(frozen=True)
class Wanted:
    """What of the dumps to take, and how.

    Attributes:
        platforms: names as the dumps have them; none: all.
        inverted: platforms whose automated_detection says the opposite, with the first and the
            last day of submission.
    """

    platforms: tuple[str, ...] = ()
    inverted: tuple[tuple[str, date, date], ...] = ()


@dataclass
class Outcome:
    """What became of a part's records.

    Attributes:
        label: the part, as parts name it.
        records: the records below its header.
        rejected: those that cannot be mapped; they are in its rejects.
        of_other_platforms: those that were not asked for.
        duplicates: those that stand again in the same piece of it.
        platforms: the records that can be mapped, by platform.
        is_careful: whether it was read line by line.
    """

    label: str
    records: int = 0
    rejected: int = 0
    of_other_platforms: int = 0
    duplicates: int = 0
    platforms: dict[str, int] = field(default_factory=dict)
    is_careful: bool = False


class UntrustedError(Exception):
    """The fast reader does not see a record in each line."""


def engine(scratch: Path, wanted: Wanted, threads: int = 1) -> duckdb.DuckDBPyConnection:
    """An engine that knows the mapping; of one thread where several parts are mapped at a time."""
    connection = duckdb.connect()
    connection.execute(
        f"set threads = {threads}; set memory_limit = '{MEMORY}'; set timezone = 'UTC'"
    )
    connection.execute(f"set temp_directory = {literal(scratch / 'spill')}")
    connection.execute(_sql("macros"))
    for name in ("categories", "restrictions", "words", "not_measured"):
        source = literal(ADAPTER / f"{name}.csv")
        connection.execute(
            f"create table {name}_csv as from read_csv({source}, header = true, all_varchar = true)"
        )
    # A column of few words is an enum, whose numbers are copied, hashed and written to Parquet in a
    # third of the time of texts. In the raw tables they are texts again.
    for kind, words in (
        ("word", "select word from words_csv where type = 'word'"),
        ("source_type", "select word from words_csv where type = 'source_type'"),
        ("action_type", "select distinct action_type as word from restrictions_csv"),
    ):
        connection.execute(
            f"create type {kind} as enum "
            f"(select word from ({words}) where word is not null order by word nulls last)"
        )
    for name, value in (
        ("restrictions", "(select list(restriction) from restrictions_csv)"),
        *(
            (
                f"only_taxonomy_{number}",
                f"(select list(category) from categories_csv where only_taxonomy = '{number}')",
            )
            for number in (1, 2)
        ),
        ("platforms", _list(map(literal, wanted.platforms), "varchar[]")),
        (
            "inverted",
            _list(
                (
                    f"row({literal(name)}, date '{first}', date '{last}')"
                    for name, first, last in wanted.inverted
                ),
                "struct(platform_name varchar, first_on date, last_on date)[]",
            ),
        ),
    ):
        connection.execute(f"set variable {name} = {value}")
    return connection


def _list(items: Iterable[str], kind: str) -> str:
    """A list of SQL expressions as one, of a type; NULL where there are none."""
    listed = ", ".join(items)
    return f"cast({f'[{listed}]' if listed else 'null'} as {kind})"


def map_part(connection: duckdb.DuckDBPyConnection, part: Part, draft: Path) -> Outcome:
    """Write a part's pieces, rejects and state into an empty folder.

    Raises:
        DamagedError: its header is not that of a dump, or it cannot be read to its end.
    """
    try:
        outcome = _fast(connection, part, draft)
    except UntrustedError:
        for path in draft.iterdir():
            path.unlink()
        outcome = _careful(connection, part, draft)
    (draft / STATE).write_text(json.dumps(asdict(outcome)), encoding="utf-8")
    return outcome


def _fast(connection: duckdb.DuckDBPyConnection, part: Part, draft: Path) -> Outcome:
    """Read whole pieces; raises UntrustedError where a line is anything but a record."""
    outcome = Outcome(part.label)
    piece = draft / "piece.csv"
    with part.open() as stream:
        header = _Header.read(stream, part.label)
        first = 2
        for number, lines in enumerate(_pieces(stream, piece)):
            try:
                _load(connection, piece, header.names, header.line_break)
            except duckdb.InvalidInputException as error:
                if "CSV" in str(error):
                    raise UntrustedError from error
                raise
            if connection.execute("select count(*) from statement").fetchone() != (lines,):
                raise UntrustedError
            _write(
                connection,
                draft,
                number,
                outcome,
                lambda rows, first=first: [
                    (first + row, text)
                    for row, text in zip(rows, _lines_at(piece, rows), strict=True)
                ],
            )
            first += lines
    piece.unlink(missing_ok=True)
    return outcome


def _careful(connection: duckdb.DuckDBPyConnection, part: Part, draft: Path) -> Outcome:
    """Read line by line; what does not fit the header is rejected, the rest is written anew."""
    outcome = Outcome(part.label, is_careful=True)
    piece = draft / "piece.csv"
    with part.open() as stream:
        header = _Header.read(stream, part.label)
        names = [name for name in header.names if name in READ]
        taken = [header.names.index(name) for name in names]
        records = read_records(_lines(stream), len(header.names), taken)
        for number in range(1 << 30):
            batch = list(islice(records, PIECE_RECORDS))
            if not batch:
                break
            unfit = [record for record in batch if record.cells is None]
            outcome.records += len(unfit)
            _reject(draft, outcome, ((one.line, one.fault, one.text) for one in unfit))
            sound = [record for record in batch if record.cells is not None]
            _write_anew(piece, sound)
            _load(connection, piece, names, r"\n")
            _write(
                connection,
                draft,
                number,
                outcome,
                lambda rows, sound=sound: [(sound[row].line, sound[row].text) for row in rows],
            )
    piece.unlink(missing_ok=True)
    return outcome


def _write_anew(piece: Path, records: list[Record]) -> None:
    """Write records so that the fast reader cannot but read them."""
    with piece.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n", quoting=csv.QUOTE_ALL)
        writer.writerows(record.cells for record in records if record.cells)


@dataclass(frozen=True)
class _Header:
    names: tuple[str, ...]
    line_break: str

    @classmethod
    def read(cls, stream: BinaryIO, label: str) -> _Header:
        line = stream.readline(LONGEST_HEADER)
        try:
            cells = next(csv.reader([line.decode("utf-8-sig").rstrip("\r\n")], strict=True), [])
        except (UnicodeDecodeError, csv.Error) as error:
            raise DamagedError(f"'{label}': its first line is not CSV. {MEND}") from error
        names: list[str] = []
        for position, cell in enumerate(cells):
            name = cell.strip().lower()
            # The header of some dumps names one column twice.
            names.append(name if name and name not in names else f"{name}_{position}")
        missing = [name for name in REQUIRED if name not in names]
        if missing:
            raise DamagedError(
                f"'{label}': its first line lacks {', '.join(missing[:3])}"
                f"{f' and {len(missing) - 3} more columns' if len(missing) > 3 else ''}, so it is "
                "not a part of a dump. Name the dumps alone"
            )
        return cls(tuple(names), r"\r\n" if line.endswith(b"\r\n") else r"\n")


def _pieces(stream: BinaryIO, piece: Path) -> Iterator[int]:
    """Write the lines of a stream to a file, some at a time, and yield their number.

    Raises:
        UntrustedError: they are not UTF-8, which the fast reader does not survive where it skips a
            column.
    """
    decoder = codecs.getincrementaldecoder("utf-8")()

    def checked(chunk: bytes) -> bytes:
        # Most chunks are; but not after the beginning of a character that they do not end.
        if chunk.isascii() and not decoder.getstate()[0]:
            return chunk
        try:
            decoder.decode(chunk)
        except UnicodeDecodeError as error:
            raise UntrustedError from error
        return chunk

    while True:
        lines, size, last = 0, 0, b""
        with piece.open("wb") as file:
            while size < PIECE_BYTES and (chunk := stream.read(CHUNK)):
                file.write(checked(chunk))
                size += len(chunk)
                lines += chunk.count(b"\n")
                last = chunk
            if last and not last.endswith(b"\n"):
                last = stream.readline()
                file.write(checked(last))
                # The last line of a file may lack its line break.
                lines += 1
        if not size:
            return
        yield lines


def _lines(stream: BinaryIO) -> Iterator[bytes]:
    """Lines of a bounded length: one that is longer comes in parts."""
    while line := stream.readline(LONGEST_LINE):
        yield line


def _lines_at(piece: Path, positions: Sequence[int]) -> list[str]:
    """The lines of a piece at positions from 0, which ascend."""
    wanted = set(positions)
    with piece.open("rb") as file:
        return [
            line.decode(errors="backslashreplace").rstrip("\r\n")
            for position, line in enumerate(file)
            if position in wanted
        ]


def _load(
    connection: duckdb.DuckDBPyConnection, piece: Path, names: Sequence[str], line_break: str
) -> None:
    columns = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in names)
    taken = ", ".join(
        quoted(name) if name in names else f"cast(null as varchar) as {name}" for name in READ
    )
    assert set(READ) - set(names) <= set(OPTIONAL)
    connection.execute(
        f"create or replace temp view dump as select {taken} from read_csv({literal(piece)}, "
        "auto_detect = false, header = false, delim = ',', quote = '\"', escape = '\"', "
        f"nullstr = '', strict_mode = true, parallel = false, new_line = '{line_break}', "
        f"max_line_size = {LONGEST_LINE}, buffer_size = {2 * LONGEST_LINE}, "
        f"columns = {{{columns}}})"
    )
    connection.execute(f"create or replace temp table statement as {_sql('statement')}")
    for name in ("visibilities", "scopes"):
        connection.execute(f"create or replace temp table {name} as {_sql(name)}")
    connection.execute(_sql("unknown_visibility"))


def _write(
    connection: duckdb.DuckDBPyConnection,
    draft: Path,
    number: int,
    outcome: Outcome,
    texts: Callable[[list[int]], list[tuple[int, str]]],
) -> None:
    """Write a piece's tables, and count and set aside what is not in them.

    Args:
        connection: the engine, with the piece in its table `statement`.
        draft: folder of the part's files.
        number: of the piece.
        outcome: what the piece is added to.
        texts: gives the lines' numbers and texts of records at positions of the piece.
    """
    rejected = connection.execute(
        "select rowid, rejected_because from statement where rejected_because is not null "
        "order by rowid"
    ).fetchall()
    found = texts([row for row, _ in rejected]) if rejected else []
    _reject(
        draft,
        outcome,
        [(line, why, text) for (_, why), (line, text) in zip(rejected, found, strict=True)],
    )
    platforms = connection.execute(
        "select platform_name, is_wanted, count(*) from statement "
        "where rejected_because is null group by all"
    ).fetchall()
    for name, is_wanted, count in platforms:
        outcome.platforms[name] = outcome.platforms.get(name, 0) + count
        outcome.of_other_platforms += 0 if is_wanted else count
    outcome.records += len(rejected) + sum(count for _, _, count in platforms)
    connection.execute("delete from statement where rejected_because is not null or not is_wanted")
    repeated = connection.execute(_sql("repeated")).fetchall()
    if repeated:
        connection.execute("delete from statement where rowid in (select unnest(?))",
                           [[row for (row,) in repeated]])  # fmt: skip
        outcome.duplicates += len(repeated)
    for table in (*TABLES, INDEX):
        target = literal(draft / f"{table}-{number}.parquet")
        connection.execute(f"copy (\n{_sql(table)}\n) to {target} {PARQUET}")


def _reject(draft: Path, outcome: Outcome, faults: Iterable[tuple[int, str, str]]) -> None:
    """Add records to the rejects: their line's number, why, and the text."""
    rows = [(outcome.label, *fault) for fault in faults]
    if not rows:
        return
    outcome.rejected += len(rows)
    with (draft / REJECTS).open("a", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)


_texts: dict[str, str] = {}


def _sql(name: str) -> str:
    with suppress(KeyError):
        return _texts[name]
    return _texts.setdefault(name, (ADAPTER / f"{name}.sql").read_text(encoding="utf-8"))
