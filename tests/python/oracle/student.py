"""Student's t quantile for whole degrees of freedom, from the finite sums of its distribution."""

from __future__ import annotations

import math
from functools import cache


def _central(angle: float, degrees: int) -> float:
    """P(|T| <= sqrt(degrees) tan(angle)) (Abramowitz and Stegun 1964, 26.7.3 and 26.7.4)."""
    sine, cosine = math.sin(angle), math.cos(angle)
    odd = degrees % 2
    term, terms = cosine if odd else 1.0, []
    for k in range(1 + odd, degrees, 2):
        terms.append(term)
        term *= cosine * cosine * k / (k + 1)
    total = sine * math.fsum(terms)
    return 2 / math.pi * (angle + total) if odd else total


@cache
def t_quantile(degrees: int) -> float:
    """The 0.975 quantile: what bounds the central 95 %.

    Halved down to the last bit of the angle whose tangent is t / sqrt(degrees).
    """
    low, high = 0.0, math.pi / 2
    while low < (middle := (low + high) / 2) < high:
        if _central(middle, degrees) < 0.95:
            low = middle
        else:
            high = middle
    return math.sqrt(degrees) * math.tan(low)
