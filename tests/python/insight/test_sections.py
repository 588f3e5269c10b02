"""The tables of a report: which lines they have, and what is counted beside them."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.python.insight.made import facts, links, reading, text
from tests.python.insight.test_needs import AIM, usual
from trustmetrics.insight.read import Reading
from trustmetrics.insight.sections import detectors, scorecard
from trustmetrics.insight.usual import worse_than_usual


def test_a_part_with_a_target_of_its_own_has_a_line_of_the_scorecard() -> None:
    part = {"slice": "severity", "slice_name": "severity"}
    high = reading(slice_value="high", slice_label="high", **part, **AIM)
    low = reading(slice_value="low", slice_label="low", **part)
    found = facts(reading(), slices=[high, low])
    [(_, leading), (_, lagging)] = scorecard(found, links(found))
    assert leading == []
    [(family, lines)] = lagging
    assert (family, [line.name.text for line in lines]) == ("harm", ["M", "M, severity high"])


def test_detectors_whose_precision_fell_are_named_before_the_lowest() -> None:
    def detector(name: str, **more: Any) -> Reading:
        place = {"slice": "detector_id", "slice_value": name, "slice_label": name}
        return reading("detection_precision", direction="up", **(place | more))

    fell = {"change_on_previous": -0.1, "change_lower": -0.2, "change_upper": -0.05}
    parts = [
        detector("low", value=0.2, ci_lower=0.1, ci_upper=0.3),
        detector("fell", value=0.5, ci_lower=0.4, ci_upper=0.6, **fell),
    ]
    lowest = "low has the lowest, 20.0 % (95 % interval 10.0 % to 30.0 %) in 2026-W26."
    whole = reading("detection_precision")
    found = detectors(facts(whole, slices=parts))
    assert found is not None and [one.slice_label for one in found.fell] == ["fell"]
    assert text(found.sentence) == f"The precision of fell fell clearly. {lowest}"
    steady = detectors(facts(whole, slices=parts[:1]))
    assert steady is not None
    assert text(steady.sentence) == f"No detector's precision fell clearly. {lowest}"


def test_the_ends_of_months_are_not_counted_among_what_is_worse_than_before() -> None:
    month = {"period_grain": "month", "period_start": date(2026, 6, 1)}
    backlog, other = reading("backlog_open_cases", **month), reading("m", **month)
    rows = [
        usual(one, deviation) | {"value_format": "percent"}
        for one, deviation in ((backlog, 5.0), (other, 3.0))
    ]
    found = worse_than_usual(
        facts(backlog, other, grain="month", tables={"deviations": rows}),
        links(facts(backlog, other)),
    )
    assert found is not None and found.beyond is not None
    assert (found.beyond.text, found.judged.text, found.metrics.text) == ("1", "1", "1")
    assert [one.name.text for one in found.shown] == ["M"]
    assert "not in ('backlog_open_cases'" in found.judged.source.query
    assert "deviation is not null and metric not in" in found.beyond.source.query
    week = facts(reading("backlog_open_cases"), tables={"deviations": rows[:1]})
    weekly = worse_than_usual(week, links(week))
    assert weekly is not None and weekly.judged.text == "1"
    assert "not in" not in weekly.judged.source.query
