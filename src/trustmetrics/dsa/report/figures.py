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
from trustmetrics.ledger.places import ABSENT, MART

BY_CATEGORY, BY_INDICATOR = MARTS = ("dsa_category_figures", "dsa_indicator_figures")
ALL_REGIONS = "all"
# What identifies a row of a mart.
PERIOD = ("period_grain", "period_start", "region")
CELLS = ("part", "category", "keyword", "description", "scope", "indicator")
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
    """A row of a mart, or that there is none.

    Attributes:
        value: the figure.
        source: the mart and the cells that identify the row; what a row that is not there stands
            for under `absent`.
        events: how many events stand behind it.
    """

    value: float
    source: Mapping[str, Any]
    events: int


@dataclass(frozen=True)
class Figures:
    """All figures of a period and region.

    Attributes:
        grain: of the marts: half_year or year.
        first: first day.
        last: last day.
        as_of: what the database knows of.
        region: of the data, or all.
        by_key: by part, category, keyword, description, scope and indicator.
        ever: by indicator, the sum over all periods; of what may never have been recorded.
        without_rows: what is counted from raw tables that hold nothing.
    """

    grain: str
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
        return self.by_key.get(indicator_key(number, line, scope))

    def count(self, key: Key) -> Figure:
        """Return a count: where nothing was counted the marts have no row, and it is 0."""
        found = self.by_key.get(key)
        if found is not None:
            return found
        # The marts have orders of all regions alone.
        region = ALL_REGIONS if key[0] == 3 else self.region
        period = (self.grain, str(self.first), region)
        return Figure(0, _source(period, key) | {ABSENT: 0}, 0)


def indicator_key(number: int, line: str, scope: str) -> Key:
    """Return the key of a figure of part 7 or 8, or of a note."""
    return (number, None, None, None, scope, line)


def _source(period: tuple[str, str, str], key: Key) -> dict[str, Any]:
    """The mart and the cells that identify a row: grain, first day and region; and the key."""
    mart = BY_INDICATOR if key[1] is None else BY_CATEGORY
    cells = zip((*PERIOD, *CELLS), (*period, *key), strict=True)
    return {MART: mart, **dict(cells)}


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
                f"region = ? or (region = '{ALL_REGIONS}' and (part = 3 or (part = 8 and "
                "indicator in ('precision', 'recall')))))",
                [grain, first, filer.region],
            )
            for row in found:
                key = tuple(row[name] for name in CELLS)
                source = _source((grain, str(first), row["region"]), key)
                by_key[key] = Figure(row["value"], source, row["sample_size"])
                instant = row["as_of"]
        ever = rows(
            connection,
            "select indicator, sum(value) as value from marts.dsa_indicator_figures "
            f"where region = '{ALL_REGIONS}' group by indicator",
        )
        empty = rows(connection, "select table_name from marts.data_quality where entity_count = 0")
    lacking = {row["table_name"] for row in empty}
    return Figures(
        grain=grain,
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
