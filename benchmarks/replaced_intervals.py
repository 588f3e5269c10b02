"""The intervals of version 1 that version 2 replaced, kept to measure what the change was worth."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence

from tests.python.oracle.intervals import NONE, Interval, Stratum, Z, chapman, wilson


def stratified_wilson(strata: Sequence[Stratum]) -> Interval:
    """violative_view_rate: Wilson at p(1-p)/var, a stratum with one label adding no variance.

    Where var = 0 the size is that of the weights alone, (sum N)^2 / sum(N^2 / n).
    """
    total = sum(s.size for s in strata)
    shares = [(s.size / total, s.violating / s.labels, s.labels) for s in strata]
    p = min(1.0, math.fsum(w * share for w, share, _ in shares))
    variance = math.fsum(w * w * q * (1 - q) / (n - 1) for w, q, n in shares if n > 1)
    if variance > 0:
        return wilson(p, p * (1 - p) / variance)
    return wilson(p, 1 / math.fsum(w * w / n for w, _, n in shares))


def normal_mean(values: Sequence[float]) -> Interval:
    """stakeholder_satisfaction: m -+ z s / sqrt n; none for fewer than two values."""
    if len(values) < 2:
        return NONE
    half = Z * statistics.stdev(values) / math.sqrt(len(values))
    return statistics.fmean(values) - half, statistics.fmean(values) + half


def normal_recall(n1: int, n2: int, both: int) -> Interval:
    """detection_recall_estimate: n1 / (N +- z se), at most 1; none where se = 0."""
    size, error = chapman(n1, n2, both)
    if error == 0:
        return NONE
    least, most = size - Z * error, size + Z * error
    return min(1.0, n1 / most), 1.0 if least < n1 else min(1.0, n1 / least)
