"""Numbers of `marts.kpi_values` as a report of your own says them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from trustmetrics.built import opened, rows
from trustmetrics.errors import UserError
from trustmetrics.ledger.numbers import PublishedNumber
from trustmetrics.ledger.shown import shown_as

VALUES = """
with catalog as (
    select metric, max(metric_version) as newest, any_value(value_format) as value_format
    from marts.metric_catalog
    group by metric
)
select
    kpi.*,
    coalesce(catalog.value_format, 'number') as value_format,
    kpi.metric_version = catalog.newest as is_newest
from marts.kpi_values as kpi
left join catalog on kpi.metric = catalog.metric
where kpi.period_grain = $grain and kpi.period_start = $start
order by kpi.metric, kpi.metric_version, kpi.slice, kpi.slice_value
"""
FORMS = {
    "day": (re.compile(r"\d{4}-\d{2}-\d{2}"), "2026-05-31"),
    "week": (re.compile(r"(\d{4})-W(\d{2})"), "2026-W22"),
    "month": (re.compile(r"(\d{4})-(\d{2})"), "2026-05"),
    "quarter": (re.compile(r"(\d{4})-Q([1-4])"), "2026-Q2"),
}


@dataclass(frozen=True)
class Chosen:
    """What a database says of a period.

    Attributes:
        as_of: the instant that it looks from, UTC.
        numbers: by metric, version, slice and value.
    """

    as_of: datetime
    numbers: list[PublishedNumber]


def numbers_of(
    database: Path,
    grain: str,
    period: str,
    metrics: Sequence[str] = (),
    slices: Sequence[str] = ("overall",),
    all_versions: bool = False,
) -> Chosen:
    """Return the numbers of a period.

    Args:
        database: the built DuckDB file, the whole one or that of the public marts.
        grain: day, week, month or quarter.
        period: its name: 2026-05-31, 2026-W22, 2026-05 or 2026-Q2.
        metrics: their ids; none: every metric that has a value there.
        slices: names of slices.
        all_versions: older versions of a metric, too.

    Raises:
        UserError: the period has no such name, or the database has nothing for it.
    """
    start = period_start(grain, period)
    with opened(database) as connection:
        found = rows(connection, VALUES, {"grain": grain, "start": start})
        listed = rows(connection, "select metric from marts.metric_catalog")
    known = {row["metric"] for row in listed}
    for name in metrics:
        if name not in known:
            raise UserError(f"there is no metric '{name}'. docs/metrics/ lists them")
    kept = [
        row
        for row in found
        if row["slice"] in slices
        and (not metrics or row["metric"] in metrics)
        and (all_versions or row["is_newest"])
    ]
    missing = sorted(set(metrics) - {row["metric"] for row in kept})
    if missing or not kept:
        what = ", ".join(missing) or "any metric"
        raise UserError(
            f"'{database}' has no value of {what} for the {grain} {period} in the slices "
            f"{', '.join(slices)}. Choose another period, grain or slice, or leave them out"
        )
    return Chosen(kept[0]["as_of"], [_number(row) for row in kept])


def period_start(grain: str, period: str) -> date:
    """Return the first date of a period by its name.

    Raises:
        UserError: the grain has no period of that name.
    """
    form, example = FORMS[grain]
    found = form.fullmatch(period)
    try:
        if found and grain == "day":
            return date.fromisoformat(period)
        if found and grain == "week":
            return date.fromisocalendar(int(found[1]), int(found[2]), 1)
        if found:
            factor = 3 if grain == "quarter" else 1
            return date(int(found[1]), factor * (int(found[2]) - 1) + 1, 1)
    except ValueError:
        pass
    raise UserError(f"'{period}' is not the name of a {grain}. Write it as {example}")


def _number(row: dict) -> PublishedNumber:
    shown, decimals = shown_as(row["value"], row["value_format"])
    names = ("metric", "metric_version", "slice", "slice_value", "period_grain", "period_start")
    more = ("value", "ci_lower", "ci_upper", "sample_size", "is_mature")
    return PublishedNumber(
        **{name: row[name] for name in (*names, *more)}, shown=shown, decimals=decimals
    )
