"""Noise for counts of voluntary reports: differential privacy by the discrete Laplace mechanism.

The noise X has P(X = x) proportional to exp(-epsilon |x| / contribution) over the whole numbers
(Ghosh, Roughgarden and Sundararajan 2009). It is drawn with whole numbers alone (Canonne, Kamath
and Steinke 2020, algorithms 1 and 2): samplers in floating point give the true count away by which
values they can produce (Mironov 2012).

What is protected is one unit of which each adds at most `contribution` to the counts of one list.
Counts that have been added up already cannot be cut back to that: whoever calls vouches for it.
"""

from __future__ import annotations

import math
import secrets
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from random import Random

from trustmetrics.errors import UserError

# The kinds of report whose law asks for the exact number.
STATUTORY = {
    "dsa": "the templates of Implementing Regulation (EU) 2024/2835 ask for exact integers"
}
MARGIN_SHARE = Fraction(95, 100)
LARGEST_EPSILON = 20


@dataclass(frozen=True)
class Noisy:
    """A count to which noise was added.

    Attributes:
        count: with the noise; may be negative, for counts cut at 0 would no longer add up.
        margin: the noise is at most that much in 95 % of cases or more.
        epsilon: what this count's list took of the report's.
    """

    count: int
    margin: int
    epsilon: Fraction

    def __str__(self) -> str:
        """The count in words, with how far off it may be."""
        low, high = max(self.count - self.margin, 0), max(self.count + self.margin, 0)
        return (
            f"about {max(self.count, 0):,}: noise was added, and the true count lies between "
            f"{low:,} and {high:,} in 95 % of cases"
        )


def parse_epsilon(text: str) -> Fraction:
    """Return an epsilon, exactly as it is written.

    Raises:
        UserError: it is not a decimal number above 0 and up to 20.
    """
    try:
        epsilon = Fraction(Decimal(text))
    except (InvalidOperation, ValueError, OverflowError):
        epsilon = Fraction(0)
    if not 0 < epsilon <= LARGEST_EPSILON:
        raise UserError(
            f"epsilon '{text}' is not a number above 0 and up to {LARGEST_EPSILON}. Less is more "
            "private; 1 is usual for all counts of a report together"
        )
    return epsilon


def check_noise_allowed(kind: str) -> None:
    """Refuse noise in a report whose law asks for the exact number.

    Raises:
        UserError: it is one.
    """
    if kind in STATUTORY:
        raise UserError(
            f"no noise in a '{kind}' report: {STATUTORY[kind]}. Leave --epsilon away; "
            "docs/privacy.md says what protects people there"
        )


def with_noise(
    kind: str,
    lists: Mapping[Hashable, Mapping[Hashable, int]],
    epsilon: Fraction,
    contribution: int = 1,
    random: Random | None = None,
) -> dict[Hashable, dict[Hashable, Noisy]]:
    """Return all counts of a report with noise, `epsilon` private all together.

    The lists share the epsilon equally (sequential composition: their epsilons add up). Within a
    list the counts are of different units, such as the surfaces of a month's cases, so that each
    may have the whole of the list's (parallel composition).

    Args:
        kind: of report.
        lists: every count that is published, in lists in which a unit is counted in one place.
        epsilon: of the whole report.
        contribution: how much one unit adds at most to all counts of a list together.
        random: for tests; by default the system's.

    Raises:
        UserError: this kind of report may have no noise; there is nothing to publish; a count or
            the contribution is not a whole number that can be.
    """
    check_noise_allowed(kind)
    if not lists:
        raise UserError("there is no count to add noise to")
    if contribution < 1:
        raise UserError(f"what one unit adds is 1 or more, not {contribution}")
    source = random or secrets.SystemRandom()
    each = epsilon / len(lists)
    rate = each / contribution
    margin = margin_of(rate)
    noisy: dict[Hashable, dict[Hashable, Noisy]] = {}
    for name, counts in lists.items():
        for key, count in counts.items():
            if isinstance(count, bool) or not isinstance(count, int) or count < 0:
                raise UserError(f"'{key}' is {count}: noise is for whole counts from 0 up")
        noisy[name] = {
            key: Noisy(count + discrete_laplace(rate, source), margin, each)
            for key, count in counts.items()
        }
    return noisy


def margin_of(rate: Fraction, share: Fraction = MARGIN_SHARE) -> int:
    """Return the least m with P(|X| <= m) >= share, for P(X = x) proportional to exp(-rate |x|).

    P(|X| > m) = 2 t^(m + 1) / (1 + t) with t = exp(-rate).
    """
    decay = math.exp(-float(rate))
    beyond = float(1 - share) * (1 + decay) / 2
    return max(0, math.ceil(math.log(beyond) / -float(rate) - 1 - 1e-12))


def discrete_laplace(rate: Fraction, random: Random) -> int:
    """Draw a whole number with P(x) proportional to exp(-rate |x|), exactly.

    Args:
        rate: above 0, as numerator s and denominator t.
        random: whose randrange is uniform.
    """
    top, bottom = rate.numerator, rate.denominator
    while True:
        within = random.randrange(bottom)
        if not _happens(Fraction(within, bottom), random):
            continue
        times = 0
        while _happens(Fraction(1), random):
            times += 1
        size = (within + bottom * times) // top
        is_negative = bool(random.randrange(2))
        if size or not is_negative:
            return -size if is_negative else size


def _happens(exponent: Fraction, random: Random) -> bool:
    """Whether something of probability exp(-exponent) happens, 0 <= exponent <= 1 (von Neumann)."""
    count = 1
    while random.randrange(exponent.denominator * count) < exponent.numerator:
        count += 1
    return count % 2 == 1
