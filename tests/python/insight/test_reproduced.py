"""A published report comes out again from raw data, to the last digit that it showed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.python.helpers import Run
from tests.python.ledger.made import tamper


@pytest.mark.slow
@pytest.mark.dbt
def test_every_number_of_a_published_page_is_computed_again_from_raw_data(
    built: Path, sample: Path, run: Run, tmp_path: Path
) -> None:
    ledger = tmp_path / "ledger.sqlite"
    named = ("--database", built, "--ledger", ledger)
    said = run("report", "monthly", *named, "--out", tmp_path / "m.html", "--publish")
    assert said.exit_code == 0, said
    report = re.findall(r"published (monthly-\S+):", said.out)[0]
    said = run("report", "reproduce", report, *named, "--raw", sample)
    assert said.exit_code == 0, said
    [(same, tried)] = re.findall(r"(\d+) of (\d+) numbers are the same", said.out)
    assert same == tried and int(tried) > 100

    # A number that the raw data do not give is found: the row is changed with all that hangs on it.
    tamper(ledger, "update published_numbers set value = value + 0.25 where number = 3")
    assert run("report", "verify-ledger", *named).exit_code == 1
