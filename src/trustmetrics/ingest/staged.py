"""Raw tables are written in a folder of their own, and get their place when all are there."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from trustmetrics.disk import is_full
from trustmetrics.engine_errors import plain
from trustmetrics.errors import UserError
from trustmetrics.mapping.sql import literal
from trustmetrics.workshop import tables_in_place


class Staged:
    """The tables that are being written into a folder."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, out: Path) -> None:
        """Write from a DuckDB database into a folder."""
        self._connection = connection
        self._out = out
        self.paths: dict[str, Path] = {}

    def write(self, table: str, select: str) -> int:
        """Write what a SELECT gives, ordered by its first column, and return the rows."""
        self.paths[table] = path = self._out / f"{table}.parquet"
        written = self._connection.execute(
            f"copy (from (\n{select}\n) order by 1) to {literal(path)} (format parquet)"
        ).fetchone()
        return int(written[0]) if written else 0


def stale_tables(
    out: Path,
    written: Collection[str],
    raw_tables: Collection[str],
    ending: str = ".parquet",
) -> list[str]:
    """What lies in a folder beside the tables of a run, and a build would read too; a line each.

    Args:
        out: the folder that the run writes to.
        written: the raw tables that it writes.
        raw_tables: those that it may not be the only one to write.
        ending: of the files that it writes; none for folders of parts.
    """
    return [
        f"{path}: this run does not write it, but a build would read it. Delete it, or name "
        "another --out"
        for path in (sorted(out.iterdir()) if out.is_dir() else [])
        if path.name.split(".")[0].lower() in raw_tables
        and path.name not in {f"{table}{ending}" for table in written}
    ]


@contextmanager
def staged(
    connection: duckdb.DuckDBPyConnection, out: Path, raw_tables: Collection[str]
) -> Iterator[Staged]:
    """Yield what writes `<table>.parquet` files; they get their place where no error is raised.

    Args:
        connection: the DuckDB database that they are written from.
        out: folder of the raw tables.
        raw_tables: those that may be written.

    Raises:
        UserError: the folder cannot be written to.
    """
    with tables_in_place(out, ".ingest-", set(raw_tables), set()) as folder:
        try:
            yield Staged(connection, folder)
        except (duckdb.IOException, OSError) as error:
            if is_full(error):
                raise
            reason = (error.strerror or "") if isinstance(error, OSError) else plain(str(error))
            raise UserError(
                f"{out}: cannot be written ({reason.lower()}); correct that and run again"
            ) from error
