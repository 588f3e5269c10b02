"""The value of each period by its age."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.python.helpers import Run
from tests.python.ledger.test_overtaken import raw
from trustmetrics.ledger.triangle import Triangle, as_csv, moved, start_of

__all__ = ["raw"]


@pytest.mark.parametrize(
    ("grain", "day", "start", "later"),
    [
        ("day", date(2026, 2, 28), date(2026, 2, 28), date(2026, 3, 2)),
        ("week", date(2026, 1, 1), date(2025, 12, 29), date(2026, 1, 12)),
        ("month", date(2025, 12, 31), date(2025, 12, 1), date(2026, 2, 1)),
        ("quarter", date(2026, 12, 31), date(2026, 10, 1), date(2027, 4, 1)),
    ],
)
def test_periods_follow_one_another(grain: str, day: date, start: date, later: date) -> None:
    assert start_of(day, grain) == start
    assert moved(start, grain, 2) == later
    assert moved(later, grain, -2) == start


def test_a_period_has_as_many_ages_as_periods_ended_with_it_and_after_it() -> None:
    starts = [date(2026, 1, 1), date(2026, 2, 1)]
    found = Triangle("m", 1, "month", starts, {(starts[0], 0): 0.5, (starts[0], 1): 0.25})
    assert as_csv(found) == (
        "period_start,age,as_of,value\n"
        "2026-01-01,0,2026-02-01,0.5\n"
        "2026-01-01,1,2026-03-01,0.25\n"
        "2026-02-01,0,2026-03-01,\n"
    )


@pytest.mark.slow
@pytest.mark.dbt
def test_a_row_shows_what_came_after_the_period(run: Run, raw: Path, tmp_path: Path) -> None:
    """Of January as in test_overtaken: 3 / 5 at its end, 2 / 5 a month later."""
    out = tmp_path / "triangle.csv"
    named = ("--raw", raw, "--as-of", "2026-03-15", "--periods", "2", "--out", out)
    said = run("report", "triangle", "detection_precision", *named)
    assert said.exit_code == 0, said
    assert "60.0 %  40.0 %" in said.out
    rows = out.read_text(encoding="utf-8").splitlines()[1:]
    assert rows == [
        "2026-01-01,0,2026-02-01,0.6",
        "2026-01-01,1,2026-03-01,0.4",
        "2026-02-01,0,2026-03-01,",
    ]


def test_what_a_metric_does_not_have_is_told(run: Run, tmp_path: Path) -> None:
    named = ("--raw", tmp_path, "--as-of", "2026-03-15")
    said = run("report", "triangle", "no_such_metric", *named)
    assert (said.exit_code, "there is no metric 'no_such_metric'" in said.complaint) == (2, True)
    said = run("report", "triangle", "inter_rater_alpha", "--grain", "week", *named)
    assert (said.exit_code, "has no values by week. It has them by" in said.complaint) == (2, True)
