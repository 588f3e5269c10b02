"""The oracle's formulas against published values."""

from __future__ import annotations

import math

import pytest

from tests.python.oracle import intervals
from tests.python.oracle.student import t_quantile

SIX_MP = "6 6 6 6+ 7 9+ 10 10+ 11+ 13 16 17+ 19+ 20+ 22 23 25+ 32+ 32+ 34+ 35+"
PLACEBO = "1 1 2 2 3 4 4 5 5 8 8 8 8 11 11 12 12 15 17 22 23"
MAINTAINED = "9 13 13+ 18 23 28+ 31 34 45+ 48 161+"
NOT_MAINTAINED = "5 5 8 8 12 16+ 23 27 30 33 43 45"
FLEISS = (
    "444444 222555 233335 555555 222444 113333 333355 113334 114444 555555 144444 124444 222333 "
    "144444 224445 333335 111455 111112 224444 133555 555555 244444 224555 114444 144445 222224 "
    "111155 224444 133333 555555"
)


def survival(text: str) -> list[tuple[int, bool]]:
    """Times as published, a + behind the censored ones."""
    return [(int(time.rstrip("+")), not time.endswith("+")) for time in text.split()]


def by_item(*raters: str) -> list[list[str]]:
    """The ratings of each item from one string per rater, a dot where one is missing."""
    return [[r for r in item if r != "."] for item in zip(*raters, strict=True)]


@pytest.mark.parametrize(
    ("text", "published"),
    [
        (
            SIX_MP,
            {6: 0.8571, 7: 0.8067, 10: 0.7529, 13: 0.6902, 16: 0.6275, 22: 0.5378, 23: 0.4482},
        ),
        (MAINTAINED, {9: 0.9091, 13: 0.8182, 18: 0.7159, 23: 0.6136, 31: 0.4909, 34: 0.3682}),
        (PLACEBO, {8: 0.3810}),
    ],
)
def test_survival_curve(text: str, published: dict[int, float]) -> None:
    """S at the published times (Freireich 1963; R's aml)."""
    steps = {step.time: step.survival for step in intervals.kaplan_meier(survival(text))}
    for time, value in published.items():
        assert steps[time] == pytest.approx(value, abs=5e-5)


@pytest.mark.parametrize(
    ("text", "time", "error"), [(SIX_MP, 6, 0.0764), (SIX_MP, 23, 0.1346), (PLACEBO, 8, 0.1060)]
)
def test_greenwood(text: str, time: int, error: float) -> None:
    """Standard errors of S."""
    step = next(s for s in intervals.kaplan_meier(survival(text)) if s.time == time)
    assert step.variance is not None
    assert step.survival * math.sqrt(step.variance) == pytest.approx(error, abs=5e-5)


@pytest.mark.parametrize(
    ("text", "p", "expected"),
    [(SIX_MP, 0.25, 13), (SIX_MP, 0.5, 23), (SIX_MP, 0.75, None), (PLACEBO, 0.5, 8)],
)
def test_quantiles(text: str, p: float, expected: int | None) -> None:
    """Quartiles of Freireich's two arms."""
    assert intervals.km_quantile(survival(text), p).value == expected


@pytest.mark.parametrize(
    ("text", "expected"), [(MAINTAINED, (31, 18, None)), (NOT_MAINTAINED, (23, 8, None))]
)
def test_quantile_bounds(text: str, expected: tuple[int, int, None]) -> None:
    """Medians of the aml data with their bounds."""
    assert tuple(intervals.km_quantile(survival(text), 0.5)) == expected


def test_bands_end_where_nobody_is_left() -> None:
    """S reaches 0 at 4: by hand, the median is 2.5, and the lower band is at 0.5 from 1 on.

    S(1) = 3/4, V = 1/12, and 0.75 exp(-1.96 x 0.2887) = 0.426; the upper band exceeds 0.5 at 3
    (0.25 exp(1.96 x 0.866) = 1.37) and is undefined at 4.
    """
    observed = [(1, True), (2, True), (3, True), (4, True)]
    assert tuple(intervals.km_quantile(observed, 0.5)) == (2.5, 1, None)
    assert tuple(intervals.km_quantile([(4, True)], 0.5)) == (4, None, None)


def test_censored_subjects_are_at_risk_at_their_time() -> None:
    """By hand: two at risk at 5, so that S(5) = 1/2."""
    assert intervals.kaplan_meier([(5, True), (5, False)])[0].survival == 0.5


@pytest.mark.parametrize(
    ("text", "p", "expected"),
    [
        ("1 2 3 4", 0.5, 2.5),
        ("1 2 3 4", 0.25, 1.5),
        ("1 2 3", 0.5, 2),
        ("1 1 3 3", 0.5, 2),
        ("5 8", 0.5, 6.5),
        ("5 9+", 0.5, 7),
        ("5 5+", 0.5, 5),
        ("3+ 5 9+", 0.5, 7),
        ("1 2 3 4 5 6 7 8 9 20+", 0.9, 14.5),
        ("1 2 3 4 5 6 7 8 9 9+", 0.9, 9),
        ("1 2+ 3+ 4+", 0.25, 2.5),
    ],
)
def test_the_middle_of_a_flat_piece(text: str, p: float, expected: float) -> None:
    """By hand; without censoring it is the median as everybody knows it (R's quantile.survfit)."""
    assert intervals.km_quantile(survival(text), p).value == expected


def test_all_censored() -> None:
    """Without an event there is no quantile."""
    assert tuple(intervals.km_quantile([(5, False), (9, False)], 0.5)) == (None, None, None)


def test_dorey_korn() -> None:
    """The probability of a relapse by week 10 in the 6-MP arm."""
    observed = survival(SIX_MP)
    assert intervals.dorey_korn(observed, 10) == pytest.approx(20.038311, abs=5e-7)
    found = intervals.km_probability(observed, 10)
    assert tuple(found) == pytest.approx((0.2470588, 0.110040, 0.465457), abs=5e-7)


def test_probability_at_its_edges() -> None:
    """By hand: nobody yet, everybody, and nobody followed for long enough."""
    quiet = [(3, False), (5, False), (8, False)]
    assert intervals.dorey_korn(quiet, 5) == 2
    assert intervals.km_probability(quiet, 5).value == 0
    assert intervals.dorey_korn([(1, True), (2, True)], 5) == 2
    assert intervals.km_probability([(1, True), (2, True)], 5).value == 1
    assert tuple(intervals.km_probability([(1, True), (4, False)], 5)) == (None, None, None)
    assert intervals.km_probability([(1, True), (5, False)], 5).value == 0.5


def test_probability_without_censoring_is_wilson() -> None:
    """15 of 148, everybody followed to the end (Newcombe 1998)."""
    observed = [(1 + i, True) for i in range(15)] + [(99, False)] * 133
    found = intervals.km_probability(observed, 50)
    assert tuple(found) == pytest.approx((15 / 148, 0.062386, 0.160487), abs=5e-7)


@pytest.mark.parametrize(
    ("k", "n", "lower", "upper"),
    [
        (81, 263, 0.255289, 0.366210),
        (15, 148, 0.062386, 0.160487),
        (0, 20, 0, 0.161125),
        (1, 29, 0.006113, 0.171755),
        (29, 29, 0.883030, 1),
    ],
)
def test_wilson(k: int, n: int, lower: float, upper: float) -> None:
    """Newcombe 1998."""
    assert intervals.wilson(k / n, n) == pytest.approx((lower, upper), abs=5e-7)


@pytest.mark.parametrize(
    ("events", "lower", "upper"),
    [
        (0, 0, 3.668012),
        (1, 0.013072, 5.563756),
        (5, 1.611348, 11.668164),
        (10, 4.787450, 18.391459),
        (100, 81.362105, 121.627938),
    ],
)
def test_byar(events: int, lower: float, upper: float) -> None:
    """Byar's bounds of a count."""
    assert intervals.byar(events, 1) == pytest.approx((lower, upper), abs=5e-7)


def test_stratified() -> None:
    """Lohr's ACLS survey: the estimate."""
    sizes = (9100, 1950, 5500, 10850, 2100, 5500, 9000)
    sampled = (636, 451, 481, 611, 493, 575, 588)
    shares = (0.38, 0.27, 0.18, 0.19, 0.36, 0.13, 0.26)
    strata = [
        intervals.Stratum(str(i), size, n, n * p)
        for i, (size, n, p) in enumerate(zip(sizes, sampled, shares, strict=True))
    ]
    numerator, denominator, _ = intervals.stratified(strata)
    assert numerator / denominator == pytest.approx(0.2465227, abs=5e-8)


@pytest.mark.parametrize(
    ("first", "second", "lower", "upper"),
    [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((6, 7), (2, 7), 0.0582, 0.8062),
        ((5, 56), (0, 29), -0.0381, 0.1926),
        ((0, 10), (0, 20), -0.1611, 0.2775),
        ((10, 10), (0, 10), 0.6075, 1.0),
    ],
)
def test_recovered_variances(
    first: tuple[int, int], second: tuple[int, int], lower: float, upper: float
) -> None:
    """Newcombe 1998, method 10, of p1 - p2: two equal strata of p1 and 1 - p2 hold (1 + d) / 2."""
    (k, n), (k_other, n_other) = first, second
    strata = [
        intervals.Stratum("1", 500, n, k),
        intervals.Stratum("2", 500, n_other, n_other - k_other),
    ]
    bounds = [2 * bound - 1 for bound in intervals.stratified(strata)[2]]
    assert bounds == pytest.approx((lower, upper), abs=5e-5)


def test_collapsed_strata() -> None:
    """By hand: 100 views at 1 of 2 and 300 at 0 of 4 are 1/8 of 400 at 160000 / 27500 labels."""
    strata = [intervals.Stratum("s", 100, 2, 1), intervals.Stratum("s", 300, 4, 0)]
    hits, views, interval = intervals.stratified(strata)
    assert (hits, views) == (50, 400)
    assert interval == pytest.approx(intervals.wilson(1 / 8, 160_000 / 27_500))


@pytest.mark.parametrize(
    ("lists", "size", "error"),
    [
        ((10, 15, 5), 28.3333, math.sqrt(34.9206)),
        ((346, 184, 49), 1282.9, 142.083),
        ((200, 150, 30), 978.0645, 141.894),
    ],
)
def test_chapman(lists: tuple[int, int, int], size: float, error: float) -> None:
    """Chapman 1951; Seber."""
    assert tuple(intervals.chapman(*lists)) == pytest.approx((size, error), rel=5e-6)


def test_chao() -> None:
    """By hand, of 10, 15 and 5: 20 are listed, 8.3333 missed, C = exp(z sqrt(ln 1.502857)).

    ln 1.502857 = 0.407368, its root 0.638254, times z 1.250955: C = 3.493676.
    """
    missed = 25 / 3
    expected = (20 + missed / 3.493676, 20 + missed * 3.493676)
    assert intervals.chao(10, 15, 5) == pytest.approx(expected, abs=1e-4)
    assert intervals.chao(5, 15, 5) == (None, None)
    assert intervals.chao(10, 5, 5) == (None, None)


@pytest.mark.parametrize(
    ("raters", "alpha"),
    [
        (("123321412...", "1233224125.3", ".3332342251.", "12332441251."), 0.7434211),
        (("0100000010", "1110010000"), 0.0952381),
        (("aabbdcccedda", "babbbccceddd"), 0.6919643),
    ],
)
def test_krippendorff(raters: tuple[str, ...], alpha: float) -> None:
    """Krippendorff 2011."""
    assert intervals.krippendorff(by_item(*raters)) == pytest.approx(alpha, abs=5e-8)


def test_fleiss() -> None:
    """The mean agreement and the alpha of Fleiss 1971; no alpha where all ratings are one."""
    items = [list(subject) for subject in FLEISS.split()]
    assert intervals.agreement(items) == pytest.approx(0.5555556, abs=5e-8)
    assert intervals.krippendorff(items) == pytest.approx(0.4334098, abs=5e-8)
    assert intervals.krippendorff([["a", "a"], ["a"]]) is None


@pytest.mark.parametrize(("p", "value"), [(0.5, 5.5), (0.9, 9.1), (0.95, 9.55)])
def test_percentile(p: float, value: float) -> None:
    """The linear percentile of 1 to 10."""
    assert intervals.percentile_cont(range(1, 11), p) == pytest.approx(value, rel=1e-12)


def test_ratio_of_proportions() -> None:
    """200 of 10,000 against 250 of 10,000."""
    found = intervals.ratio_of_proportions(200, 10_000, 250, 10_000)
    assert found == pytest.approx((-0.334359, -0.038521), abs=5e-7)


def test_mean() -> None:
    """By hand: 1, 2, 3 have the deviation 1, so that the half width is t / sqrt 3."""
    half = 4.30265272975 / math.sqrt(3)
    assert intervals.mean_interval([1, 2, 3]) == pytest.approx((2 - half, 2 + half))
    assert intervals.mean_interval([4]) == (None, None)


@pytest.mark.parametrize(
    ("degrees", "published"),
    [(1, 12.7062047362), (2, 4.30265272975), (5, 2.57058183564), (30, 2.04227245630)],
)
def test_student(degrees: int, published: float) -> None:
    """The 0.975 quantiles of the tables."""
    assert t_quantile(degrees) == pytest.approx(published, rel=5e-12)


def test_kish() -> None:
    """By hand: weights 1, 1, 2 are worth 16/6."""
    assert intervals.kish([1, 1, 2]) == pytest.approx(16 / 6)
