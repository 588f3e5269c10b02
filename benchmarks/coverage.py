"""Simulates how often the intervals of version 2, and those they replaced, hold the truth.

Prints a Markdown table, one row per design; docs/coverage.md says what the designs are. The
intervals are those of the independent computation in Python that every build is held against.

python -m benchmarks.coverage
python -m benchmarks.coverage --only satisfaction --repetitions 500
"""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from benchmarks.replaced_intervals import normal_mean, normal_recall, stratified_wilson
from tests.python.oracle.intervals import Interval, Stratum, chao, mean_interval, stratified

WEEKS = 4
SURFACE_SHARES = (0.5, 0.3, 0.15, 0.05)
SURFACE_RATES = (0.5, 0.8, 1.2, 1.5)
MONTHLY_VIEWS = 10_000_000


class Trial(NamedTuple):
    """One simulated period: the truth, and the intervals of versions 1 and 2."""

    truth: float
    before: Interval
    after: Interval


@dataclass(frozen=True)
class Design:
    """A metric and a simulated world; `trial` draws one period of it."""

    metric: str
    name: str
    trial: Callable[[np.random.Generator], Trial]


class Coverage(NamedTuple):
    """Shares of the repetitions whose interval holds the truth, an undefined one holding none."""

    before: float
    after: float
    error: float


def views(shares: tuple[float, ...], rates: tuple[float, ...], labels: tuple[int, ...]) -> Design:
    """A month of three named strata in each of four weeks and four surfaces, 48 strata in all.

    Args:
        shares: each name's share of the views.
        rates: each name's violating share of its views; surfaces differ from half to 1.5 times it.
        labels: labels in each single stratum of that name.
    """
    cells = [
        (str(i), round(MONTHLY_VIEWS * share * surface / WEEKS), rate * factor, n)
        for i, (share, rate, n) in enumerate(zip(shares, rates, labels, strict=True))
        for surface, factor in zip(SURFACE_SHARES, SURFACE_RATES, strict=True)
        for _ in range(WEEKS)
    ]
    truth = math.fsum(size * rate for _, size, rate, _ in cells) / sum(c[1] for c in cells)

    def trial(rng: np.random.Generator) -> Trial:
        hits = rng.binomial([c[3] for c in cells], [c[2] for c in cells]).tolist()
        strata = [
            Stratum(name, size, n, k) for (name, size, _, n), k in zip(cells, hits, strict=True)
        ]
        return Trial(truth, stratified_wilson(strata), stratified(strata)[2])

    def percent(numbers: tuple[float, ...]) -> str:
        return " / ".join(f"{100 * x:g}" for x in numbers)

    name = (
        f"views {percent(shares)} %, violating {percent(rates)} %, "
        f"labels {' / '.join(map(str, labels))} a stratum"
    )
    return Design("violative_view_rate", name, trial)


def scores(n: int, chances: tuple[float, ...], what: str) -> Design:
    """A survey of n answers from 1 to 5, drawn with the given chances."""
    truth = math.fsum(score * chance for score, chance in enumerate(chances, start=1))

    def trial(rng: np.random.Generator) -> Trial:
        answers = rng.choice((1.0, 2.0, 3.0, 4.0, 5.0), size=n, p=chances).tolist()
        return Trial(truth, normal_mean(answers), mean_interval(answers))

    return Design("stakeholder_satisfaction", f"n = {n}, {what}", trial)


def fine_scores(n: int) -> Design:
    """A survey of n answers without steps: normal, mean 3.6, standard deviation 0.9."""

    def trial(rng: np.random.Generator) -> Trial:
        answers = rng.normal(3.6, 0.9, size=n).tolist()
        return Trial(3.6, normal_mean(answers), mean_interval(answers))

    return Design("stakeholder_satisfaction", f"n = {n}, scores without steps", trial)


def lists(size: int, by_machine: float, by_users: float) -> Design:
    """Violations that a machine and the users find independently, each with its own chance.

    The truth is the recall that was reached in that period: those detected / all.
    """

    def trial(rng: np.random.Generator) -> Trial:
        detected, reported = rng.random(size) < by_machine, rng.random(size) < by_users
        n1, n2, both = int(detected.sum()), int(reported.sum()), int((detected & reported).sum())
        least, most = chao(n1, n2, both)
        after = (most and n1 / most, least and n1 / least)
        return Trial(n1 / size, normal_recall(n1, n2, both), after)

    name = f"{size} violations, detected {100 * by_machine:g} %, reported {100 * by_users:g} %"
    return Design("detection_recall_estimate", name, trial)


EVEN = (0.2, 0.2, 0.2, 0.2, 0.2)
PLEASED = (0.05, 0.10, 0.25, 0.35, 0.25)
DELIGHTED = (0.02, 0.03, 0.05, 0.20, 0.70)
RARE, SKEWED = (0.0005, 0.01, 0.10), (0.9, 0.09, 0.01)
NAMED = (
    views(SKEWED, RARE, (5, 5, 5)),
    views(SKEWED, RARE, (20, 20, 20)),
    views(SKEWED, RARE, (60, 20, 10)),
    views((0.7, 0.25, 0.05), RARE, (3, 15, 30)),
    views((0.6, 0.3, 0.1), (0.001, 0.01, 0.10), (5, 5, 5)),
    fine_scores(2),
    fine_scores(5),
    scores(5, EVEN, "1 to 5 alike"),
    scores(20, EVEN, "1 to 5 alike"),
    scores(20, PLEASED, "most 3 to 5"),
    lists(200, 0.5, 0.2),
    lists(200, 0.7, 0.5),
    lists(1000, 0.3, 0.2),
    lists(1000, 0.7, 0.3),
    lists(5000, 0.2, 0.2),
    lists(5000, 0.6, 0.4),
)
# Where the interval is known to be too wide or too narrow.
HARD = (
    views(SKEWED, RARE, (3, 15, 30)),
    views((0.98, 0.015, 0.005), (0.0005, 0.03, 0.10), (2, 5, 10)),
    scores(2, EVEN, "1 to 5 alike"),
    scores(2, PLEASED, "most 3 to 5"),
    scores(20, DELIGHTED, "seven of ten 5"),
    lists(50, 0.3, 0.2),
)


def _holds(interval: Interval, truth: float) -> bool:
    """Whether both bounds are defined and the truth is between them, rounding allowed for."""
    lower, upper = interval
    if lower is None or upper is None:
        return False
    return lower - 1e-12 <= truth <= upper + 1e-12


def coverage(design: Design, repetitions: int, seed: int) -> Coverage:
    """Draw so many periods; the Monte-Carlo standard error is that of version 2's share."""
    rng = np.random.default_rng(seed)
    trials = [design.trial(rng) for _ in range(repetitions)]
    before = sum(_holds(t.before, t.truth) for t in trials) / repetitions
    after = sum(_holds(t.after, t.truth) for t in trials) / repetitions
    return Coverage(before, after, math.sqrt(after * (1 - after) / repetitions))


def main() -> int:
    """Simulate each design, telling how far it is on the error stream, and print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--repetitions", type=int, default=20_000, help="periods per design")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="designs whose metric has this in its name")
    given = parser.parse_args()
    designs = [design for design in (*NAMED, *HARD) if given.only in design.metric]
    if not designs:
        parser.error(f"no metric has {given.only!r} in its name")
    if given.repetitions < 1:
        parser.error("--repetitions must be at least 1")
    print("| metric | design | repetitions | version 1, % | version 2, % | standard error |")
    print("|---|---|---:|---:|---:|---:|")
    for number, design in enumerate(designs, start=1):
        print(f"{number} of {len(designs)}: {design.metric}, {design.name}", file=sys.stderr)
        found = coverage(design, given.repetitions, given.seed)
        shares = f"{100 * found.before:.1f} | {100 * found.after:.1f} | {100 * found.error:.2f}"
        print(f"| {design.metric} | {design.name} | {given.repetitions:,} | {shares} |", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
