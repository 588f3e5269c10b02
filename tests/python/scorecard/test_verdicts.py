"""Every verdict of a built database, found again from kpi_values without the models' SQL."""

from __future__ import annotations

import math
from collections import Counter
from pathlib import Path

import duckdb

from trustmetrics.scorecard.sparkline import previous

# Those that the methodology gives no interval.
WITHOUT_INTERVAL = {
    "cases_per_review_hour",
    "backlog_open_cases",
    "backlog_over_sla_cases",
    "backlog_age_p90_hours",
    "major_incidents",
    "surface_monitoring_coverage",
    "calibration_variance_reduction",
    "inter_rater_alpha",
    "tooling_uptime",
}
Bound = float | None
Numbers = tuple[Bound, Bound, Bound]


def moved(now: Numbers, before: Numbers, is_relative: bool) -> Numbers:
    """A change and its bounds by MOVER."""
    (v1, l1, u1), (v0, l0, u0) = now, before
    if v1 is None or v0 is None:
        return None, None, None
    if is_relative:
        if any(number is None or number <= 0 for number in (*now, *before)):
            return (v1 / v0 - 1 if v0 else None), None, None
        log, below = math.log(v1 / v0), math.hypot(math.log(v1 / l1), math.log(u0 / v0))
        above = math.hypot(math.log(u1 / v1), math.log(v0 / l0))
        return math.exp(log) - 1, math.exp(log - below) - 1, math.exp(log + above) - 1
    d = v1 - v0
    lower = None if l1 is None or u0 is None else d - math.hypot(v1 - l1, u0 - v0)
    upper = None if u1 is None or l0 is None else d + math.hypot(u1 - v1, v0 - l0)
    return d, lower, upper


def verdict(lower: Bound, upper: Bound, sign: str, target: float) -> str:
    """On which side of a target everything between the bounds lies."""
    lower = -math.inf if lower is None else lower
    upper = math.inf if upper is None else upper
    if sign == "=":
        if lower == upper == target:
            return "met"
        return "unclear" if lower <= target <= upper else "missed"
    holds = {
        "<": lambda value: value < target,
        "<=": lambda value: value <= target,
        ">": lambda value: value > target,
        ">=": lambda value: value >= target,
    }[sign]
    found = {holds(lower), holds(upper)}
    return "unclear" if len(found) > 1 else "met" if found == {True} else "missed"


def is_close(one: Bound, other: Bound) -> bool:
    """Whether two numbers differ by rounding alone, or neither is there."""
    if one is None or other is None:
        return one is other
    return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-12)


def test_every_verdict_is_found_again(built: Path) -> None:
    with duckdb.connect(str(built), read_only=True) as connection:
        values = {
            (*key, start): tuple(numbers)
            for *key, start, value, lower, upper in connection.execute(
                "select metric, metric_version, period_grain, slice, slice_value, period_start, "
                "value, ci_lower, ci_upper from marts.kpi_values"
            ).fetchall()
            for numbers in [(value, lower, upper)]
        }
        rows = connection.execute(
            "select metric, metric_version, period_grain, slice, slice_value, period_start, "
            "sample_size, is_mature, target_kind, comparator, target_value, status, measured, "
            "change_lower, change_upper from marts.kpi_scorecard where status <> 'not measured'"
        ).fetchall()
    seen: Counter[str] = Counter()
    for *key, start, size, is_mature, kind, sign, target, status, measured, lower, upper in rows:
        now = values[*key, start]
        before = values.get((*key, previous(start, key[2])), (None, None, None))
        change = moved(now, before, kind == "relative_change")
        assert is_close(lower, change[1]) and is_close(upper, change[2]), (key, start)
        seen[status] += 1
        if target is None:
            assert (status, measured) == ("no target", None) or kind != "none", key
            continue
        held = change if "change" in kind else now
        assert is_close(measured, held[0]), key
        has_interval = key[0] not in WITHOUT_INTERVAL
        bounds = held[1:] if has_interval else (held[0], held[0])
        if not is_mature or held[0] is None:
            expected = "too early"
        elif has_interval and size < 10:
            expected = "too few"
        else:
            expected = verdict(*bounds, sign, target)
        assert status == expected, (key, start, bounds, sign, target)
    assert {"no target", "too early", "too few", "missed"} <= set(seen)
