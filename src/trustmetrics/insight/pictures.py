"""The charts of a report: which readings are drawn, and what their alt texts say."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from trustmetrics.insight.charts import Bar, Point, split, trend
from trustmetrics.insight.drivers import Split
from trustmetrics.insight.read import Facts, Reading
from trustmetrics.scorecard.figures import period, with_unit
from trustmetrics.scorecard.sparkline import previous

PERIODS = {"week": 26, "month": 24, "quarter": 12}
LISTED = 6


def drawn(facts: Facts, one: Reading) -> Sequence[Reading]:
    """Return the readings of a metric's trend, oldest first."""
    return facts.readings[one.metric][-PERIODS[facts.grain] :]


def trend_table(facts: Facts, one: Reading) -> Sequence[Reading]:
    """Return the last readings of the trend, which stand in the table beside it, newest first."""
    complete = [each for each in drawn(facts, one) if each.is_complete]
    return complete[-LISTED:][::-1]


def trend_chart(facts: Facts, one: Reading) -> str:
    """Return the trend of a metric as SVG."""
    points = _points(drawn(facts, one), facts.grain)
    is_level = one.target_kind == "level" and one.target_value is not None
    target = (one.target_value or 0, one.target_text or "") if is_level else None
    return trend(
        points,
        one.value_format,
        target,
        f"{one.title} by {facts.grain}",
        _described(points, one),
        one.period_start,
        f"trend-{one.metric}",
    )


def _points(readings: Sequence[Reading], grain: str) -> list[Point]:
    """The readings as points; a period that has no row is one without a value."""
    found = {one.period_start: one for one in readings}
    points, start = [], readings[-1].period_start
    while start >= readings[0].period_start:
        points.append(_point(found.get(start), start, grain))
        start = previous(start, grain)
    return points[::-1]


def _point(one: Reading | None, start: date, grain: str) -> Point:
    if one is None:
        return Point(period(start, grain), start, None, None, None, True, True, 0, None)
    return Point(
        period_label=one.period_label,
        period_start=one.period_start,
        value=one.value,
        ci_lower=one.ci_lower,
        ci_upper=one.ci_upper,
        is_mature=one.is_mature,
        is_complete=one.is_complete,
        segment=one.trend_segment,
        mark=one.change_label,
    )


def _described(points: Sequence[Point], one: Reading) -> str:
    """The trend in words: where it begins, its extremes, where it stands."""
    there = [point for point in points if point.value is not None and point.is_complete]
    if not there:
        return f"No values of {one.title}."
    lowest = min(there, key=lambda point: point.value or 0)
    highest = max(there, key=lambda point: point.value or 0)

    def told(point: Point) -> str:
        return f"{with_unit(point.value, one.value_format)} in {point.period_label}"

    marks = [f"{point.mark} in {point.period_label}" for point in points if point.mark]
    unsettled = "" if there[-1].is_mature else f" {there[-1].period_label} can still move."
    changed = f" The definition changed: {', '.join(marks)}." if marks else ""
    return (
        f"From {told(there[0])} to {told(there[-1])}; lowest {told(lowest)}, "
        f"highest {told(highest)}.{unsettled}{changed} The table has the newest figures."
    )


def split_chart(one: Reading, found: Split) -> str:
    """Return the split of a change over the largest parts as SVG."""
    bars = [
        Bar(driver.name.text, driver.row["rate_effect"], driver.row["mix_effect"])
        for driver in found.shown
    ]
    said = ", ".join(
        f"{driver.name.text} {driver.said_part('effect').text}" for driver in found.shown
    )
    return split(
        bars,
        one.value_format,
        found.has_mix,
        f"{one.title}: the change by {found.name}",
        f"Parts of the change: {said}. The figures stand in the table.",
        f"split-{one.metric}-{found.slice}",
    )
