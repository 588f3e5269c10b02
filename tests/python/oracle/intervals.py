"""Intervals and survival estimates, each from its published formula."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from typing import NamedTuple

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

    value: int | None
    lower: int | None
    upper: int | None


def km_quantile(observed: Sequence[Observation], p: float) -> Quantile:
    """The least event times at which S, its lower band and its upper band come down to 1 - p.

    The bands are S exp(-+ z sqrt V), the upper one at most 1; where S = 0 there are none.
    """
    goal = 1 - p + NEAR

    def first(times: list[int]) -> int | None:
        return min(times, default=None)

    steps = kaplan_meier(observed)
    banded = [
        (s.time, s.survival, Z * math.sqrt(s.variance)) for s in steps if s.variance is not None
    ]
    return Quantile(
        first([s.time for s in steps if s.survival <= goal]),
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
    """m -+ z s / sqrt n with the n-1 standard deviation; none for fewer than two values."""
    if len(values) < 2:
        return NONE
    half = Z * statistics.stdev(values) / math.sqrt(len(values))
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


Stratum = tuple[int, int, float]


def stratified_variance(strata: Sequence[Stratum]) -> float:
    """The variance of a stratified proportion; a stratum with one label adds nothing."""
    total = sum(size for size, _, _ in strata)
    return math.fsum(
        (size / total) ** 2 * (k / n) * (1 - k / n) / (n - 1) for size, n, k in strata if n > 1
    )


def stratified(strata: Sequence[Stratum]) -> tuple[float, float, Interval]:
    """(sum N p, sum N, interval) of strata given as (N, labels, violating labels).

    Wilson at p(1-p)/var; where var = 0 at (sum N)^2 / sum(N^2 / n).
    """
    total = sum(size for size, _, _ in strata)
    hits = math.fsum(size * k / n for size, n, k in strata)
    variance = stratified_variance(strata)
    p = min(1.0, hits / total)
    if variance > 0:
        n_eff = p * (1 - p) / variance
    else:
        n_eff = total**2 / math.fsum(size**2 / n for size, n, _ in strata)
    return hits, float(total), wilson(p, n_eff)


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
