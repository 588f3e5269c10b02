"""A chart shows the points that it was given, and stands in a page beside others."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from datetime import date, timedelta
from math import isfinite
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trustmetrics.insight.charts import HEIGHT, Bar, Point, split, trend

SVG = "{http://www.w3.org/2000/svg}"
START = date(2026, 1, 5)


def point(place: int, value: float | None = 0.5, **more: Any) -> Point:
    given = {
        "period_label": f"2026-W{place + 2:02}",
        "period_start": START + timedelta(weeks=place),
        "ci_lower": None if value is None else value - 0.1,
        "ci_upper": None if value is None else value + 0.1,
        "is_mature": True,
        "is_complete": True,
        "segment": 0,
        "mark": None,
    }
    return Point(value=value, **(given | more))


def drawn(points: list[Point], value_format: str = "percent", **more: Any) -> ElementTree.Element:
    given = {"target": None, "title": "T", "description": "D", "highlighted": None, "ident": "one"}
    return ElementTree.fromstring(trend(points, value_format, **(given | more)))


def marks(svg: ElementTree.Element, kind: str) -> list[ElementTree.Element]:
    """The elements of all groups of a kind of mark, drawn ones alone."""
    groups = [one for one in svg.iter(f"{SVG}g") if kind in (one.get("class") or "").split()]
    found = [
        one
        for group in groups
        for one in group.iter()
        if one.tag in (f"{SVG}path", f"{SVG}text", f"{SVG}line")
    ]
    return [one for one in found if one.get("class") not in ("background", "foreground")]


def texts(svg: ElementTree.Element) -> list[str]:
    return ["".join(one.itertext()) for one in svg.iter(f"{SVG}text")]


def corners(path: ElementTree.Element) -> int:
    return len(re.findall(r"[ML]", path.get("d") or ""))


def test_a_line_never_joins_two_meanings_nor_what_a_gap_lies_between() -> None:
    points = [point(place, segment=int(place > 5)) for place in range(10)]
    points[2] = point(2, None)
    lines = marks(drawn(points), "mark-line")
    assert sorted(corners(line) for line in lines) == [2, 3, 4]


def test_what_has_not_settled_is_hollow_and_what_has_not_ended_is_not_drawn() -> None:
    points = [point(place, is_mature=place < 4, is_complete=place < 6) for place in range(8)]
    svg = drawn(points)
    assert [corners(line) for line in marks(svg, "mark-line")] == [4]
    styles = [one.get("style") or "" for one in marks(svg, "mark-symbol")]
    assert len([style for style in styles if "fill:var(--chart-line)" in style]) == 4
    assert len([style for style in styles if "fill:var(--page)" in style]) == 2
    assert "2026-W08" not in texts(svg) and "2026-W07" in texts(svg)


def test_the_band_spans_the_interval() -> None:
    points = [point(0, 0.2, ci_lower=0.1, ci_upper=0.4), point(1, 0.3, ci_lower=0.2, ci_upper=0.5)]
    [area] = marks(drawn(points), "mark-area")
    heights = [float(y) for y in re.findall(r"[ML][\d.]+,([\d.]+)", area.get("d") or "")]
    # The axis goes from 0 to 50 %, and both intervals are 30 points wide.
    assert {"0 %", "50 %"} <= set(texts(drawn(points)))
    first, second = heights[:2], heights[2:][::-1]
    spans = [abs(one - other) for one, other in zip(first, second, strict=True)]
    assert spans == pytest.approx([0.6 * HEIGHT] * 2)


def test_marks_and_target_are_named_and_words_are_escaped() -> None:
    points = [point(0), point(1, mark='v2 <&">')]
    text = trend(points, "hours", (0.7, "< 0.7 h"), "<T>", 'D & "so"', START, "one")
    svg = ElementTree.fromstring(text)
    said = texts(svg)
    assert 'v2 <&">' in said and "target < 0.7 h" in said
    assert any(one.endswith(" h") and one[0].isdigit() for one in said)
    assert svg.find(f"{SVG}title").text == "<T>"
    assert svg.find(f"{SVG}desc").text == 'D & "so"'
    assert (svg.get("role"), svg.get("aria-labelledby")) == ("img", "one-title one-desc")


@pytest.mark.parametrize(
    ("values", "begins_at_none"), [((0.5, 0.52), False), ((0.1, 0.9), True), ((0.0, 0.3), True)]
)
def test_the_axis_begins_at_none_unless_that_would_press_the_line_flat(
    values: tuple[float, float], begins_at_none: bool
) -> None:
    points = [
        point(place, value, ci_lower=None, ci_upper=None) for place, value in enumerate(values)
    ]
    assert ("0 %" in texts(drawn(points))) is begins_at_none


def test_two_charts_share_no_name_and_ask_nobody() -> None:
    points = [point(place) for place in range(3)]
    one, two = (trend(points, "percent", None, "T", "D", None, ident) for ident in ("a", "b"))
    names = [set(re.findall(r'\bid="([^"]+)"', text)) for text in (one, two)]
    assert names[0] and not names[0] & names[1]
    for text in (one, two):
        assert re.findall(r"https?://[^\"]+", text) == ["http://www.w3.org/2000/svg"]
        assert set(re.findall(r"url\(#([^)]+)\)", text)) <= set(re.findall(r'id="([^"]+)"', text))
        assert "<script" not in text and "#0102" not in text
    assert one == trend(points, "percent", None, "T", "D", None, "a")


def test_bars_are_as_long_as_the_parts_and_lie_on_their_side() -> None:
    bars = [Bar("feed", 0.2, -0.1), Bar("it's <chat>", 0.05, 0.0)]
    text = split(bars, "percent", True, "T", "D", "one")
    svg = ElementTree.fromstring(text)
    assert {"feed", "it's <chat>", "by its rate", "by its share"} <= set(texts(svg))
    assert "+20 pt" in texts(svg)
    shapes = [
        re.findall(r"M([\d.]+),[\d.]+h(-?[\d.]+)", one.get("d") or "")
        for one in marks(svg, "mark-rect")
    ]
    lengths = sorted(float(shape[0][1]) for shape in shapes if shape)
    longest = lengths[-1]
    assert [round(length / longest, 2) for length in lengths] == [0.0, 0.25, 0.5, 1.0]
    rate = [
        one
        for one in marks(svg, "mark-rect")
        if "fill:var(--chart-rate)" in (one.get("style") or "")
    ]
    assert len(rate) == 2
    alone = ElementTree.fromstring(split(bars, "count", False, "T", "D", "one"))
    assert "by its share" not in texts(alone)


VALUES = st.floats(-1e15, 1e15, allow_nan=False) | st.floats(-1e-9, 1e-9) | st.none()


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(
            VALUES, st.booleans(), st.booleans(), st.sampled_from([None, "v2", "<", "\n'\\"])
        ),
        max_size=6,
    ),
    st.sampled_from(["percent", "hours", "count", "number", "per_million"]),
)
def test_whatever_is_drawn_is_well_formed(rows: list[tuple], value_format: str) -> None:
    points = [
        point(place, value, is_mature=mature, is_complete=complete, mark=mark)
        for place, (value, mature, complete, mark) in enumerate(rows)
    ]
    svg = drawn(points, value_format)
    _, _, width, height = map(float, (svg.get("viewBox") or "").split())
    assert isfinite(width * height) and width > 0 and height > 0
    assert "NaN" not in ElementTree.tostring(svg, encoding="unicode")
