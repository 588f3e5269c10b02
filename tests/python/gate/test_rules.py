"""Each rule of the gate finds its fault, names it, and finds nothing where there is none."""

from __future__ import annotations

import pytest

from tests.python.gate.cases import Pair, found, only
from tests.python.gate.table_history import HISTORY_PAIRS
from tests.python.gate.table_state import STATE_PAIRS
from tests.python.gate.table_vocabulary import VOCABULARY_PAIRS
from trustmetrics.gate.finding import KINDS

PAIRS = [*HISTORY_PAIRS, *STATE_PAIRS, *VOCABULARY_PAIRS]
each_pair = pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: f"{pair.id} {pair.way}")


@each_pair
def test_the_fault_is_found_and_named(pair: Pair) -> None:
    finding = only(pair.bad)
    assert (finding.id, finding.subject) == (pair.id, pair.subject)
    assert pair.names in finding.what


@each_pair
def test_without_the_fault_nothing_is_found(pair: Pair) -> None:
    assert found(pair.good) == []


@each_pair
def test_it_says_why_it_matters_how_to_mend_it_and_by_which_command(pair: Pair) -> None:
    finding = only(pair.bad)
    for said in (finding.kind.title, finding.kind.why, finding.kind.mend, finding.what):
        assert len(said.split()) >= 2
    assert finding.command.split()[0] in ("trustmetrics", "git", "$EDITOR")
    assert len(finding.command.split()) >= 3 or finding.command.startswith("$EDITOR metrics/")


def test_each_kind_has_its_pair() -> None:
    assert {pair.id for pair in PAIRS} == set(KINDS)
