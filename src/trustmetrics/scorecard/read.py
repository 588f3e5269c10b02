"""Reads the scorecard out of the marts of a database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from trustmetrics.built import BUILD_AGAIN, opened, package_rows
from trustmetrics.errors import UserError
from trustmetrics.project import project_root
from trustmetrics.register.load import parse_yaml
from trustmetrics.scorecard.sparkline import PERIODS, by_period

# A normal deviate beyond which a slice is shown as worse: one in 44 lies there by chance.
CLEAR = 2.0
CHANCE = 0.02275
OVERALL = "overall"
PACKAGE = "trustmetrics.scorecard"
NOT_MEASURED = "not measured"


@dataclass(frozen=True)
class Line:
    """A series of the scorecard at one grain; numbers in the metric's unit.

    Attributes:
        is_newest: whether the version is the metric's newest.
        slices: the metric's slices in words, "segment" with what it is.
        slice_label: the slice value for people: of an experiment its name.
        period_start: the latest mature period or, where there is none, the latest complete one;
            None: the metric is not measured.
        measured: what is held against the target.
        newest_start: the latest complete period.
        newest_value: what that one says so far.
        history: values of the last mature periods, oldest first; None: none in that period. Of the
            whole population alone.
    """

    metric: str
    metric_version: int
    is_newest: bool
    title: str
    family: str
    indicator: str
    statistic: str
    unit: str
    value_format: str
    slices: str | None
    slice: str
    slice_value: str
    slice_label: str
    period_start: date | None
    is_mature: bool | None
    value: float | None
    ci_lower: float | None
    ci_upper: float | None
    sample_size: int | None
    change_on_previous: float | None
    relative_change_on_previous: float | None
    change_lower: float | None
    change_upper: float | None
    definition_changed: bool
    direction: str
    target_kind: str
    comparator: str | None
    target_value: float | None
    measured: float | None
    status: str
    reason: str | None
    newest_start: date | None
    newest_value: float | None
    history: Sequence[float | None] = ()

    @property
    def name(self) -> str:
        """Id of the metric, with the version where it is not the newest."""
        return self.metric if self.is_newest else f"{self.metric} v{self.metric_version}"

    @property
    def has_newer(self) -> bool:
        """Whether a later period is complete, and not mature yet."""
        return self.newest_start is not None and self.newest_start != self.period_start


@dataclass(frozen=True)
class WorseSlice:
    """A slice that is worse than it usually is.

    Attributes:
        usual_value: the mean of its periods before.
        deviation: how clearly, in standard deviations of a normal distribution.
    """

    metric: str
    statistic: str
    unit: str
    value_format: str
    slice: str
    slice_value: str
    period_start: date
    value: float
    usual_value: float
    deviation: float
    sample_size: int
    earlier_periods: int


@dataclass(frozen=True)
class Scorecard:
    """What a scorecard says.

    Attributes:
        lines: of the whole population, by family, leading before lagging.
        segments: of the slices that have targets of their own.
        not_measured: of the metrics that are not measured here.
        worst: the clearest worse slices.
        slice_count: how many slices could be judged.
        older: metrics of which an older version stands, too.
    """

    as_of: datetime | None
    grain: str
    lines: Sequence[Line]
    segments: Sequence[Line]
    not_measured: Sequence[Line]
    worst: Sequence[WorseSlice] = ()
    slice_count: int = 0
    older: Sequence[str] = field(default_factory=tuple)

    @property
    def expected_by_chance(self) -> float:
        """How many of the slices would count as worse if nothing had changed."""
        return self.slice_count * CHANCE


def read_scorecard(database: Path, grain: str, all_versions: bool, worst: int) -> Scorecard:
    """Read the scorecard of a built database.

    Args:
        database: a DuckDB file.
        grain: day, week, month or quarter.
        all_versions: whether older versions of a metric are in it.
        worst: the most slices to show as worse.

    Raises:
        UserError: there is no such database, or it lacks what a scorecard reads.
    """
    with opened(database) as connection:
        scored = package_rows(connection, PACKAGE, "scored", {"grain": grain})
        history = package_rows(connection, PACKAGE, "history", {"grain": grain, "periods": PERIODS})
        slices = package_rows(connection, PACKAGE, "slices", {"grain": grain})
        as_of = connection.execute("select max(as_of) from marts.kpi_scorecard").fetchone()
    past: dict[tuple[str, int], dict[date, float | None]] = {}
    for row in history:
        key = (row["metric"], row["metric_version"])
        past.setdefault(key, {})[row["period_start"]] = row["value"]
    lines = [_line(row, past, grain) for row in scored]
    older = sorted({line.metric for line in lines if not line.is_newest})
    if not all_versions:
        lines = [line for line in lines if line.is_newest]
    families = _families()
    lines.sort(
        key=lambda line: (_place(families, line.family), line.family, line.indicator != "leading")
    )
    here = [line for line in lines if line.status != NOT_MEASURED]
    return Scorecard(
        as_of=as_of[0] if as_of else None,
        grain=grain,
        lines=[line for line in here if line.slice == OVERALL],
        segments=[line for line in here if line.slice != OVERALL],
        not_measured=[
            line for line in lines if line.status == NOT_MEASURED and line.slice == OVERALL
        ],
        worst=[WorseSlice(**row) for row in slices[:worst] if row["deviation"] > CLEAR],
        slice_count=len(slices),
        older=() if all_versions else older,
    )


def _line(
    row: Mapping[str, Any],
    past: Mapping[tuple[str, int], Mapping[date, float | None]],
    grain: str,
) -> Line:
    if not isinstance(row["value"], float | None):
        raise UserError(f"the scorecard's value is not a number: '{row['value']}'. {BUILD_AGAIN}")
    values = past.get((row["metric"], row["metric_version"]), {})
    history = by_period(values, grain) if row["slice"] == OVERALL else ()
    return Line(**row, history=history)


def _families() -> Sequence[str]:
    """The families in the order of the register's settings."""
    settings = project_root() / "metrics" / "_settings.yml"
    return parse_yaml(settings.read_text("utf-8"), str(settings)).get("families", ())


def _place(families: Sequence[str], family: str) -> int:
    return families.index(family) if family in families else len(families)
