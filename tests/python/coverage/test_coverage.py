"""The simulated coverage: in the band for one design of each metric, and out of it when broken."""

from __future__ import annotations

import math
import subprocess
import sys

import pytest

from benchmarks import coverage
from benchmarks.replaced_intervals import normal_mean, normal_recall, stratified_wilson
from tests.python.oracle.contract import ROOT
from tests.python.oracle.intervals import Stratum, wilson

BAND = (0.92, 0.97)
FEW = 1000
METRICS = ("violative_view_rate", "stakeholder_satisfaction", "detection_recall_estimate")
# Rare violations and few labels a stratum; two answers; 200 violations, reported seldom.
FIRST = [next(d for d in coverage.NAMED if d.metric == metric) for metric in METRICS]


@pytest.mark.parametrize("design", FIRST, ids=METRICS)
def test_version_2_holds_the_truth_as_often_as_it_says(design: coverage.Design) -> None:
    """Version 1 does not, on the same draws."""
    found = coverage.coverage(design, FEW, seed=5)
    assert BAND[0] <= found.after <= BAND[1]
    assert found.before < BAND[0]


def test_the_normal_interval_of_two_answers_holds_70_percent() -> None:
    """By the distribution of t with one degree of freedom, 2 atan(z) / pi = 0.700."""
    expected = 2 / math.pi * math.atan(1.959963984540054)
    found = coverage.coverage(FIRST[1], FEW, seed=5).before
    assert found == pytest.approx(expected, abs=4 * math.sqrt(expected * (1 - expected) / FEW))


def test_an_undefined_interval_holds_nothing() -> None:
    """So a NULL interval can not make the coverage look better."""
    undefined = coverage.Trial(0.5, (None, None), (0.5, None))
    design = coverage.Design("m", "d", lambda rng: undefined)
    assert coverage.coverage(design, 3, seed=1) == (0, 0, 0)
    point = coverage.Design("m", "d", lambda rng: coverage.Trial(0.5, (0.5, 0.5), (0.6, 0.7)))
    assert coverage.coverage(point, 3, seed=1)[:2] == (1, 0)


def test_replaced_intervals() -> None:
    """Version 1's, by hand: 1 of 2 and 0 of 2 of 100 views each have the variance 1/16.

    So p = 1/4 is worth (3/16) / (1/16) = 3 labels.
    Chapman's N of 10, 15 and 5 is 28.3333 with the error 5.90937.
    """
    found = stratified_wilson([Stratum("a", 100, 2, 1), Stratum("b", 100, 2, 0)])
    assert found == pytest.approx(wilson(1 / 4, 3))
    assert normal_mean([1, 2, 3]) == pytest.approx((2 - 1.131586, 2 + 1.131586), abs=5e-6)
    recall = normal_recall(10, 15, 5)
    assert recall == pytest.approx((10 / (28.33333 + 11.58215), 10 / (28.33333 - 11.58215)))
    assert normal_recall(5, 9, 5) == (None, None)


def test_the_command_prints_a_table() -> None:
    """One row per design asked for, progress apart; a wrong metric is one line and exit 2."""
    command = [sys.executable, "-m", "benchmarks.coverage", "--repetitions", "2"]
    done = subprocess.run(
        [*command, "--only", "satisf"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    names = [design.metric for design in (*coverage.NAMED, *coverage.HARD)]
    rows = names.count("stakeholder_satisfaction")
    assert done.stdout.count("| stakeholder_satisfaction |") == rows
    assert done.stderr.count(f" of {rows}: ") == rows
    wrong = subprocess.run(
        [*command, "--only", "x"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert wrong.returncode == 2
    assert "no metric has 'x' in its name" in wrong.stderr
