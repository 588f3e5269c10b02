"""Revision triangles: the value of each period by its age, from builds at successive instants.

One build gives the value of every period at its instant, so a triangle takes as many builds as it
has periods. All are by the definition of today: what moves along a row is data alone.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from trustmetrics.errors import UserError
from trustmetrics.gate.dbt_run import OnNode
from trustmetrics.ledger.places import MetricPlace, values_of
from trustmetrics.ledger.rebuild import build_places, tree_now, unchanged

Progress = Callable[[str], AbstractContextManager[OnNode]]
MONTHS = {"month": 1, "quarter": 3}
DAYS = {"day": 1, "week": 7}
HEADINGS = ("period_start", "age", "as_of", "value")


@dataclass(frozen=True)
class Triangle:
    """The value of each period by its age.

    Attributes:
        metric: its id.
        version: of its definition.
        grain: day, week, month or quarter: how long a period is, and the unit of age.
        starts: first dates of the periods, oldest first.
        values: by first date and age: how many periods had passed since the period's end. A pair
            without a value is missing.
    """

    metric: str
    version: int
    grain: str
    starts: Sequence[date]
    values: dict[tuple[date, int], float]

    def instant(self, start: date, age: int) -> date:
        """Return the date at whose beginning a period has an age."""
        return moved(start, self.grain, age + 1)

    def ages(self, start: date) -> range:
        """Return the ages that a period has reached."""
        return range(len(self.starts) - self.starts.index(start))


def triangle(
    project: Path,
    raw: Path,
    metric: str,
    version: int | None,
    grain: str,
    place: tuple[str, str],
    last: datetime,
    periods: int,
    progress: Progress,
) -> Triangle:
    """Build a metric at successive instants, and return its values by period and age.

    Args:
        project: the dbt project's folder.
        raw: folder of the raw tables.
        metric: its id.
        version: of its definition; None: the newest.
        grain: one that the metric has.
        place: slice and slice value.
        last: the instant by which the newest period has ended, UTC.
        periods: how many periods.
        progress: gives the progress of a build, by its title.

    Raises:
        UserError: there is no such metric, version or grain, it does not build, or the raw files
            change meanwhile.
    """
    tree = tree_now(project)
    entry = tree.register.entries.get(metric)
    if entry is None or entry.is_leaf:
        raise UserError(f"there is no metric '{metric}'. docs/metrics/ lists them")
    if grain not in entry.data.get("grains", ()):
        known = ", ".join(entry.data.get("grains", ()))
        raise UserError(f"{metric} has no values by {grain}. It has them by {known}")
    version = entry.latest if version is None else version
    newest = moved(start_of(last.date(), grain), grain, -1)
    starts = [moved(newest, grain, -back) for back in reversed(range(periods))]
    found = Triangle(metric, version, grain, starts, {})
    with (
        TemporaryDirectory(prefix="trustmetrics-triangle-") as folder,
        unchanged(raw, project),
    ):
        for number, newest in enumerate(starts, 1):
            instant = found.instant(newest, 0)
            ages = {start: number - rank for rank, start in enumerate(starts[:number], 1)}
            wanted = [MetricPlace(metric, version, grain, start, *place) for start in ages]
            with progress(f"as of {instant} ({number} of {periods})") as on_node:
                # In one folder, so that dbt parses the project once.
                built = build_places(tree, raw, Path(folder), wanted, on_node, f"{instant}")
            if built.relation(entry.model, version) is None:
                raise UserError(f"{metric} has no version {version} that is computed. Name another")
            for one, value in values_of(built, tree.register, wanted).items():
                assert isinstance(one, MetricPlace)
                found.values[one.period_start, ages[one.period_start]] = value
    return found


def as_csv(found: Triangle) -> str:
    """Return a triangle as CSV, a row per period and age."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(HEADINGS)
    for start in found.starts:
        for age in found.ages(start):
            value = found.values.get((start, age))
            writer.writerow((start, age, found.instant(start, age), value))
    return text.getvalue()


def start_of(day: date, grain: str) -> date:
    """Return the first date of the period that a day lies in."""
    if grain in MONTHS:
        return date(day.year, day.month - (day.month - 1) % MONTHS[grain], 1)
    return day - timedelta(days=day.weekday() if grain == "week" else 0)


def moved(start: date, grain: str, periods: int) -> date:
    """Return the first date of the period that begins so many periods later."""
    if grain in DAYS:
        return start + timedelta(days=DAYS[grain] * periods)
    years, month = divmod(start.year * 12 + start.month - 1 + MONTHS[grain] * periods, 12)
    return date(years, month + 1, 1)
