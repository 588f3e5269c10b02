"""Every number of a report is walked back to its row, and nothing else in it is a number."""

from __future__ import annotations

import json
import re
from pathlib import Path

import duckdb
import pytest

from tests.python.helpers import Run, query
from tests.python.insight.made import Read, Shown
from tests.python.ledger.test_places import node
from trustmetrics.gate.results import Built
from trustmetrics.ledger.file import reading
from trustmetrics.ledger.places import place_of, values_of
from trustmetrics.register.load import Register

FIGURE = re.compile(r"([<>]?)([-+]?)([\d,]+)(?:\.(\d+))?(?:e(-?\d+))?([kMBT]?)(.*)")
POWERS = {"": 0, "k": 3, "M": 6, "B": 9, "T": 12}
REPORTS = [
    ("weekly", "2026-W20"),
    ("monthly", None),
    pytest.param("monthly", "2026-04", marks=pytest.mark.slow),
    pytest.param("quarterly", None, marks=pytest.mark.slow),
]


def is_said(shown: Shown) -> bool:
    """Whether the text is the value, to half of the last digit that is shown."""
    text = shown.text.replace("−", "-").replace("\xa0", " ")
    found = FIGURE.fullmatch(text.strip("<>=≤≥ "))
    assert found, text
    _, sign, whole, digits, power, scale, mark = found.groups()
    value = float(shown.value) * (100 if mark in (" %", " pt", " percentage points") else 1)
    place = POWERS[scale] + int(power or 0)
    said = float(f"{sign}{whole.replace(',', '')}.{digits or 0}") * 10**place
    if text[0] in "<>" and " " not in text[:2]:
        return value < said if text[0] == "<" else value > said
    return abs(said - value) <= 0.5000001 * 10 ** (place - len(digits or ""))


def as_published(said: str) -> str:
    """A figure as the ledger keeps it, which has each number of a page once."""
    text = said.replace("−", "-").replace("\xa0", " ")
    return text.replace(" percentage points", " pt")


@pytest.mark.parametrize(("kind", "period"), REPORTS)
def test_every_number_comes_from_the_row_that_it_names(
    built: Path, run: Run, tmp_path: Path, kind: str, period: str | None
) -> None:
    out, ledger = tmp_path / "report.html", tmp_path / "ledger.sqlite"
    named = ("--database", built, "--out", out, "--ledger", ledger)
    said = run("report", kind, *named, *(("--period", period) if period else ()))
    assert said.exit_code == 0, said
    page = Read.of(out.read_text("utf-8"))
    assert len(page.numbers) > 60
    with duckdb.connect(str(built), read_only=True) as connection:
        for shown in page.numbers:
            [(value,)] = connection.execute(shown.query).fetchall()
            assert float(value) == pytest.approx(float(shown.value), rel=1e-12), shown
            assert is_said(shown), shown

    # Beside numbers, names and dates no digit is said, but for the level of the intervals.
    rest = re.sub(r"95\s%", "", page.rest)
    assert not re.search(r"\d", rest), re.findall(r".{0,30}\d.{0,30}", rest)
    assert page.hosts == []
    # The mart of what is worse than usual speaks of the newest periods alone.
    is_told = any("kpi_slice_deviations" in shown.query for shown in page.numbers)
    assert is_told is ((kind, period) == ("monthly", None))
    assert len(set(page.ids)) == len(page.ids)


def test_a_published_report_is_in_the_ledger_number_by_number(
    built: Path, run: Run, tmp_path: Path
) -> None:
    out, ledger = tmp_path / "may.html", tmp_path / "ledger.sqlite"
    named = ("--database", built, "--ledger", ledger, "--out", out)
    said = run("report", "monthly", *named, "--period", "2026-04", "--publish")
    assert (said.exit_code, "published monthly-2026-04-1" in said.out) == (0, True), said
    page = Read.of(out.read_text("utf-8"))
    with reading(ledger) as opened:
        rows = list(opened.rows())
    shown = {(float(one.value), as_published(one.text)) for one in page.numbers}
    assert {(row["value"], row["shown"]) for row in rows} == shown
    assert {(row["report_kind"], row["as_of"]) for row in rows} == {
        ("monthly", str(query(built, "select max(as_of) from marts.kpi_trends")[0][0]))
    }
    governed = [row for row in rows if row["metric_version"] is not None]
    expected = query(
        built,
        "select metric, metric_version, value, ci_lower, sample_size from marts.kpi_values "
        "where period_grain = 'month' and slice = 'overall' and period_start = '2026-04-01'",
    )
    kept = {
        tuple(
            row[name] for name in ("metric", "metric_version", "value", "ci_lower", "sample_size")
        )
        for row in governed
        if row["slice"] == "overall" and row["period_start"] == "2026-04-01"
    }
    assert len(kept) > 10 and kept <= set(expected)
    # The head stands in the report, and shows a row that was changed behind its back.
    verified = run("report", "verify-ledger", "--ledger", ledger, "--report", out)
    assert (verified.exit_code, "1 head given found" in verified.out) == (0, True), verified
    sources = [json.loads(row["source"]) for row in rows if row["source"]]
    # What is no value of a metric is computed again by the row that it names, to the last bit.
    cells = [row for row in rows if "mart" in json.loads(row["source"] or "{}")]
    places = {row["number"]: place_of(row) for row in cells}
    nodes = {
        mart: node(mart, "marts") for mart in {json.loads(row["source"])["mart"] for row in cells}
    }
    found = values_of(Built(built, {"nodes": nodes}), Register({}), places.values())
    assert len(cells) > 30 and all(found[places[row["number"]]] == row["value"] for row in cells)
    assert any("query" in source for source in sources)
    again = run("report", "monthly", *named, "--period", "2026-04", "--publish")
    assert "published monthly-2026-04-2" in again.out
