"""The charts of a report as SVG that stands in a page: drawn by Altair, without a browser.

Colours are variables of the page's style, so that a chart is legible in light, in dark and on
paper; shapes and words tell apart what the colours do. Small enough that letters stay legible on a
phone.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil, floor
from typing import Any
from xml.etree import ElementTree

import altair as alt
import vl_convert

from trustmetrics.register.units import COUNT, MARKS, PERCENT

WIDTH, HEIGHT, BAR_HEIGHT = 400, 180, 24
LABELS, LABEL_LIMIT, LABEL_WIDTH = 5, 130, 7
SVG = "http://www.w3.org/2000/svg"
# What XML cannot hold, over which the engine aborts the whole process, and what ends a line.
NOT_TEXT = re.compile("[^\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|[\u2028\u2029]")
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
# The least part of the upper end that values must span for the axis to begin at 0.
WIDE = 0.5
TICKS = 5
# From here on an axis says k, M, B or T, as all figures do.
LONG = 100_000


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
    rows = _rows(drawn)
    marks = [
        {"at": point.period_start.isoformat(), "mark": _plain(point.mark)}
        for point in drawn
        if point.mark
    ]
    labels = [point.period_start.isoformat() for point in drawn]
    names = {point.period_start.isoformat(): point.period_label for point in drawn}
    x = alt.X("at:O").scale(domain=labels, padding=0.5).axis(_time_axis(labels, names))
    reach = _reach(drawn, target)
    y = (
        alt.Y("value:Q")
        .title(None)
        .scale(_y_scale(reach, value_format))
        .axis(_value_axis(value_format, reach))
    )
    settled = alt.Chart(_data([row for row in rows if row["settled"]]))
    # The band of a single point would have no width: it has a whisker, as has what is in no band.
    lengths = Counter(row["band"] for row in rows if row["is_banded"])
    is_wide = [row["is_banded"] and lengths[row["band"]] > 1 for row in rows]
    band = (
        alt.Chart(_data([row for row, wide in zip(rows, is_wide, strict=True) if wide]))
        .mark_area(color=BY_NAME["chart-band"], opacity=0.18)
        .encode(x, y=alt.Y("lower:Q").title(None), y2="upper:Q", detail="band:N")
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
    whiskers = (
        alt.Chart(_data([row for row, wide in zip(rows, is_wide, strict=True) if not wide]))
        .mark_rule(color=BY_NAME["soft"], opacity=0.6)
        .encode(x, y=alt.Y("lower:Q").title(None), y2="upper:Q")
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
        aim = [{"value": target[0], "words": _plain(f"target {target[1]}")}]
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
        labelPadding=6,
        minExtent=room,
    )
    colours = [BY_NAME["chart-rate"], BY_NAME["chart-mix"]][: len(kinds)]
    drawn = (
        alt.Chart(_data(rows))
        .mark_bar(strokeWidth=1.5)
        .encode(
            alt.X("value:Q")
            .title(None)
            .axis(_value_axis(value_format, [row["value"] for row in rows], is_change=True)),
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


def _rows(points: Iterable[Point]) -> list[dict[str, Any]]:
    """The points that have a value, for Vega, with the line (run) and the band that each is in."""
    rows: list[dict[str, Any]] = []
    run = band = 0
    before: Point | None = None
    for point in points:
        # A line joins neither two meanings nor what lies on both sides of no settled value.
        is_joined = (
            before is not None
            and before.value is not None
            and before.is_mature
            and before.segment == point.segment
        )
        run += not is_joined
        # Nor does a band run on over an open interval, whose end would look like certainty.
        band += not (is_joined and before is not None and _is_closed(before))
        before = point
        if point.value is not None:
            row = {
                "at": point.period_start.isoformat(),
                "value": point.value,
                "lower": point.value if point.ci_lower is None else point.ci_lower,
                "upper": point.value if point.ci_upper is None else point.ci_upper,
                "settled": point.is_mature,
                "is_banded": point.is_mature and _is_closed(point),
                "run": run,
                "band": band,
            }
            rows.append(row)
    return rows


def _is_closed(point: Point) -> bool:
    return point.ci_lower is not None and point.ci_upper is not None


def _data(rows: Sequence[dict[str, Any]]) -> Any:
    return alt.Data(values=list(rows))


def _reach(points: Iterable[Point], target: tuple[float, str] | None) -> list[float]:
    """All that a trend draws on its upright axis."""
    values = [
        value
        for point in points
        for value in (point.value, point.ci_lower, point.ci_upper)
        if value is not None
    ]
    return values if target is None else [*values, target[0]]


def _y_scale(reach: Sequence[float], value_format: str) -> Any:
    """From 0 on, which shows sizes as they are, unless that would press the line flat.

    A count has nothing but its size to show: always from 0 on.
    """
    low, high = min(reach, default=0), max(reach, default=0)
    is_flat = value_format != COUNT and low > 0 and high - low < WIDE * high
    return alt.Scale(zero=not is_flat, nice=True)


def _time_axis(labels: Sequence[str], names: dict[str, str]) -> Any:
    step = max(1, -(-len(labels) // LABELS))
    # Counted from the newest, which is the one that is spoken of.
    shown = labels[::-1][::step][::-1]
    return alt.Axis(
        values=[*shown], labelExpr=_named(names), title=None, labelAngle=0, labelOverlap=True
    )


def _named(names: dict[str, str]) -> str:
    """A Vega expression that gives each value, a place or a date of ours, its name."""
    pairs = ", ".join(f"'{key}': {_quoted(name)}" for key, name in names.items())
    return f"({{{pairs}}})[datum.value]"


def _quoted(text: str) -> str:
    if text == "if":
        # Vega takes this one text for a signal.
        return "('i' + 'f')"
    kept = _plain(text).replace("\\", "\\\\").replace("'", "\\'")
    return f"'{kept}'"


def _plain(text: str) -> str:
    return NOT_TEXT.sub(" ", text)


def _value_axis(value_format: str, reach: Sequence[float], is_change: bool = False) -> Any:
    """An axis of values; ticks are round, so nine digits tell them apart and are seldom written."""
    is_percent = value_format == PERCENT
    value = "datum.value * 100" if is_percent else "datum.value"
    unit = " pt" if is_percent and is_change else MARKS.get(value_format, "")
    sign = "+" if is_change else ""
    # Of a format's short scales, thousandths are left out: 0.5 h is not 500 m h.
    scaled = f"replace(format({value}, '{sign}.9~s'), 'G', 'B')"
    shown = (
        f"({value} == 0 ? '0' : abs({value}) >= {LONG} ? {scaled}"
        f" : format({value}, '{sign},.9~g')) + {_quoted(unit)}"
    )
    ticks: dict[str, Any] = {"tickCount": TICKS}
    low, high = min([0, *reach]), max([0, *reach])
    if value_format == COUNT and high - low < TICKS:
        # There is no half of a case.
        ticks = {"values": [*range(ceil(low), floor(high) + 1)]}
    return alt.Axis(title=None, labelExpr=shown, **ticks)


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
    svg = ElementTree.fromstring(vl_convert.vegalite_to_svg(spec))
    for element in svg.iter():
        element.tag = element.tag.removeprefix(f"{{{SVG}}}")
        element.attrib = _fitted(element.attrib, ident)
    svg.attrib = {
        "xmlns": SVG,
        "viewBox": svg.attrib["viewBox"],
        "role": "img",
        "aria-labelledby": f"{ident}-title {ident}-desc",
    }
    for place, (name, words) in enumerate((("title", title), ("desc", description))):
        told = ElementTree.Element(name, {"id": f"{ident}-{name}"})
        told.text = _plain(words)
        svg.insert(place, told)
    return ElementTree.tostring(svg, encoding="unicode")


def _fitted(attributes: dict[str, str], ident: str) -> dict[str, str]:
    """The attributes of an element of a chart that stands beside others, in the page's colours."""
    fitted, styles = {}, [attributes["style"]] if "style" in attributes else []
    for name, value in attributes.items():
        if name in ("fill", "stroke") and value in COLOURS:
            # An attribute of its own cannot read a variable.
            styles.append(f"{name}:var({COLOURS[value]})")
        elif name == "id":
            # Names of clip paths and gradients are counted anew in each picture.
            fitted[name] = f"{ident}-{value}"
        # The marks of the engine's own for screen readers would be read one by one.
        elif name not in ("role", "style") and not name.startswith("aria-"):
            fitted[name] = value.replace("url(#", f"url(#{ident}-")
    return fitted | ({"style": "; ".join(styles)} if styles else {})
