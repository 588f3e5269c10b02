"""Reads the figures of a reporting period from the marts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from trustmetrics.built import opened, rows
from trustmetrics.dsa.report.filer import HALVES_ALONE, Filer
from trustmetrics.errors import UserError

MARTS = ("dsa_category_figures", "dsa_indicator_figures")
# Raw tables whose lack makes a report say 0: (table, what it counts).
COUNTED = {
    "authority_orders": "orders (part 3)",
    "reports": "notices (part 4)",
    "enforcement_actions": "measures (parts 4 to 8)",
    "appeals": "complaints and disputes (part 7)",
}

Key = tuple[int, str | None, str | None, str | None, str, str]


@dataclass(frozen=True)
class Figure:
    """A row of a mart.

    Attributes:
        value: the figure.
        source: the mart and the cells that identify the row.
        events: how many events stand behind it.
    """

    value: float
    source: Mapping[str, Any]
    events: int


@dataclass(frozen=True)
class Figures:
    """All figures of a period and region.

    Attributes:
        first: first day.
        last: last day.
        as_of: what the database knows of.
        region: of the data, or all.
        by_key: by part, category, keyword, description, scope and indicator.
        ever: by indicator, the sum over all periods; of what may never have been recorded.
        without_rows: what is counted from raw tables that hold nothing.
    """

    first: date
    last: date
    as_of: datetime
    region: str
    by_key: Mapping[Key, Figure]
    ever: Mapping[str, float]
    without_rows: tuple[str, ...]

    @property
    def period(self) -> str:
        """The reporting period, as the templates write it."""
        return f"{self.first}/{self.last}"

    def indicator(self, number: int, line: str, scope: str) -> Figure | None:
        """Return a figure of part 7 or 8, or of a note."""
        return self.by_key.get((number, None, None, None, scope, line))


def read_figures(database: Path, filer: Filer, first: date, last: date) -> Figures:
    """Return the figures of a reporting period.

    Raises:
        UserError: the database is not built or is an older one's, the period is not a reporting
            period or has not ended, or the region is not in the data.
    """
    with opened(database) as connection:
        periods = rows(
            connection,
            " union ".join(
                f"select period_grain, period_start, period_end, is_complete from marts.{mart}"
                for mart in MARTS
            )
            + " order by period_start, period_end",
        )
        grain = _grain(periods, filer, first, last)
        regions = {
            row["region"]
            for row in rows(
                connection,
                " union ".join(f"select distinct region from marts.{mart}" for mart in MARTS),
            )
        }
        if filer.region not in regions:
            raise UserError(
                f"{filer.path}: region: the data have no region '{filer.region}'. "
                f"They have: {', '.join(sorted(regions))}"
            )
        by_key: dict[Key, Figure] = {}
        instant = datetime.min
        for mart in MARTS:
            found = rows(
                connection,
                f"select * from marts.{mart} where period_grain = ? and period_start = ? and ("
                "region = ? or (region = 'all' and (part = 3 or (part = 8 and indicator in "
                "('precision', 'recall')))))",
                [grain, first, filer.region],
            )
            for row in found:
                key = (
                    row["part"], row["category"], row["keyword"], row["description"],
                    row["scope"], row["indicator"],
                )  # fmt: skip
                source = {"mart": mart} | {
                    name: str(row[name]) if name == "period_start" else row[name]
                    for name in (
                        "period_grain", "period_start", "region", "part", "category", "keyword",
                        "description", "scope", "indicator",
                    )
                }  # fmt: skip
                by_key[key] = Figure(row["value"], source, row["sample_size"])
                instant = row["as_of"]
        ever = rows(
            connection,
            "select indicator, sum(value) as value from marts.dsa_indicator_figures "
            "where region = 'all' group by indicator",
        )
        empty = rows(connection, "select table_name from marts.data_quality where entity_count = 0")
    lacking = {row["table_name"] for row in empty}
    return Figures(
        first=first,
        last=last,
        as_of=instant,
        region=filer.region,
        by_key=by_key,
        ever={row["indicator"]: row["value"] for row in ever},
        without_rows=tuple(
            f"{table}: {what}" for table, what in COUNTED.items() if table in lacking
        ),
    )


def _grain(periods: list[dict[str, Any]], filer: Filer, first: date, last: date) -> str:
    """The grain of the marts that a reporting period is one of."""
    allowed = [
        row
        for row in periods
        if row["is_complete"]
        and (filer.kind not in HALVES_ALONE or row["period_grain"] == "half_year")
    ]
    for row in allowed:
        if (row["period_start"], row["period_end"]) == (first, last):
            grain: str = row["period_grain"]
            return grain
    known = ", ".join(f"{row['period_start']} to {row['period_end']}" for row in allowed)
    what = "half a year" if filer.kind in HALVES_ALONE else "a calendar year or half of one"
    for row in periods:
        if (row["period_start"], row["period_end"]) == (first, last) and not row["is_complete"]:
            raise UserError(
                f"the period {first} to {last} has not ended as the data know it. Build again when "
                f"it has, or name one of: {known or 'none has ended yet'}"
            )
    raise UserError(
        f"{first} to {last} is not a reporting period of the data: it is {what} of "
        f"Regulation (EU) 2024/2835. Name one of: {known or 'none has ended yet'}"
    )
