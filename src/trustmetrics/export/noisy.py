"""Writes counts of kpi_values with noise added."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from pathlib import Path
from random import Random

from trustmetrics.built import opened, rows
from trustmetrics.drafts import drafted
from trustmetrics.errors import UserError
from trustmetrics.privacy.noise import with_noise
from trustmetrics.public_marts import SCHEMA

KIND = "voluntary"
# Whose numerator counts single things; the denominator of a proportion does, too.
COUNTED = {"count": ("numerator",), "rate": ("numerator",), "subcount": ("numerator",)}
COUNTED["proportion"] = ("numerator", "denominator")
HEADER = (
    "metric",
    "metric_version",
    "period_grain",
    "period_start",
    "slice",
    "slice_value",
    "counted",
    "count",
    "margin_95",
    "epsilon",
    "in_words",
)
FIGURES = f"""
select
    kpi_values.metric,
    kpi_values.metric_version,
    kpi_values.slice,
    kpi_values.slice_value,
    kpi_values.numerator,
    kpi_values.denominator,
    metric_catalog.statistic
from {SCHEMA}.kpi_values
inner join {SCHEMA}.metric_catalog using (metric, metric_version)
where list_contains(?, kpi_values.metric) and kpi_values.period_grain = ?
    and kpi_values.period_start = ? and list_contains(?, kpi_values.slice)
qualify kpi_values.metric_version = max(kpi_values.metric_version) over (
    partition by kpi_values.metric
)
order by all
"""


@dataclass(frozen=True)
class Written:
    """What was written: so many counts in so many lists, each with this epsilon and margin."""

    counts: int
    lists: int
    each: Fraction
    margin: int


def export_noisy(
    database: Path,
    metrics: Sequence[str],
    period: tuple[str, date],
    slices: Sequence[str],
    epsilon: Fraction,
    contribution: int,
    out: Path,
    random: Random | None = None,
) -> Written:
    """Write the counts of metrics in one period, with noise, as CSV.

    Args:
        database: the built database.
        metrics: their ids; the newest version of each.
        period: its grain and first day.
        slices: their names.
        epsilon: of all counts together; each metric's numerator or denominator in each slice is a
            list that takes an equal part.
        contribution: as of with_noise.
        out: the file; it is whole or as it was.
        random: for tests.

    Raises:
        UserError: there is no such figure, a metric does not count single things, or as of
            with_noise.
    """
    if not out.parent.is_dir():
        raise UserError(f"the folder '{out.parent}' does not exist. Create it first")
    grain, start = period
    with opened(database) as connection:
        found = rows(connection, FIGURES, [list(metrics), grain, start, list(slices)])
    for metric in metrics:
        if not any(row["metric"] == metric for row in found):
            raise UserError(
                f"there is no figure of '{metric}' for the {grain} that begins on {start} by "
                f"{' or '.join(slices)}. Name another: table {SCHEMA}.kpi_values has them"
            )
    lists: dict[tuple[object, ...], dict[str, int]] = {}
    for row in found:
        for counted in COUNTED.get(row["statistic"], ()):
            count = row[counted]
            if count is not None and not float(count).is_integer():
                break
            name = (row["metric"], row["metric_version"], row["slice"], counted)
            lists.setdefault(name, {})[row["slice_value"]] = int(count)
        else:
            if row["statistic"] in COUNTED:
                continue
        raise UserError(
            f"'{row['metric']}' does not count single things (it is weighted, a quantile or a "
            "mean), so that this noise does not fit it. Leave it out"
        )
    noisy = with_noise(KIND, lists, epsilon, contribution, random)
    with drafted(out) as draft, draft.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(HEADER)
        for (metric_id, version, name, counted), counts in noisy.items():  # type: ignore[misc]
            for value, one in counts.items():
                place = [metric_id, version, grain, start, name, value, counted]
                told = [one.count, one.margin, f"{float(one.epsilon):.6g}", str(one)]
                writer.writerow([*place, *told])
    first = next(iter(next(iter(noisy.values())).values()))
    return Written(sum(map(len, noisy.values())), len(noisy), first.epsilon, first.margin)
