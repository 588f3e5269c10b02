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


def test_a_line_is_not_drawn_past_what_has_not_settled() -> None:
    points = [point(place, is_mature=place != 3) for place in range(8)]
    lines = marks(drawn(points), "mark-line")
    assert sorted(corners(line) for line in lines) == [3, 4]


def test_an_open_interval_ends_the_band_and_is_a_whisker_to_the_bound_that_is_known() -> None:
    points = [point(place) for place in range(5)]
    points[2] = point(2, 0.5, ci_lower=None, ci_upper=0.6)
    svg = drawn(points)
    # Two points of a band are four corners: its upper and its lower edge.
    assert [corners(area) for area in marks(svg, "mark-area")] == [4, 4]
    assert whiskers(svg) == pytest.approx([0.1])
    # All of the line is there.
    assert [corners(line) for line in marks(svg, "mark-line")] == [5]


def test_a_band_too_short_to_be_seen_is_a_whisker() -> None:
    points = [point(0), point(1), point(2, None), point(3), point(4, is_mature=False)]
    assert whiskers(drawn(points)) == pytest.approx([0.2, 0.2])
    assert whiskers(drawn(points[:2])) == []


def whiskers(svg: ElementTree.Element) -> list[float]:
    """The lengths of the whiskers, in the unit of the axis, which spans 40 to 60 % or more."""
    said = {"".join(one.itertext()): one for one in svg.iter(f"{SVG}text")}
    ends = sorted((float(name[:-2]) / 100, place(one)) for name, one in said.items() if "%" in name)
    unit = (ends[0][1] - ends[-1][1]) / (ends[-1][0] - ends[0][0])
    soft = [one for one in svg.iter(f"{SVG}line") if one.get("opacity") == "0.6"]
    return [abs(float(one.get("y2") or 0)) / unit for one in soft]


def place(element: ElementTree.Element) -> float:
    """How far below the top of what holds it an element is."""
    return float(re.findall(r"translate\([^,]+,([^)]+)\)", element.get("transform") or "")[0])


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


@pytest.mark.parametrize(("spoken_of", "rings"), [(1, 1), (2, 0), (9, 0), (None, 0)])
def test_the_period_that_is_spoken_of_has_a_ring_where_it_has_a_value(
    spoken_of: int | None, rings: int
) -> None:
    points = [point(0), point(1), point(2, None), point(3)]
    at = None if spoken_of is None else START + timedelta(weeks=spoken_of)
    symbols = marks(drawn(points, highlighted=at), "mark-symbol")
    assert len([one for one in symbols if "stroke:var(--ink)" in one.get("style", "")]) == rings


def test_the_axis_of_a_count_begins_at_none_however_flat_the_line() -> None:
    points = [point(0, 100.0), point(1, 104.0)]
    assert "0" in texts(drawn(points, "count"))
    assert "0" not in texts(drawn(points, "number"))


@pytest.mark.parametrize(
    ("value_format", "values", "said"),
    [
        # Not 500m h, which reads as minutes.
        ("hours", (0.0, 0.5), ["0 h", "0.1 h", "0.2 h", "0.3 h", "0.4 h", "0.5 h"]),
        ("per_thousand", (0.0, 1e-3), ["0/1k", "0.0002/1k", "0.0004/1k"]),
        ("count", (1.0, 2.0), ["0", "1", "2"]),
        ("count", (0.0, 20_000.0), ["0", "5,000", "10,000", "15,000", "20,000"]),
        ("number", (0.0, 5e9), ["0", "1B", "2B", "3B", "4B", "5B"]),
        ("number", (0.0, 5e5), ["0", "100k", "200k", "300k", "400k", "500k"]),
        ("number", (1e6, 1e6 + 4), ["1M", "1.000001M", "1.000002M", "1.000003M", "1.000004M"]),
        ("percent", (0.9999, 0.99994), ["99.99 %", "99.991 %", "99.992 %"]),
    ],
)
def test_an_axis_says_what_people_say_and_no_two_ticks_the_same(
    value_format: str, values: tuple[float, float], said: list[str]
) -> None:
    points = [
        point(place, value, ci_lower=None, ci_upper=None) for place, value in enumerate(values)
    ]
    shown = [one for one in texts(drawn(points, value_format)) if not one.startswith("2026")]
    assert shown[: len(said)] == said
    assert len(shown) == len(set(shown))


@pytest.mark.parametrize(
    ("value_format", "effects", "said"),
    [
        ("count", (-2.0, 1.0), ["−2", "−1", "0", "+1"]),
        ("hours", (-0.2, 0.2), ["−0.2 h", "−0.1 h", "0 h", "+0.1 h", "+0.2 h"]),
        ("percent", (-0.05, 0.1), ["−5 pt", "0 pt", "+5 pt", "+10 pt"]),
    ],
)
def test_the_axis_of_a_change_has_signs_but_at_none(
    value_format: str, effects: tuple[float, float], said: list[str]
) -> None:
    bars = [Bar(name, effect, 0.0) for name, effect in zip("ab", effects, strict=True)]
    svg = ElementTree.fromstring(split(bars, value_format, False, "T", "D", "one"))
    assert texts(svg) == [*said, "a", "b"]


# Text that looks like the markup of a chart, or that no XML can hold.
HOSTILE = [
    *('id="x"', "url(#x)", 'role="x"', 'fill="#010203"', 'style="a" style="b"', "</text><script>"),
    *("it's \\ `${x}`", "a\x07b", "a\x00b", "a\ufffeb", "a\u2028b", "a\ud800b"),
]


@pytest.mark.parametrize("text", HOSTILE)
def test_words_come_out_as_they_went_in_and_end_nothing(text: str) -> None:
    points = [point(0, period_label=text), point(1, mark=text)]
    svg = drawn(points, target=(0.5, text), title=text, description=text)
    # What cannot be written is a space.
    kept = re.sub("[\x00\x07\ufffe\u2028\ud800]", " ", text)
    assert [one for one in texts(svg) if one == kept] == [kept] * 2
    assert f"target {kept}" in texts(svg)
    assert [svg.findtext(f"{SVG}{name}") for name in ("title", "desc")] == [kept] * 2
    bars = ElementTree.fromstring(split([Bar(text, 1, 1)], "count", True, "T", "D", "one"))
    assert kept in texts(bars)


def test_two_charts_share_no_name_and_ask_nobody() -> None:
    points = [point(place) for place in range(3)]
    one, two = (trend(points, "percent", None, "T", "D", None, ident) for ident in ("a", "b"))
    names = [set(re.findall(r'\bid="([^"]+)"', text)) for text in (one, two)]
    assert names[0] and not names[0] & names[1]
    for text in (one, two):
        assert re.findall(r"https?://[^\"]+", text) == ["http://www.w3.org/2000/svg"]
        assert set(re.findall(r"url\(#([^)]+)\)", text)) <= set(re.findall(r'id="([^"]+)"', text))
        assert "<script" not in text and "#0102" not in text
        # Only the chart as a whole is announced to a screen reader.
        assert len(re.findall(r"\b(?:role|aria-\w+)=", text)) == 2
    assert one == trend(points, "percent", None, "T", "D", None, "a")


def test_names_that_the_engine_counts_anew_in_each_picture_are_told_apart(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = (
        f'<svg xmlns="{SVG[1:-1]}" viewBox="0 0 1 1"><clipPath id="clip0"/>'
        '<g clip-path="url(#clip0)" fill="#010203" style="opacity:1"/></svg>'
    )
    monkeypatch.setattr("vl_convert.vegalite_to_svg", lambda spec: made)
    svg = drawn([], ident="other")
    assert svg.find(f"{SVG}clipPath").get("id") == "other-clip0"
    assert svg.find(f"{SVG}g").attrib == {
        "clip-path": "url(#other-clip0)",
        "style": "opacity:1; fill:var(--chart-line)",
    }


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


@settings(max_examples=20, deadline=None)
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


def test_a_name_that_vega_takes_for_a_signal_is_drawn() -> None:
    svg = split([Bar("if", 0.1, 0.0), Bar("other", 0.05, 0.0)], "percent", False, "T", "D", "one")
    assert {"if", "other"} <= {element.text for element in ElementTree.fromstring(svg).iter()}


@settings(max_examples=20, deadline=None)
@given(
    st.lists(st.tuples(st.text(max_size=8), *[VALUES.filter(lambda one: one is not None)] * 2)),
    st.sampled_from(["percent", "hours", "count", "number", "per_million"]),
    st.booleans(),
)
def test_whatever_is_split_is_well_formed(
    rows: list[tuple[str, float, float]], value_format: str, has_mix: bool
) -> None:
    bars = [Bar(*row) for row in rows]
    svg = ElementTree.fromstring(split(bars, value_format, has_mix, "T", "D", "one"))
    shapes = [one for one in marks(svg, "layer_0_marks") if one.get("d")]
    assert len(shapes) == len(bars) * (1 + has_mix)
    assert "NaN" not in "".join(one.get("d") or "" for one in shapes)
