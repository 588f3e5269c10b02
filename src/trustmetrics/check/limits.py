"""How far a figure may move before it counts as a fault: closed formulas on counts.

Each limit has two parts: a tolerance, the move that is not worth a person's time, and an allowance
for chance, which shrinks as rows grow. Rows are taken as independent; in truth they cluster, which
the tolerance has to cover.
"""

from collections.abc import Sequence
from math import log, sqrt
from statistics import median

# The median absolute deviation of a normal distribution times this is its standard deviation
# (Rousseeuw and Croux, 1993).
MAD_TO_DEVIATION = 1.4826


def amount_band(
    history: Sequence[float], fall: float, rise: float, noise: float, is_count: bool
) -> tuple[float, float]:
    """Return where an amount should lie, given the same amount in earlier periods.

    The median, less and plus the greater of a share of it and some standard deviations. The
    deviation is the history's own (from its median absolute deviation, so that one odd week moves
    it little), and for a count at least the square root of the median (Poisson).

    Args:
        history: the amounts of the earlier periods, at least one.
        fall: the share of the median that it may fall by, 0.3 = 30 %.
        rise: the share of the median that it may rise by.
        noise: the standard deviations that chance is allowed.
        is_count: whether the amounts are counts of rows.
    """
    centre = median(history)
    spread = MAD_TO_DEVIATION * median(abs(amount - centre) for amount in history)
    chance = noise * max(spread, sqrt(abs(centre)) if is_count else 0.0)
    return centre - max(fall * centre, chance), centre + max(rise * centre, chance)


def share_band(
    hits: int, rows: int, recent_rows: int, tolerance: float, noise: float
) -> tuple[float, float]:
    """Return where a share should lie, given the share in earlier rows; both ends within 0 and 1.

    The earlier share, less and plus the tolerance and some standard errors of the difference of
    two shares, whose common value is estimated as (hits + 1) / (rows + 2) (Laplace) so that a share
    of nothing has an error too.

    Args:
        hits: earlier rows that count.
        rows: earlier rows in all; 0: the earlier share is taken as 0, known exactly.
        recent_rows: recent rows in all, at least one.
        tolerance: the move that is allowed, in shares, 0.05 = 5 points.
        noise: the standard errors that chance is allowed.
    """
    centre = hits / rows if rows else 0.0
    estimate = (hits + 1) / (rows + 2) if rows else tolerance
    weight = 1 / recent_rows + (1 / rows if rows else 0.0)
    half = tolerance + noise * sqrt(estimate * (1 - estimate) * weight)
    return max(0.0, centre - half), min(1.0, centre + half)


def shares_limit(
    rows: int, recent_rows: int, spread: float, tolerance: float, false_alarms: float
) -> float:
    """Return the greatest total variation distance between the value shares of two samples.

    The distance of two samples of one distribution is on average at most half of
    spread * sqrt(1/n + 1/m), since the mean absolute deviation is at most the standard one, and
    exceeds that by t with a chance of at most exp(-2 t^2 / (1/n + 1/m)) (McDiarmid, 1989).

    Args:
        rows: rows of the earlier sample, m.
        recent_rows: rows of the recent sample, n.
        spread: sum over the values of sqrt(p (1 - p)), p the value's share.
        tolerance: the distance that is allowed beyond chance.
        false_alarms: the chance that is allowed for a false alarm.
    """
    weight = 1 / recent_rows + 1 / rows
    return tolerance + spread * sqrt(weight) / 2 + sqrt(-log(false_alarms) * weight / 2)


def scores_limit(rows: int, recent_rows: int, tolerance: float, false_alarms: float) -> float:
    """Return the greatest Kolmogorov-Smirnov distance between two samples of scores.

    The asymptotic limit of Smirnov (1948), sqrt(-ln(chance / 2) / 2 * (1/n + 1/m)); on grouped
    scores it errs towards silence.

    Args:
        rows: rows of the earlier sample, m.
        recent_rows: rows of the recent sample, n.
        tolerance: the distance that is allowed beyond chance.
        false_alarms: the chance that is allowed for a false alarm.
    """
    return tolerance + sqrt(-log(false_alarms / 2) / 2 * (1 / recent_rows + 1 / rows))
