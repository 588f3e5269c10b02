"""The charts of a report as SVG that stands in a page: drawn by Altair, without a browser.

Colours are variables of the page's style, so that a chart is legible in light, in dark and on
paper; shapes and words tell apart what the colours do. Small enough that letters stay legible on a
phone.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from typing import Any

import altair as alt
import vl_convert

from trustmetrics.register.units import COUNT, MARKS, PERCENT

WIDTH, HEIGHT, BAR_HEIGHT = 400, 180, 24
LABELS, LABEL_LIMIT, LABEL_WIDTH = 5, 130, 7
# Stand-ins that no chart needs for itself, and the page's variables that take their places.
COLOURS = {
    "#010203": "--chart-line",
    "#010204": "--chart-band",
    "#010205": "--chart-mark",
    "#010206": "--chart-target",
    "#010207": "--chart-rate",
    "#010208": "--chart-mix",
    "#010209": "--soft",
    "#01020a": "--line",
    "#01020b": "--ink",
    "#01020c": "--page",
}
BY_NAME = {name.removeprefix("--"): stand_in for stand_in, name in COLOURS.items()}
# The least part of the upper end that values must span for the axis to begin above 0.
WIDE = 0.5


@dataclass(frozen=True)
class Point:
    """A period of a trend.

    Attributes:
        period_label: its name.
        period_start: its first date.
        value: in the metric's unit; None: it was not reached.
        ci_lower: of the 95 % interval; None: there is none, or it is open.
        ci_upper: likewise.
        is_mature: whether it has settled.
        is_complete: whether it has ended; one that has not is not drawn.
        segment: a line joins the points of one segment alone.
        mark: what changed its meaning in the period, such as v2; None: nothing did.
    """

    period_label: str
    period_start: date
    value: float | None
    ci_lower: float | None
    ci_upper: float | None
    is_mature: bool
    is_complete: bool
    segment: int
    mark: str | None


@dataclass(frozen=True)
class Bar:
    """A slice value's part of a change, in the metric's unit."""

    label: str
    rate_effect: float
    mix_effect: float


def trend(
    points: Sequence[Point],
    value_format: str,
    target: tuple[float, str] | None,
    title: str,
    description: str,
    highlighted: date | None,
    ident: str,
) -> str:
    """Return a trend: line, 95 % band, target, marks of changed definitions.

    Args:
        points: oldest first. What has not settled is a hollow dot without a line to it.
        value_format: as in register.units.
        target: a level, in the metric's unit, and its words; None: there is none to draw.
        title: what the chart is called.
        description: the alt text.
        highlighted: the period that the report speaks of.
        ident: tells it from the other charts of the page.
    """
    drawn = [point for point in points if point.is_complete]
    rows = [_row(point, points) for point in drawn if point.value is not None]
    marks = [
        {"at": point.period_start.isoformat(), "mark": point.mark} for point in drawn if point.mark
    ]
    labels = [point.period_start.isoformat() for point in drawn]
    names = {point.period_start.isoformat(): point.period_label for point in drawn}
    x = alt.X("at:O").scale(domain=labels, padding=0.5).axis(_time_axis(labels, names))
    y = alt.Y("value:Q").title(None).scale(_y_scale(drawn, target)).axis(_value_axis(value_format))
    settled = alt.Chart(_data([row for row in rows if row["settled"]]))
    band = settled.mark_area(color=BY_NAME["chart-band"], opacity=0.18).encode(
        x, y=alt.Y("lower:Q").title(None), y2="upper:Q", detail="run:N"
    )
    line = settled.mark_line(color=BY_NAME["chart-line"], strokeWidth=2).encode(
        x, y, detail="run:N"
    )
    dots = settled.mark_point(color=BY_NAME["chart-line"], filled=True, size=24, opacity=1).encode(
        x, y
    )
    moving = alt.Chart(_data([row for row in rows if not row["settled"]]))
    hollow = moving.mark_point(
        stroke=BY_NAME["soft"], fill=BY_NAME["page"], size=40, opacity=1
    ).encode(x, y)
    whiskers = moving.mark_rule(color=BY_NAME["soft"], opacity=0.6).encode(
        x, y=alt.Y("lower:Q").title(None), y2="upper:Q"
    )
    layers: list[Any] = [band, line, dots, whiskers, hollow]
    if highlighted and highlighted.isoformat() in labels:
        own = [row for row in rows if row["at"] == highlighted.isoformat()]
        layers.append(
            alt.Chart(_data(own))
            .mark_point(color=BY_NAME["ink"], size=130, strokeWidth=2, opacity=1)
            .encode(x, y)
        )
    if target is not None:
        aim = [{"value": target[0], "words": f"target {target[1]}"}]
        rule = alt.Chart(_data(aim)).encode(y)
        layers += [
            rule.mark_rule(color=BY_NAME["chart-target"], strokeDash=[6, 4]),
            rule.mark_text(
                color=BY_NAME["chart-target"], align="left", dy=-6, fontSize=11, x=4
            ).encode(text="words:N"),
        ]
    if marks:
        changed = alt.Chart(_data(marks)).encode(x)
        layers += [
            changed.mark_rule(color=BY_NAME["chart-mark"], strokeDash=[2, 3]),
            changed.mark_text(
                color=BY_NAME["chart-mark"], align="left", dx=4, y=8, fontSize=11
            ).encode(text="mark:N"),
        ]
    return _svg(
        alt.layer(*layers).properties(width=WIDTH, height=HEIGHT), title, description, ident
    )


def split(
    bars: Sequence[Bar],
    value_format: str,
    has_mix: bool,
    title: str,
    description: str,
    ident: str,
) -> str:
    """Return the parts of a change as bars to both sides of none.

    Args:
        bars: the largest part first.
        value_format: as in register.units; parts of a percentage are in points.
        has_mix: whether the values have shares that can shift: the mix is drawn, too.
        title: what the chart is called.
        description: the alt text.
        ident: tells it from the other charts of the page.
    """
    kinds = ("by its rate", "by its share") if has_mix else ("by its rate",)
    rows = [
        {"place": f"{place:04}", "kind": kind, "value": value}
        for place, bar in enumerate(bars)
        for kind, value in zip(kinds, (bar.rate_effect, bar.mix_effect), strict=False)
    ]
    names = {f"{place:04}": bar.label for place, bar in enumerate(bars)}
    # Whoever shows it may have a wider font than the one it was measured with.
    room = min(LABEL_LIMIT, LABEL_WIDTH * max((len(bar.label) for bar in bars), default=0))
    axis = alt.Axis(
        labelExpr=_named(names),
        title=None,
        ticks=False,
        domain=False,
        labelLimit=LABEL_LIMIT,
        minExtent=room,
    )
    colours = [BY_NAME["chart-rate"], BY_NAME["chart-mix"]][: len(kinds)]
    drawn = (
        alt.Chart(_data(rows))
        .mark_bar(strokeWidth=1.5)
        .encode(
            alt.X("value:Q")
            .stack(None)
            .title(None)
            .axis(_value_axis(value_format, is_change=True)),
            alt.Y("place:N").axis(axis).sort([*names]),
            alt.YOffset("kind:N").sort([*kinds]),
            alt.Fill("kind:N")
            .scale(domain=[*kinds], range=[colours[0], BY_NAME["page"]][: len(kinds)])
            .legend(alt.Legend(title=None, orient="top") if has_mix else None),
            alt.Stroke("kind:N").scale(domain=[*kinds], range=colours).legend(None),
        )
    )
    zero = (
        alt.Chart(_data([{"value": 0}]))
        .mark_rule(color=BY_NAME["ink"], strokeWidth=1)
        .encode(alt.X("value:Q"))
    )
    height = max(len(bars), 1) * BAR_HEIGHT * len(kinds) ** 0.5
    chart = alt.layer(drawn, zero).properties(width=WIDTH - 100, height=height)
    return _svg(chart, title, description, ident)


def _row(point: Point, points: Sequence[Point]) -> dict[str, Any]:
    """A point for Vega; its band has no width where it has no interval."""
    lower = point.value if point.ci_lower is None else point.ci_lower
    upper = point.value if point.ci_upper is None else point.ci_upper
    place = points.index(point)
    gaps = sum(one.value is None for one in points[:place])
    return {
        "at": point.period_start.isoformat(),
        "value": point.value,
        "lower": lower,
        "upper": upper,
        "settled": point.is_mature,
        # A line joins neither two meanings nor what a missing value lies between.
        "run": f"{point.segment}.{gaps}",
    }


def _data(rows: Sequence[dict[str, Any]]) -> Any:
    return alt.Data(values=list(rows))


def _y_scale(points: Sequence[Point], target: tuple[float, str] | None) -> Any:
    """From 0 on, which shows sizes as they are, unless that would press the line flat."""
    values = [
        value
        for point in points
        for value in (point.value, point.ci_lower, point.ci_upper)
        if value is not None
    ]
    values += [] if target is None else [target[0]]
    low, high = min(values, default=0), max(values, default=0)
    is_flat = low > 0 and high - low < WIDE * high
    return alt.Scale(zero=not is_flat, nice=True)


def _time_axis(labels: Sequence[str], names: dict[str, str]) -> Any:
    step = max(1, -(-len(labels) // LABELS))
    # Counted from the newest, which is the one that is spoken of.
    shown = labels[::-1][::step][::-1]
    return alt.Axis(
        values=[*shown], labelExpr=_named(names), title=None, labelAngle=0, labelOverlap=True
    )


def _named(names: dict[str, str]) -> str:
    """A Vega expression that gives each value its name."""
    pairs = ", ".join(f"{_quoted(key)}: {_quoted(name)}" for key, name in names.items())
    return f"({{{pairs}}})[datum.value]"


def _quoted(text: str) -> str:
    kept = text.replace("\\", "\\\\").replace("'", "\\'")
    return "'" + re.sub(r"[\x00-\x1f\u2028\u2029]", " ", kept) + "'"


def _value_axis(value_format: str, is_change: bool = False) -> Any:
    sign = "+" if is_change else ""
    if value_format == PERCENT:
        unit = " pt" if is_change else " %"
        # Four digits are more than an axis needs, and none of a tiny share is lost.
        shown = f"format(datum.value * 100, '{sign}.4~g') + '{unit}'"
    else:
        shown = f"format(datum.value, '{sign}.4~s') + {_quoted(MARKS.get(value_format, ''))}"
    minimum = {"tickMinStep": 1} if value_format == COUNT else {}
    return alt.Axis(title=None, labelExpr=shown, tickCount=5, **minimum)


def _svg(chart: Any, title: str, description: str, ident: str) -> str:
    """Render a chart, and make of it an element that can stand beside others in a page."""
    soft, faint = BY_NAME["soft"], BY_NAME["line"]
    spec = (
        chart.configure(font="system-ui, sans-serif", background="transparent", padding=4)
        .configure_view(stroke=None)
        .configure_axis(
            labelColor=soft, gridColor=faint, domainColor=faint, tickColor=faint, labelFontSize=11
        )
        .configure_axisX(grid=False)
        .configure_legend(labelColor=soft, labelFontSize=11, symbolStrokeWidth=1.5)
        .to_dict()
    )
    text = vl_convert.vegalite_to_svg(spec)
    for stand_in, name in COLOURS.items():
        text = text.replace(f'"{stand_in}"', f'"var({name})"')
    text = re.sub(r'\b(fill|stroke)="(var\([^"]*\))"', r'style="\1:\2"', text)
    text = _joined_styles(text)
    # Names of clip paths and gradients are counted anew in each picture.
    text = re.sub(r'\bid="([^"]+)"', rf'id="{ident}-\1"', text)
    text = re.sub(r"url\(#([^)]+)\)", rf"url(#{ident}-\1)", text)
    width, height = re.findall(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', text)[0]
    body = re.sub(r"^<svg[^>]*>|</svg>$", "", text.strip())
    # The marks of the engine's own for screen readers would be read one by one.
    body = re.sub(r' (?:role|aria-[a-z]+)="[^"]*"', "", body)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" '
        f'aria-labelledby="{ident}-title {ident}-desc">'
        f'<title id="{ident}-title">{escape(title)}</title>'
        f'<desc id="{ident}-desc">{escape(description)}</desc>{body}</svg>'
    )


def _joined_styles(text: str) -> str:
    """An element has one style attribute: two of them are not well-formed."""

    def joined(found: re.Match[str]) -> str:
        styles = re.findall(r' style="([^"]*)"', found[0])
        if len(styles) < 2:
            return found[0]
        rest = re.sub(r' style="[^"]*"', "", found[0])
        end = "/>" if rest.endswith("/>") else ">"
        return f'{rest.removesuffix(end)} style="{"; ".join(styles)}"{end}'

    return re.sub(r"<[a-z][^<>]*>", joined, text)
