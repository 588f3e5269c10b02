"""Each rule of the validator is broken by a fixture, and found by its name where it was broken."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.python.dsa.breaks import CASES, Case
from tests.python.dsa.filled import Filled
from trustmetrics.dsa.template import part
from trustmetrics.dsa.validator.rule import rules
from trustmetrics.dsa.validator.validate import validate


def test_a_valid_report_has_no_finding(tmp_path: Path) -> None:
    verdict = validate(Filled().write(tmp_path / "report"))
    assert verdict.findings == ()
    assert [it.rows for it in verdict.summaries[1:]] == [
        5, 100, 273, 91, 90, 98, 47, 140, 27, 28, 11
    ]  # fmt: skip


def test_each_rule_is_broken_by_a_fixture() -> None:
    assert sorted({it.rule for it in CASES}) == sorted(rules())


@pytest.mark.parametrize("case", CASES, ids=lambda it: it.name)
def test_the_breach_is_found_where_it_is(case: Case, tmp_path: Path) -> None:
    filled = Filled()
    row = case.does(filled)
    verdict = validate(filled.write(tmp_path / "report"))
    column = part(case.part).column(case.column).name.strip() if case.column else ""
    places = {(it.rule, it.part, it.row, it.column) for it in verdict.findings}
    assert (case.rule, case.part, row, column) in places
    assert {it.rule for it in verdict.findings} - {case.rule} <= case.also
