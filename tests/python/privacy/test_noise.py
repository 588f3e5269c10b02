"""The noise has the distribution that is stated, and the epsilon is shared out."""

from __future__ import annotations

import math
from collections import Counter
from fractions import Fraction
from random import Random

import pytest
from scipy.stats import chisquare

from trustmetrics.errors import UserError
from trustmetrics.privacy.noise import (
    Noisy,
    check_noise_allowed,
    discrete_laplace,
    margin_of,
    parse_epsilon,
    with_noise,
)

DRAWS = 8_000


def probability(rate: float, x: int) -> float:
    """Of the discrete Laplace distribution."""
    decay = math.exp(-rate)
    return (1 - decay) / (1 + decay) * decay ** abs(x)


@pytest.mark.parametrize("rate", [Fraction(1), Fraction(1, 6), Fraction(7, 3), Fraction(13, 100)])
def test_the_noise_is_distributed_as_stated(rate: Fraction) -> None:
    random = Random(20261128)
    seen = Counter(discrete_laplace(rate, random) for _ in range(DRAWS))
    reach = margin_of(rate)
    expected = [DRAWS * probability(float(rate), x) for x in range(-reach, reach + 1)]
    observed = [seen[x] for x in range(-reach, reach + 1)]
    tails = [sum(n for x, n in seen.items() if x * sign > reach) for sign in (-1, 1)]
    beyond = (DRAWS - sum(expected)) / 2
    assert chisquare(observed + tails, expected + [beyond, beyond]).pvalue > 0.001


@pytest.mark.parametrize("rate", [Fraction(1), Fraction(1, 6), Fraction(7, 3), Fraction(1, 100)])
def test_the_margin_is_the_least_that_holds_95_percent(rate: Fraction) -> None:
    margin = margin_of(rate)
    within = [
        sum(probability(float(rate), x) for x in range(-reach, reach + 1))
        for reach in (margin, margin - 1)
    ]
    assert within[0] >= 0.95 - 1e-12
    assert margin == 0 or within[1] < 0.95


def test_the_epsilon_of_a_report_is_shared_by_its_lists() -> None:
    lists = {name: {"feed": 100, "live": 7} for name in ("reports", "cases", "appeals", "actions")}
    noisy = with_noise("voluntary", lists, Fraction(2), random=Random(1))
    spent = [next(iter(counts.values())).epsilon for counts in noisy.values()]
    assert spent == [Fraction(1, 2)] * 4
    assert sum(spent) == 2
    assert noisy["cases"].keys() == lists["cases"].keys()
    # exp(-1/2) = 0.6065: P(|X| > 5) is 0.062, P(|X| > 6) is 0.0376.
    assert {one.margin for counts in noisy.values() for one in counts.values()} == {6}


def test_who_adds_more_needs_more_noise() -> None:
    one = with_noise("voluntary", {"a": {"b": 9}}, Fraction(1), 1, Random(1))
    five = with_noise("voluntary", {"a": {"b": 9}}, Fraction(5), 5, Random(1))
    assert one["a"]["b"].count == five["a"]["b"].count
    assert one["a"]["b"].margin == five["a"]["b"].margin
    assert (one["a"]["b"].epsilon, five["a"]["b"].epsilon) == (1, 5)


def test_each_count_has_noise_of_its_own() -> None:
    counts = dict.fromkeys(range(200), 50)
    noisy = with_noise("voluntary", {"a": counts}, Fraction(1), random=Random(1))["a"]
    assert len({one.count for one in noisy.values()}) > 5


def test_without_a_seed_no_two_runs_are_alike() -> None:
    counts = {"a": dict.fromkeys(range(100), 50)}
    assert with_noise("voluntary", counts, Fraction(1)) != with_noise(
        "voluntary", counts, Fraction(1)
    )


def test_a_count_in_words() -> None:
    assert str(Noisy(1240, 12, Fraction(1))) == (
        "about 1,240: noise was added, and the true count lies between 1,228 and 1,252 in 95 % of "
        "cases"
    )
    assert str(Noisy(-3, 5, Fraction(1))).startswith("about 0: ")
    assert "between 0 and 2" in str(Noisy(-3, 5, Fraction(1)))


def test_statutory_templates_have_exact_numbers() -> None:
    with pytest.raises(UserError, match=r"ask for exact integers. Leave --epsilon away"):
        with_noise("dsa", {"a": {"b": 1}}, Fraction(1))
    check_noise_allowed("voluntary")


@pytest.mark.parametrize("text", ["0", "-1", "21", "nan", "inf", "one", ""])
def test_what_is_no_epsilon(text: str) -> None:
    with pytest.raises(UserError, match="not a number above 0 and up to 20"):
        parse_epsilon(text)


def test_an_epsilon_is_what_is_written() -> None:
    assert parse_epsilon("0.1") == Fraction(1, 10)


@pytest.mark.parametrize("count", [-1, 2.5, True])
def test_noise_is_for_whole_counts(count: float) -> None:
    with pytest.raises(UserError, match="noise is for whole counts"):
        with_noise("voluntary", {"a": {"b": count}}, Fraction(1))  # type: ignore[dict-item]
