"""The commands weekly, monthly and quarterly: what they refuse, and how they say it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.python.helpers import Run, query
from tests.python.insight.made import Read


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (("--period", "2026-05"), "'2026-05' is not the name of a week. Write it as 2026-W22"),
        (("--period", "2019-W02"), "has no value for the week 2019-W02 in kpi_trends"),
        (("--as-of", "2026-06-30"), "--as-of '2026-06-30 00:00:00'"),
        (("--as-of", "yesterday"), "--as-of 'yesterday' is not a timestamp"),
        (("--out", "no/such/week.html"), "the folder 'no/such' does not exist. Create it first"),
        (("--pdf", "no/such/week.pdf"), "the folder 'no/such' does not exist. Create it first"),
        (("--out", "."), "'.' is a folder. Name a file in it"),
        (("--database", "none.duckdb"), "there is no database 'none.duckdb'"),
    ],
)
def test_what_cannot_be_reported_is_said_before_anything_is_written(
    built: Path, run: Run, tmp_path: Path, options: tuple[str, str], complaint: str
) -> None:
    out = tmp_path / "week.html"
    out.write_text("the last good one")
    said = run("report", "weekly", "--database", built, "--out", out, *options)
    assert (said.exit_code, complaint in said.complaint) == (2, True), said
    assert out.read_text() == "the last good one"


def test_the_newest_complete_week_is_reported_as_of_the_databases_instant(
    built: Path, run: Run, tmp_path: Path
) -> None:
    [(as_of, start)] = query(
        built,
        "select max(as_of), max(period_start) filter (is_complete) from marts.kpi_trends "
        "where period_grain = 'week' and slice = 'overall'",
    )
    year, week, _ = start.isocalendar()
    out = tmp_path / "week.html"
    said = run("report", "weekly", "--database", built, "--out", out, "--as-of", as_of)
    assert said.exit_code == 0, said
    text = out.read_text("utf-8")
    assert f"<title>Weekly report, {year}-W{week:02}</title>" in text
    assert f"<time>{start}</time> to <time>{date.fromordinal(start.toordinal() + 6)}</time>" in text
    assert f"<time>{as_of:%Y-%m-%d %H:%M}</time> UTC" in text


@pytest.mark.slow
def test_the_same_database_gives_the_same_page(built: Path, run: Run, tmp_path: Path) -> None:
    pages = []
    for name in ("one.html", "two.html"):
        out = tmp_path / name
        assert run("report", "quarterly", "--database", built, "--out", out).exit_code == 0
        pages.append(out.read_bytes())
    assert pages[0] == pages[1]


def test_a_page_asks_nobody_and_runs_nothing(built: Path, run: Run, tmp_path: Path) -> None:
    out = tmp_path / "month.html"
    assert run("report", "monthly", "--database", built, "--out", out).exit_code == 0
    text = out.read_text("utf-8")
    assert "default-src 'none'; style-src 'unsafe-inline'" in text
    assert "<script" not in text and "@import" not in text and "url(" not in text
    assert Read.of(text).hosts == []
