"""Intervals and survival estimates, each from its published formula."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from typing import NamedTuple

from .student import t_quantile

Z = 1.959963984540054
NEAR = 1e-9
Interval = tuple[float | None, float | None]
NONE: Interval = (None, None)


def wilson(p: float, n: float) -> tuple[float, float]:
    """Wilson's score interval of a proportion p at (effective) size n, clipped to [0, 1]."""
    middle = p + Z * Z / (2 * n)
    spread = Z * math.sqrt(p * (1 - p) / n + Z * Z / (4 * n * n))
    scale = 1 + Z * Z / n
    return max(0.0, (middle - spread) / scale), min(1.0, (middle + spread) / scale)


def kish(weights: Sequence[float]) -> float:
    """Kish's effective size: the squared sum of the weights over the sum of their squares."""
    return math.fsum(weights) ** 2 / math.fsum(w * w for w in weights)


def byar(events: int, exposure: float) -> tuple[float, float]:
    """Byar's approximation to the Poisson interval of a rate."""
    d = events
    lower = 0.0 if d == 0 else d * (1 - 1 / (9 * d) - Z / (3 * math.sqrt(d))) ** 3
    above = d + 1
    upper = above * (1 - 1 / (9 * above) + Z / (3 * math.sqrt(above))) ** 3
    return lower / exposure, upper / exposure


class Step(NamedTuple):
    """The survival curve from one event time on: S, and Greenwood's sum (None where S = 0)."""

    time: int
    survival: float
    variance: float | None


Observation = tuple[int, bool]


def kaplan_meier(observed: Sequence[Observation]) -> list[Step]:
    """The product-limit estimate; who is censored at a time is still at risk at it."""
    survival, variance, steps = 1.0, 0.0, []
    for time in sorted({t for t, event in observed if event}):
        n = sum(1 for t, _ in observed if t >= time)
        d = sum(1 for t, event in observed if event and t == time)
        survival *= (n - d) / n
        if n > d:
            variance += d / (n * (n - d))
        steps.append(Step(time, survival, variance if n > d else None))
    return steps


class Quantile(NamedTuple):
    """A quantile of a survival time and its bounds, None where not reached."""

    value: float | None
    lower: int | None
    upper: int | None


def km_point(observed: Sequence[Observation], p: float) -> float | None:
    """The least event time at which S comes down to 1 - p; the middle of a flat piece at 1 - p.

    A flat piece ends at the next event; the last one at the last time of any subject (R survival,
    quantile of a survfit). None where S stays above 1 - p.
    """
    steps = [s for s in kaplan_meier(observed) if s.survival <= 1 - p + NEAR]
    if not steps:
        return None
    left = steps[0]
    if left.survival < 1 - p - NEAR:
        return left.time
    below = [s.time for s in steps if s.survival < 1 - p - NEAR]
    right = below[0] if below else max(time for time, _ in observed)
    return (left.time + right) / 2


def km_quantile(observed: Sequence[Observation], p: float) -> Quantile:
    """The quantile at p, and the event times at which the bands of S come down to 1 - p.

    The bands are S exp(-+ z sqrt V), the upper one at most 1; where S = 0 there are none.
    """
    goal = 1 - p + NEAR

    def first(times: list[int]) -> int | None:
        return min(times, default=None)

    banded = [
        (s.time, s.survival, Z * math.sqrt(s.variance))
        for s in kaplan_meier(observed)
        if s.variance is not None
    ]
    return Quantile(
        km_point(observed, p),
        first([t for t, s, width in banded if s * math.exp(-width) <= goal]),
        first([t for t, s, width in banded if min(1.0, s * math.exp(width)) <= goal]),
    )


class Probability(NamedTuple):
    """The probability of an event by a time, and its interval."""

    value: float | None
    lower: float | None
    upper: float | None


def dorey_korn(observed: Sequence[Observation], by: int) -> float | None:
    """The effective sample size of 1 - S(by); None where the estimate is undefined."""
    steps = [step for step in kaplan_meier(observed) if step.time <= by]
    survival = steps[-1].survival if steps else 1.0
    if survival == 0:
        return len(observed)
    if by > max(time for time, _ in observed):
        return None
    if not steps:
        return sum(1 for time, _ in observed if time >= by)
    variance = steps[-1].variance
    return None if variance is None else (1 - survival) / (survival * variance)


def km_probability(observed: Sequence[Observation], by: int) -> Probability:
    """1 - S(by) with Wilson's interval at the size of Dorey and Korn.

    Undefined where everybody was followed for less than `by` and somebody is still at risk.
    """
    n_eff = dorey_korn(observed, by)
    if n_eff is None:
        return Probability(None, None, None)
    steps = [step for step in kaplan_meier(observed) if step.time <= by]
    p = 1 - steps[-1].survival if steps else 0.0
    return Probability(p, *wilson(p, n_eff))


def mean_interval(values: Sequence[float]) -> Interval:
    """m -+ t s / sqrt n with the n-1 standard deviation; none for fewer than two values."""
    n = len(values)
    if n < 2:
        return NONE
    half = t_quantile(n - 1) * statistics.stdev(values) / math.sqrt(n)
    return statistics.fmean(values) - half, statistics.fmean(values) + half


class Chapman(NamedTuple):
    """Chapman's two-list estimate of a population's size and its standard error."""

    size: float
    error: float


def chapman(n1: int, n2: int, both: int) -> Chapman:
    """N = (n1+1)(n2+1)/(m+1) - 1, and the square root of Seber's variance."""
    size = (n1 + 1) * (n2 + 1) / (both + 1) - 1
    variance = (n1 + 1) * (n2 + 1) * (n1 - both) * (n2 - both) / ((both + 1) ** 2 * (both + 2))
    return Chapman(size, math.sqrt(variance))


def chao(n1: int, n2: int, both: int) -> Interval:
    """The bounds of Chapman's N: what both lists miss is taken as log-normal (Chao 1987).

    None where nothing is missed as far as the lists can say.
    """
    missed = (n1 - both) * (n2 - both) / (both + 1)
    if missed == 0:
        return NONE
    error = chapman(n1, n2, both).error
    factor = math.exp(Z * math.sqrt(math.log(1 + (error / missed) ** 2)))
    listed = n1 + n2 - both
    return listed + missed / factor, listed + missed * factor


class Stratum(NamedTuple):
    """A sampled stratum: its name, how many views it has, its labels and the violating ones."""

    name: str
    size: int
    labels: int
    violating: int


def _collapsed(strata: Sequence[Stratum]) -> tuple[int, float, tuple[float, float]]:
    """The size, the share and Wilson's interval of strata of one name, taken as one."""
    size = sum(s.size for s in strata)
    p = min(1.0, math.fsum(s.size * s.violating / s.labels for s in strata) / size)
    return size, p, wilson(p, size**2 / math.fsum(s.size**2 / s.labels for s in strata))


def stratified(strata: Sequence[Stratum]) -> tuple[float, float, Interval]:
    """(sum N p, sum N, interval) of strata with a label each.

    The variances recovered from the intervals of the collapsed strata (Zou and Donner 2008).
    """
    total = sum(s.size for s in strata)
    hits = math.fsum(s.size * s.violating / s.labels for s in strata)
    below, above = [], []
    for name in {s.name for s in strata}:
        size, p, (lower, upper) = _collapsed([s for s in strata if s.name == name])
        below.append((size / total * (p - lower)) ** 2)
        above.append((size / total * (upper - p)) ** 2)
    least = hits / total - math.sqrt(math.fsum(below))
    most = hits / total + math.sqrt(math.fsum(above))
    return hits, float(total), (max(0.0, least), min(1.0, most))


def ratio_of_proportions(k_t: int, n_t: int, k_c: int, n_c: int) -> Interval:
    """The interval of p_t/p_c - 1 from the normal interval of its logarithm; none for p_t = 0."""
    if k_t == 0:
        return NONE
    p_t, p_c = k_t / n_t, k_c / n_c
    half = Z * math.sqrt((1 - p_t) / (n_t * p_t) + (1 - p_c) / (n_c * p_c))
    middle = math.log(p_t / p_c)
    return math.exp(middle - half) - 1, math.exp(middle + half) - 1


def percentile_cont(values: Sequence[float], p: float) -> float:
    """The linearly interpolated percentile."""
    ordered = sorted(values)
    place = p * (len(ordered) - 1)
    low = math.floor(place)
    high = math.ceil(place)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def agreement(items: Sequence[Sequence[str]]) -> float:
    """The mean over items of the share of rater pairs that agree."""
    shares = []
    for ratings in items:
        pairs = len(ratings) * (len(ratings) - 1)
        agreeing = sum(ratings.count(r) - 1 for r in ratings)
        shares.append(agreeing / pairs)
    return statistics.fmean(shares)


def krippendorff(items: Sequence[Sequence[str]]) -> float | None:
    """Krippendorff's nominal alpha; items of one rating do not count; None: nothing to expect."""
    paired = [list(ratings) for ratings in items if len(ratings) > 1]
    everything = [rating for ratings in paired for rating in ratings]
    n = len(everything)
    observed = math.fsum(
        sum(len(ratings) - ratings.count(r) for r in ratings) / (len(ratings) - 1)
        for ratings in paired
    )
    expected = sum(n - everything.count(r) for r in everything)
    return None if expected == 0 else 1 - (n - 1) * observed / expected
