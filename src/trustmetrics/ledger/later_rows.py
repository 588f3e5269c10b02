"""Raw rows that arrived after a report, by why they move its numbers; and raw folders with some of
them, as if they had arrived in time."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from pathlib import Path

import duckdb

from trustmetrics.check.database import sql_templates
from trustmetrics.check.declared import RawTable
from trustmetrics.mapping.sql import literal

# In the order in which they are taken into account.
CAUSES = ("late_data", "correction", "deletion")
# What had not happened then: decisions, appeals, new cases. Like more time to observe, it counts
# from a later instant alone.
LATER_EVENT = "later_event"

_templates = sql_templates("trustmetrics.ledger")


class LaterRows:
    """The valid rows of a built database that arrived between two instants."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        contract: Sequence[RawTable],
        relation: Callable[[str], str],
        then: datetime,
        now: datetime,
    ) -> None:
        """Class the rows.

        Args:
            connection: to a database that has base_<table> of every raw table.
            contract: the raw tables.
            relation: gives the relation of a model by its name, quoted.
            then: the instant that the report looked from, UTC.
            now: the instant to look from now, UTC.
        """
        self._connection = connection
        self._contract = contract
        self._relation = relation
        self._then, self._now = then, now
        self.counts: dict[str, int] = dict.fromkeys((*CAUSES, LATER_EVENT), 0)
        for table in contract:
            query = self._render("classed_rows", table)
            connection.execute(query, {"then": then, "now": now})
            counted = connection.execute(
                f"select cause, count(*) from {_classed(table)} group by cause"
            ).fetchall()
            for cause, count in counted:
                self.counts[cause] += count

    def write(self, causes: Collection[str], folder: Path) -> None:
        """Write the raw tables as they were then, with the later rows of some causes.

        Args:
            causes: of CAUSES.
            folder: an empty folder; each table becomes `<table>.parquet`.
        """
        for table in self._contract:
            query = self._render("rows_then_and", table, causes=sorted(causes))
            file = literal(folder / f"{table.name}.parquet")
            # Parameters have no place in a COPY.
            text = query.replace("$then", f"timestamp '{self._then.isoformat(' ')}'")
            self._connection.execute(f"copy ({text}) to {file} (format parquet)")

    def _render(self, name: str, table: RawTable, **more: object) -> str:
        keys = (*table.key, "ingested_at", "is_deleted")
        values: Mapping[str, object] = {
            "relation": self._relation(f"base_{table.name}"),
            "classed": _classed(table),
            "key": list(table.key),
            "event": table.event,
            "others": [one.name for one in table.columns if one.name not in keys],
            "known_from": table.known_from,
        }
        return _templates.get_template(f"{name}.sql").render(values, **more)


def newest_arrival(
    connection: duckdb.DuckDBPyConnection,
    contract: Sequence[RawTable],
    relation: Callable[[str], str],
) -> datetime | None:
    """Return the latest ingested_at of the valid rows of all raw tables; None: there is none."""
    tables = " union all ".join(
        f"select max(ingested_at) as latest from {relation(f'base_{table.name}')} "
        "where breaches is null"
        for table in contract
    )
    (latest,) = connection.execute(f"select max(latest) from ({tables})").fetchone() or (None,)
    return latest


def _classed(table: RawTable) -> str:
    return f"later_{table.name}"
