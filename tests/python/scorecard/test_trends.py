"""kpi_trends, which dashboards draw, says what the page of the scorecard says."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from trustmetrics.scorecard import figures
from trustmetrics.scorecard.read import read_scorecard

SHOWN = """
select period_label, target_text, change_is_clear, slice_label, value_format
from marts.kpi_trends
where
    metric = ?
    and period_grain = ?
    and slice = ?
    and slice_value = ?
    and period_start = ?
"""


@pytest.mark.parametrize("grain", ["day", "week", "month", "quarter"])
def test_a_period_reads_the_same_on_both(built: Path, grain: str) -> None:
    card = read_scorecard(built, grain, all_versions=False, worst=0)
    with duckdb.connect(str(built), read_only=True) as connection:
        for line in (*card.lines, *card.segments):
            key = [line.metric, grain, line.slice, line.slice_value, line.period_start]
            (row,) = connection.execute(SHOWN, key).fetchall()
            label, target, is_clear, slice_label, value_format = row
            assert label == figures.period(line.period_start, grain)
            assert (slice_label, value_format) == (line.slice_label, line.value_format)
            if line.target_kind != "guardrail":
                assert (target or "") == figures.target(line, is_ascii=False)
            if is_clear is None:
                assert line.change_on_previous is None or not figures.may_be_chance(line)
            else:
                assert is_clear is not figures.may_be_chance(line)
    assert len(card.lines) > 20
