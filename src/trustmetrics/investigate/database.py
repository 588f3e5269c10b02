"""Runs the analyses of analyses/ on a built database, which is only read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from trustmetrics.built import opened as open_built
from trustmetrics.built import rows
from trustmetrics.errors import UserError
from trustmetrics.macro_host import MacroHost
from trustmetrics.project import project_root

# What ref() names lies in these schemas. A project that takes this one as a package can have a seed
# of its own elsewhere; of several of a name the last is taken.
RELATIONS = """
select
    table_name,
    format('"{}"."{}"', table_schema, table_name)
from information_schema.tables
where table_schema <> 'raw'
order by
    table_schema in ('staging', 'intermediate', 'marts', 'restricted', 'seeds'),
    table_schema desc
"""
Row = dict[str, Any]


class Database:
    """A built database, and the project's analyses over it.

    Attributes:
        connection: read only, its time zone UTC.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        """connection: to the built database."""
        self.connection = connection
        self._relations = dict(connection.execute(RELATIONS).fetchall())
        self._project = project_root()
        self._host = MacroHost(self._project, connection, self.relation)

    def sql(self, analysis: str, **variables: object) -> str:
        """Return the SQL of an analysis, as dbt would compile it.

        Args:
            analysis: the name of its file in analyses/, without the ending.
            variables: of dbt, where they differ from the defaults; None: the default.

        Raises:
            UserError: the database lacks a relation that the analysis reads.
        """
        text = (self._project / "analyses" / f"{analysis}.sql").read_text(encoding="utf-8")
        given = {name: value for name, value in variables.items() if value is not None}
        return self._host.render(text, given)

    def analyse(self, analysis: str, **variables: object) -> list[Row]:
        """Run an analysis, keep it as a temporary table of its name, and return its rows.

        Arguments and errors as in sql.
        """
        sql = self.sql(analysis, **variables)
        self.connection.execute(f"create or replace temp table {analysis} as {sql}")
        return self.rows(f"from {analysis}")

    def relation(self, name: str) -> str:
        """Return the relation of a model or seed in the database.

        Raises:
            UserError: the database lacks it.
        """
        if name not in self._relations:
            raise UserError(
                f"the database lacks {name}: a part of it was built, or another version built it. "
                "Build it whole: trustmetrics build --raw DIR"
            )
        return self._relations[name]

    def rows(self, sql: str, parameters: list[object] | None = None) -> list[Row]:
        """Run a query and return its rows, each a dict of column to value."""
        return rows(self.connection, sql, parameters)


@contextmanager
def opened(path: Path) -> Iterator[Database]:
    """Open a built database to read it.

    Raises:
        UserError: there is none, it cannot be read, or it does not hold what an analysis needs.
    """
    with open_built(path) as connection:
        yield Database(connection)
