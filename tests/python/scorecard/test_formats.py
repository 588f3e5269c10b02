"""The scorecard for machines: every number as it is, in a form that a machine reads."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import asdict
from datetime import date

from tests.python.scorecard.cards import card, line, worse
from trustmetrics.scorecard.formats import as_csv, as_json, as_markdown


def test_json_has_the_raw_numbers() -> None:
    value = 0.1 + 0.2
    shown = card(
        line(value=value, ci_lower=None),
        segments=[line(slice="severity", slice_value="high", slice_label="high")],
        not_measured=[line(metric="gone", status="not measured", reason="why", value=None)],
        worst=[worse()],
        slice_count=100,
    )
    said = json.loads(as_json(shown))
    (metric,) = said["lines"]
    assert (metric["value"], metric["ci_lower"]) == (value, None)
    assert (metric["period_start"], metric["history"]) == ("2026-05-01", [0.05, 0.03, 0.03])
    assert said["as_of"] == "2026-07-02T09:51:00"
    assert said["segments"][0]["slice_value"] == "high"
    assert said["not_measured"][0]["reason"] == "why"
    assert said["worst"][0]["deviation"] == 3.21
    assert said["expected_by_chance"] == 2.275


def test_csv_has_a_row_for_each_line() -> None:
    shown = card(
        line(title='A "title", with a comma', is_mature=False),
        segments=[line(slice="severity", slice_value="high", slice_label="high")],
        not_measured=[line(metric="gone", status="not measured", reason="two\nlines", value=None)],
    )
    rows = list(csv.DictReader(io.StringIO(as_csv(shown))))
    assert [(row["metric"], row["slice_value"], row["status"]) for row in rows] == [
        ("rework_rate", "all", "met"),
        ("rework_rate", "high", "met"),
        ("gone", "all", "not measured"),
    ]
    assert rows[0]["title"] == 'A "title", with a comma'
    assert (rows[0]["is_mature"], rows[0]["value"]) == ("false", "0.03")
    assert (rows[2]["value"], rows[2]["reason"]) == ("", "two\nlines")
    assert set(rows[0]) == asdict(line()).keys() - {"history", "slices"}


def test_markdown_is_a_table_a_part() -> None:
    shown = card(
        line(metric="a", indicator="leading"),
        line(metric="b", newest_start=date(2026, 5, 1)),
        segments=[line(slice="severity", slice_value="high", slice_label="high", status="missed")],
        not_measured=[line(metric="gone", reason="a | b")],
        worst=[worse(slice_value="a|b")],
        slice_count=3,
    )
    said = as_markdown(shown).splitlines()
    assert "## quality, leading" in said and "## quality, lagging" in said
    assert (
        "| a | 2026-05 | 3.0 % | 2.0 to 4.5 | -1.0 pt | &lt; 5 % | met | █▁▁ | 2026-06: 3.1 % |"
    ) in said
    assert "| b | 2026-05 | 3.0 % | 2.0 to 4.5 | -1.0 pt | &lt; 5 % | met | █▁▁ |  |" in said
    assert "- rework_rate: by severity, 1 of 1 missed their target (high)" in said
    assert "- gone: a \\| b" in said
    assert ("| rework_rate | queue = a\\|b | 2026-05 | 30.0 % | 4.0 % | 3.2 sd | 1,200 |") in said
