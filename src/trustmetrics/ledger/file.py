"""The ledger's file: SQLite, which takes a publication whole or not at all, one after the other."""

from __future__ import annotations

import os
import sqlite3
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from trustmetrics.errors import UserError
from trustmetrics.ledger.numbers import COLUMNS, first_hash

TABLE = "published_numbers"
LEDGER = "TRUSTMETRICS_LEDGER"
# "tmlg": what tells the file from any other of SQLite's.
MARK = 0x746D6C67
FORMAT = 1
WAITING_SECONDS = 60.0
RESTORE = "Restore it from a copy"
GUARDS = {
    f"{TABLE}_are_not_{what}d": f"create trigger if not exists {TABLE}_are_not_{what}d "
    f"before {what} on {TABLE} begin select raise(abort, 'the ledger is only added to'); end"
    for what in ("update", "delete")
}


def ledger_file(database: Path) -> Path:
    """Return where the ledger of a database lies, unless another place is named."""
    return database.with_name(f"{database.name}.ledger.sqlite")


class Ledger:
    """An open ledger."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        """path: its file; connection: to it."""
        self.path = path
        self._connection = connection
        (self.ledger_id,) = connection.execute("select ledger_id from ledger").fetchone()

    def rows(self, report_id: str | None = None) -> Iterator[dict[str, Any]]:
        """Yield the rows in their order: all, or those of a report."""
        which = "" if report_id is None else "where report_id = ?"
        names = ", ".join(COLUMNS)
        cursor = self._connection.execute(
            f"select {names} from {TABLE} {which} order by sequence",
            () if report_id is None else (report_id,),
        )
        for row in cursor:
            yield dict(zip(COLUMNS, row, strict=True))

    def last(self) -> tuple[int, str]:
        """Return the last row's place and hash; 0 and the first hash where there is none."""
        found = self._connection.execute(
            f"select sequence, row_hash from {TABLE} order by sequence desc limit 1"
        ).fetchone()
        return found or (0, first_hash(self.ledger_id))

    def report_ids(self, stem: str) -> list[str]:
        """Return the ids of reports that begin with a text."""
        found = self._connection.execute(
            f"select distinct report_id from {TABLE} where substr(report_id, 1, ?) = ?",
            (len(stem), stem),
        )
        return [report_id for (report_id,) in found]

    def highest_sequence(self) -> int:
        """Return the greatest place that a row ever had: SQLite remembers it when the row goes."""
        found = self._connection.execute(
            "select seq from sqlite_sequence where name = ?", (TABLE,)
        ).fetchone()
        return found[0] if found else 0

    def missing_guards(self) -> list[str]:
        """Return the triggers that keep rows from being changed and are not there."""
        found = self._connection.execute("select name from sqlite_master where type = 'trigger'")
        return sorted(GUARDS.keys() - {name for (name,) in found})

    def add(self, row: dict[str, Any]) -> None:
        """Add a row: only inside writing()."""
        marks = ", ".join(f":{name}" for name in COLUMNS)
        self._connection.execute(f"insert into {TABLE} values ({marks})", row)


@contextmanager
def reading(path: Path) -> Iterator[Ledger]:
    """Open a ledger to read: what others publish meanwhile is not seen.

    Raises:
        UserError: it is not there, or is not a ledger.
    """
    if not path.is_file():
        raise UserError(
            f"there is no ledger '{path}'. Publish a report first (trustmetrics report publish), "
            "or name another: --ledger FILE"
        )
    # What a killed publication left is taken back by who opens the file next, and that is a write.
    mode = "rw" if os.access(path, os.W_OK) else "ro"
    with _told(path), closing(_connect(path, mode)) as connection:
        connection.execute("begin")
        _check(path, connection)
        yield Ledger(path, connection)


@contextmanager
def writing(path: Path) -> Iterator[Ledger]:
    """Open a ledger, made where it does not exist, to add rows to: all of them, or none.

    Where another process is publishing, it is waited for.

    Raises:
        UserError: it cannot be made or written, is not a ledger, or is kept open by another.
    """
    if not path.parent.is_dir():
        raise UserError(f"the folder '{path.parent}' does not exist. Create it first")
    with _told(path), closing(_connect(path, "rwc")) as connection:
        connection.execute("pragma synchronous = extra")
        connection.execute("begin immediate")
        try:
            if not connection.execute("select 1 from sqlite_master limit 1").fetchone():
                _make(connection)
            _check(path, connection)
            yield Ledger(path, connection)
        except BaseException:
            connection.execute("rollback")
            raise
        connection.execute("commit")


def _connect(path: Path, mode: str) -> sqlite3.Connection:
    return sqlite3.connect(
        f"{path.resolve().as_uri()}?mode={mode}",
        uri=True,
        timeout=WAITING_SECONDS,
        isolation_level=None,
    )


def _make(connection: sqlite3.Connection) -> None:
    columns = ", ".join(f"{name} {kind}" for name, kind in COLUMNS.items())
    columns = columns.replace("sequence integer", "sequence integer primary key autoincrement", 1)
    connection.execute(f"create table {TABLE} ({columns})")
    connection.execute("create table ledger (ledger_id text not null)")
    connection.execute("insert into ledger values (?)", (uuid.uuid4().hex,))
    for guard in GUARDS.values():
        connection.execute(guard)
    connection.execute(f"pragma application_id = {MARK}")
    connection.execute(f"pragma user_version = {FORMAT}")


def _check(path: Path, connection: sqlite3.Connection) -> None:
    (mark,) = connection.execute("pragma application_id").fetchone()
    (version,) = connection.execute("pragma user_version").fetchone()
    if mark != MARK:
        raise UserError(f"'{path}' is not a ledger. Name another: --ledger FILE")
    if version > FORMAT:
        raise UserError(
            f"the ledger '{path}' has format {version}, and this version of trustmetrics knows "
            f"{FORMAT}. Update trustmetrics"
        )


@contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise UserError(_sentence(path, error)) from error


def _sentence(path: Path, error: sqlite3.Error) -> str:
    said = str(error)
    if "locked" in said:
        return (
            f"the ledger '{path}' is in use: another publication has kept it for "
            f"{WAITING_SECONDS:.0f} seconds. Run this again when that has ended"
        )
    if "readonly" in said or "unable to open" in said:
        return f"the ledger '{path}' may not be written to by you ({said}). Change its permissions"
    if "full" in said:
        return f"the disk of the ledger '{path}' is full. Free some of it; nothing was published"
    if "no such column" in said or "no such table" in said:
        return f"'{path}' is a ledger of another version of trustmetrics ({said}). Use that version"
    if "not a database" in said:
        return f"'{path}' is not a ledger. Name another: --ledger FILE"
    return f"the ledger '{path}' cannot be read: it is damaged ({said}). {RESTORE}"
