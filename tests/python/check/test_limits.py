"""The checks' limits: by hand, and by drawing from one distribution many times."""

from __future__ import annotations

from math import log, sqrt

import numpy as np
import pytest

from trustmetrics.check.limits import amount_band, scores_limit, share_band, shares_limit

DRAWS = 2000
FALSE_ALARMS = 0.05


def test_an_amount_in_steady_weeks_may_move_by_its_tolerance() -> None:
    # Median 1000, no spread; 4 * sqrt(1000) = 126 is less than 30 %.
    assert amount_band([1000.0] * 8, 0.3, 1.0, 4, is_count=True) == pytest.approx((700, 2000))


def test_an_amount_of_few_rows_may_move_by_chance() -> None:
    # Median 25: 4 * sqrt(25) = 20 is more than 30 %, and less than 100 %.
    assert amount_band([25.0] * 8, 0.3, 1.0, 4, is_count=True) == pytest.approx((5, 50))
    assert amount_band([25.0] * 8, 0.3, 1.0, 4, is_count=False) == pytest.approx((17.5, 50))


def test_an_amount_in_unsteady_weeks_may_move_by_their_spread() -> None:
    # Median 1000; deviations 0, 100, 100, 200, 5000: their median 100 is 148.26 for a normal one.
    history = [1000.0, 900.0, 1100.0, 800.0, 6000.0]
    lower, upper = amount_band(history, 0.3, 0.5, 4, is_count=True)
    assert (lower, upper) == pytest.approx((1000 - 4 * 148.26, 1000 + 4 * 148.26))


def test_a_share() -> None:
    # 98 of 998 rows, so 99 / 1000 for the error; 100 rows now.
    error = sqrt(0.099 * 0.901 * (1 / 100 + 1 / 998))
    assert share_band(98, 998, 100, 0.02, 2) == pytest.approx(
        (98 / 998 - 0.02 - 2 * error, 98 / 998 + 0.02 + 2 * error)
    )


def test_a_share_stays_within_0_and_1() -> None:
    assert share_band(0, 100, 100, 0.05, 4)[0] == 0
    assert share_band(100, 100, 100, 0.05, 4)[1] == 1


def test_a_share_without_earlier_rows_is_held_to_the_tolerance() -> None:
    lower, upper = share_band(0, 0, 400, 0.01, 4)
    assert (lower, upper) == pytest.approx((0, 0.01 + 4 * sqrt(0.01 * 0.99 / 400)))


def test_distances_by_hand() -> None:
    # 1/100 + 1/300 = 4/300; two values of one half each: spread 2 * sqrt(1/4) = 1.
    weight = 4 / 300
    assert shares_limit(300, 100, 1.0, 0.1, 0.05) == pytest.approx(
        0.1 + sqrt(weight) / 2 + sqrt(log(20) * weight / 2)
    )
    assert scores_limit(300, 100, 0.1, 0.05) == pytest.approx(0.1 + sqrt(log(40) * weight / 2))


@pytest.mark.parametrize("shares", [[0.5, 0.5], [0.9, 0.06, 0.04], [0.05] * 20])
def test_the_mix_of_one_distribution_is_rarely_called_moved(shares: list[float]) -> None:
    chance = np.random.default_rng(1)
    recent = chance.multinomial(100, shares, DRAWS) / 100
    trailing = chance.multinomial(600, shares, DRAWS) / 600
    distances = np.abs(recent - trailing).sum(axis=1) / 2
    spread = sum(sqrt(share * (1 - share)) for share in shares)
    limit = shares_limit(600, 100, spread, 0.0, FALSE_ALARMS)
    assert (distances > limit).mean() <= FALSE_ALARMS
    # Far from idle: nine in ten distances are more than a quarter of the limit.
    assert np.quantile(distances, 0.9) > limit / 4


def test_scores_of_one_distribution_are_rarely_called_moved() -> None:
    chance = np.random.default_rng(1)
    bins = 20
    shares = [1 / bins] * bins
    recent = chance.multinomial(100, shares, DRAWS).cumsum(axis=1) / 100
    trailing = chance.multinomial(600, shares, DRAWS).cumsum(axis=1) / 600
    distances = np.abs(recent - trailing).max(axis=1)
    limit = scores_limit(600, 100, 0.0, FALSE_ALARMS)
    alarms = (distances > limit).mean()
    # The limit is sharp for ungrouped scores and errs towards silence for grouped ones.
    assert FALSE_ALARMS / 10 < alarms <= FALSE_ALARMS
