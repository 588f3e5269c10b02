"""The queue that cases wait in, and the roster of those who serve it."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trustmetrics.sample.queue import serve
from trustmetrics.sample.roster import SHORTAGE, STANDARD, rostered

CASES = st.lists(
    st.tuples(st.integers(0, 60), st.sampled_from([1, 8, 24, 72]), st.integers(1, 9)), max_size=25
)
SHIFTS = st.lists(st.tuples(st.integers(0, 60), st.integers(1, 30)), max_size=5)


@settings(max_examples=300, deadline=None)
@given(CASES, SHIFTS)
def test_nobody_is_idle_while_a_case_waits(
    cases: list[tuple[int, int, int]], lengths: list[tuple[int, int]]
) -> None:
    cases = sorted(cases)
    shifts = sorted((start, start + length) for start, length in lengths)
    arrivals = [arrival for arrival, _, _ in cases]
    deadlines = [arrival + allowance for arrival, allowance, _ in cases]
    durations = [duration for _, _, duration in cases]
    begun, done, taken = serve(arrivals, deadlines, durations, shifts)
    for now in range(130):
        waiting = [
            case
            for case, arrival in enumerate(arrivals)
            if arrival <= now and (begun[case] < 0 or begun[case] > now)
        ]
        busy = {
            shift
            for case, shift in enumerate(taken)
            if shift >= 0 and begun[case] <= now < done[case]
        }
        free = [
            shift
            for shift, (start, end) in enumerate(shifts)
            if start <= now < end and shift not in busy
        ]
        assert not (waiting and free), (now, waiting, free)
    for case, shift in enumerate(taken):
        if shift < 0:
            assert (begun[case], done[case]) == (-1, -1)
            continue
        assert begun[case] >= arrivals[case]
        assert done[case] == begun[case] + durations[case]
        assert shifts[shift][0] <= begun[case] < shifts[shift][1]
        overtaken = [
            other
            for other in range(len(cases))
            if arrivals[other] < begun[case]
            and (begun[other] < 0 or begun[other] > begun[case])
            and deadlines[other] < deadlines[case]
        ]
        assert not overtaken
    for shift in range(len(shifts)):
        spans = sorted((begun[c], done[c]) for c in range(len(cases)) if taken[c] == shift)
        assert all(one[1] <= other[0] for one, other in pairwise(spans))


def test_the_most_urgent_case_goes_first() -> None:
    begun, done, _ = serve([0, 1, 2, 3], [9, 100, 50, 5], [4, 1, 1, 1], [(0, 20)])
    assert begun == [0, 6, 5, 4]
    assert done == [4, 7, 6, 5]


def test_cases_take_longer_while_the_team_is_slow() -> None:
    assert serve([0, 10], [5, 15], [4, 4], [(0, 30)], slow=(8, 20, 2.5))[1] == [4, 20]


def test_the_roster_is_what_is_asked_for_and_nobody_has_two_shifts_on_a_day() -> None:
    period = (date(2025, 4, 1), date(2026, 7, 1))
    for a_week in (3.0, 15.0, 40.0):
        shifts = rostered(STANDARD, a_week, 8, period, 4)
        assert len(shifts) / (456 / 7) == pytest.approx(a_week, rel=0.05)
        assert len({(shift.moderator, shift.day) for shift in shifts}) == len(shifts)
        assert min(shift.moderator for shift in shifts) == 4
        short = sum(SHORTAGE[0] <= shift.day < SHORTAGE[1] for shift in shifts) / 4
        before = sum(date(2026, 4, 6) <= shift.day < SHORTAGE[0] for shift in shifts) / 5
        assert short < 0.85 * before
