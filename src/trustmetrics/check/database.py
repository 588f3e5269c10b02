"""Reads a built database, and puts the errors that a user can correct into one line."""

import re
from datetime import datetime, time
from pathlib import Path
from typing import Any

import duckdb
from jinja2 import Environment, PackageLoader, StrictUndefined

from trustmetrics.built import BUILD_IT, rows
from trustmetrics.check.declared import Settings
from trustmetrics.engine_errors import plain
from trustmetrics.errors import UserError
from trustmetrics.mapping.sql import literal

CALENDAR_START = datetime(2000, 1, 1)  # the contract's; what lies before it is rejected


def sql_templates(package: str) -> Environment:
    """Return the queries in the folder sql/ of a package; they may use the filter sql_text."""
    templates = Environment(
        loader=PackageLoader(package, "sql"),
        undefined=StrictUndefined,
        autoescape=False,  # SQL, made of the contract's own names
        keep_trailing_newline=True,
    )
    templates.filters["sql_text"] = literal
    return templates


_templates = sql_templates("trustmetrics.check")


class Profiler:
    """Runs the queries in sql/ on an open database."""

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, as_of: datetime, settings: Settings
    ) -> None:
        """connection: the database; as_of: the instant to look from, UTC; settings: the limits."""
        self._connection = connection
        self._values = {
            "as_of": as_of,
            "calendar_start": CALENDAR_START,
            "week_end": datetime.combine(as_of.date(), time()),
            "weeks": settings.numbers["trailing_weeks"],
            "nameable_rows": settings.numbers["nameable_rows"],
            "new_share": settings.limits("new_values")["share"],
        }

    def rows(self, query: str, **names: Any) -> list[dict[str, Any]]:
        """Return the rows of sql/<query>.sql, each as a dict.

        Args:
            query: the file's name without its ending.
            names: what the file leaves open, such as tables and columns of the contract.

        Raises:
            UserError: the files behind a raw table, or a relation of the database, are missing.
        """
        text = _templates.get_template(f"{query}.sql").render(**names)
        wanted = set(re.findall(r"\$([a-z_]+)", text))
        values = {name: value for name, value in self._values.items() if name in wanted}
        try:
            return rows(self._connection, text, values)
        except duckdb.CatalogException as error:
            raise UserError(
                f"the database lacks what the query '{query}' reads: it is from another version, "
                "or only part of it was built. Build all of it: trustmetrics build --raw DIR"
            ) from error
        except duckdb.Error as error:
            if "table" not in names:
                raise
            raise UserError(
                f"the raw files of '{names['table']}' can no longer be read as they were when the "
                f"database was built ({plain(str(error))}). Put them back where they were, or "
                "build again: trustmetrics build --raw DIR"
            ) from error


def read_as_of(connection: duckdb.DuckDBPyConnection, database: Path) -> datetime:
    """Return the instant that a database was built to look from, UTC.

    Raises:
        UserError: it is not a database of this project, or there was no valid row to look from.
    """
    try:
        found = connection.execute("select as_of from staging.as_of").fetchone()
    except (duckdb.CatalogException, duckdb.BinderException) as error:
        raise UserError(f"'{database}' was not built by trustmetrics. {BUILD_IT}") from error
    if found is None or found[0] is None:
        raise UserError(
            "no raw row is valid, so there is nothing to check. Read restricted.rejected_rows, "
            "correct the extract and build again"
        )
    if not isinstance(found[0], datetime):
        raise UserError(f"'{database}' was not built by trustmetrics. {BUILD_IT}")
    return found[0]
