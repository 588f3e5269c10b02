"""How the values and the targets of a metric are written: one rule for page and dashboard."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

PERCENT = "percent"
HOURS = "hours"
COUNT = "count"
NUMBER = "number"
# Of a rate, by its factor. Any other factor is told by the unit's own words alone.
RATES = {
    100: "per_hundred",
    1_000: "per_thousand",
    10_000: "per_ten_thousand",
    100_000: "per_hundred_thousand",
    1_000_000: "per_million",
    1_000_000_000: "per_billion",
}
# What follows a figure, by its format.
MARKS = {
    PERCENT: " %",
    HOURS: " h",
    "per_hundred": "/100",
    "per_thousand": "/1k",
    "per_ten_thousand": "/10k",
    "per_hundred_thousand": "/100k",
    "per_million": "/1M",
    "per_billion": "/1B",
}
SHARES = frozenset(
    (
        "proportion",
        "stratified_proportion",
        "probability",
        "share",
        "estimated_share",
        "change",
        "reduction",
    )
)
COUNTS = frozenset(("count", "subcount"))


def value_format(metric: Mapping[str, Any]) -> str | None:
    """Return how the values of an entry of the register are written.

    Args:
        metric: the parsed entry.

    Returns:
        percent (the value is a share: 0.042 is 4.2 %), hours, count, one of RATES, or number; None
        where the entry does not name its statistic.
    """
    statistic = metric.get("statistic")
    if statistic is None:
        return None
    if statistic in SHARES:
        return PERCENT
    if metric.get("unit") == "hours":
        return HOURS
    if statistic in COUNTS:
        return COUNT
    return RATES.get(metric.get("factor", 1), NUMBER) if statistic == "rate" else NUMBER


def target_words(
    kind: str, comparator: str | None, value: float | None, value_format: str | None
) -> str:
    """Return a target in words: falls, < 8 h, ≥ 95 %; empty: there is none.

    Args:
        kind: level, change, relative_change, guardrail or none.
        comparator: how the value or change must stand to the target.
        value: the target, in the metric's unit, or as a share for a relative change.
        value_format: that of the metric.
    """
    if value is None or comparator is None:
        return ""
    sign = comparator.replace("<=", "≤").replace(">=", "≥")
    if kind == "relative_change":
        return f"{sign} {_trimmed(100 * value, signed=True)} %"
    if kind == "change" and value == 0:
        return {"<": "falls", ">": "rises"}.get(comparator, f"change {sign} 0")
    scaled = 100 * value if value_format == PERCENT else value
    return f"{sign} {_trimmed(scaled, signed=kind == 'change')}{MARKS.get(value_format or '', '')}"


def targets_in_words(metric: Mapping[str, Any]) -> str | None:
    """Return all the targets of an entry in words, each with what it is for; None: it has none.

    "falls against the month before", "= 0 for severity critical; = 0 for severity high".
    """
    said = [_target_in_words(metric, target) for target in metric.get("targets", ())]
    return "; ".join(said) or None


def _target_in_words(metric: Mapping[str, Any], target: Mapping[str, Any]) -> str:
    kind, comparator, grain = target["kind"], target["comparator"], target.get("grain")
    name = target.get("slice", "overall")
    if name == "segment":
        name = metric.get("segment", name)
    if kind == "guardrail":
        sign = comparator.replace("<=", "≤").replace(">=", "≥")
        return f"{sign} its own guardrail, for each {name}"
    said = target_words(kind, comparator, target.get("value"), value_format(metric))
    if kind in ("change", "relative_change"):
        said += f" against the {grain or 'period'} before"
    elif grain:
        said += f" by {grain}"
    if name == "overall":
        return said
    value = target.get("slice_value")
    return f"{said} for {name} {value}" if value else f"{said} for each {name}"


def _trimmed(value: float, signed: bool) -> str:
    """A number that people chose: all the digits that it was given, and no others."""
    return f"{value:+,.10g}" if signed else f"{value:,.10g}"
