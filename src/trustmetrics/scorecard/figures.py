"""Numbers as people read them: 0.81 h, 4.2 %, 1,234. Never longer than a column of the page."""

from __future__ import annotations

from datetime import date

from trustmetrics.register.units import COUNT, COUNTS, MARKS, PERCENT, target_words
from trustmetrics.scorecard.read import Line, WorseSlice

NOT_REACHED = "not yet"
SCALES = ((1e12, "T"), (1e9, "B"), (1e6, "M"), (1e5, "k"))
FEW = 10


def number(value: float) -> str:
    """Return a number to three digits or more, at most seven characters up to 10^15."""
    size = abs(value)
    for scale, letter in SCALES:
        # What would be rounded up to the next scale belongs there.
        if size >= scale * 0.99999:
            unit = 1e3 if letter == "k" else scale
            return (
                f"{value / unit:,.0f}{letter}"
                if size >= 10 * unit
                else f"{value / unit:.1f}{letter}"
            )
    if size >= 99.95:
        return f"{value:,.0f}"
    if size >= 9.995:
        return f"{value:.1f}"
    if size >= 0.995 or size == 0:
        return f"{value:.2f}" if size else "0"
    if size >= 0.0995:
        return f"{value:.2f}"
    return f"{value:.2g}" if size >= 0.00095 else f"{value:.0e}"


def percent(share: float) -> str:
    """Return a share as a percentage without its sign, finer where it is near 0 or 100."""
    value = 100 * share
    if value == 0 or abs(value) >= 999.5:
        return number(value)
    is_fine = abs(value) < 0.995 or 99.5 <= abs(value) < 100
    shown = f"{value:.2f}" if is_fine else f"{value:.1f}"
    # Rounding must not make all, or nothing, of what is nearly so.
    if shown == "100.00" and value < 100:
        return ">99.99"
    if shown in ("0.00", "-0.00"):
        return "<0.01" if value > 0 else ">-0.01"
    return "100" if value == 100 else shown


def figure(value: float | None, value_format: str) -> str:
    """Return a value of a format (register.units) without its unit; None: it was not reached."""
    if value is None:
        return NOT_REACHED
    if value_format == PERCENT:
        return percent(value)
    return f"{value:,.0f}" if value_format == COUNT and abs(value) < 1e5 else number(value)


def with_unit(value: float | None, value_format: str) -> str:
    """Return a value with its unit."""
    written = figure(value, value_format)
    return written if value is None else written + MARKS.get(value_format, "")


def interval(line: Line, dash: str) -> str:
    """Return a line's 95 % interval without its unit; ? for a bound that is not reached."""
    if line.ci_lower is None and line.ci_upper is None:
        return ""
    lower, upper = (
        "?" if bound is None else figure(bound, line.value_format)
        for bound in (line.ci_lower, line.ci_upper)
    )
    return f"{lower}{dash}{upper}"


def change(line: Line) -> str:
    """Return how a line moved on the period before, with ? where that may be chance.

    Percentages move by points, unless their target is a relative change; all else relatively.
    """
    if line.change_on_previous is None:
        return ""
    if line.definition_changed:
        return "redefined"
    relative, points = line.relative_change_on_previous, line.change_on_previous
    if line.target_kind != "relative_change" and line.value_format == PERCENT:
        shown = f"{signed(100 * points)} pt"
    elif relative is None:
        shown = signed(points)
    elif relative >= 9.995:
        shown = f"x{number(1 + relative)}"
    else:
        shown = f"{signed(100 * relative)} %"
    return shown + ("?" if may_be_chance(line) else "")


def change_interval(line: Line) -> str:
    """Return the 95 % interval of a change in the unit that it is shown in, where it has one."""
    if line.change_lower is None or line.change_upper is None:
        return ""
    if line.target_kind != "relative_change" and line.value_format != PERCENT:
        return ""
    return f"{signed(100 * line.change_lower)} to {signed(100 * line.change_upper)}"


def may_be_chance(line: Line) -> bool:
    """Whether the interval of a change spans none, or is not known though its values have one."""
    lower, upper = line.change_lower, line.change_upper
    if lower is None and upper is None:
        return line.ci_lower is not None or line.ci_upper is not None
    return (lower is None or lower <= 0) and (upper is None or upper >= 0)


def signed(value: float) -> str:
    """Return a change with its sign, to a digit behind the point where it is below a hundred."""
    if abs(value) >= 999.5:
        return f"{'+' if value > 0 else ''}{number(value)}"
    if value == 0:
        return "0"
    if abs(value) < 0.05:
        return "0.0"
    return f"{value:+.0f}" if abs(value) >= 99.95 else f"{value:+.1f}"


def target(line: Line, is_ascii: bool) -> str:
    """Return a target in words: falls, < 8 h, >= 95 %; empty: there is none."""
    said = target_words(line.target_kind, line.comparator, line.target_value, line.value_format)
    return said.replace("≤", "<=").replace("≥", ">=") if is_ascii else said


def status(line: Line) -> str:
    """Return the status, empty without a target, but there how few stand behind a value."""
    if line.status != "no target":
        return line.status
    size = line.sample_size
    is_few = size is not None and size < FEW and line.statistic not in {*COUNTS, "share"}
    return f"n = {size}" if is_few else ""


def period(start: date | None, grain: str) -> str:
    """Return the short name of a period: 2026-05, 2026-Q1, 2026-W22, 2026-05-31."""
    if start is None:
        return ""
    if grain == "month":
        return f"{start:%Y-%m}"
    if grain == "quarter":
        return f"{start.year}-Q{(start.month + 2) // 3}"
    if grain == "week":
        year, week, _ = start.isocalendar()
        return f"{year}-W{week:02}"
    return start.isoformat()


def worse_slice(one: WorseSlice, grain: str) -> tuple[str, ...]:
    """Return the cells of a slice that is worse than it usually is, the metric first."""
    return (
        one.metric,
        f"{one.slice} = {one.slice_value}",
        period(one.period_start, grain),
        with_unit(one.value, one.value_format),
        with_unit(one.usual_value, one.value_format),
        f"{one.deviation:.1f} sd",
        f"{one.sample_size:,}",
    )
