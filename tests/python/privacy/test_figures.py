"""Rows of kpi_values that are withheld cannot be worked out of those that are shown.

The rows are made from single cases, and the attack knows by itself what adds up among them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from random import Random

import pytest

from tests.python.helpers import ROOT
from tests.python.privacy.attack import breaches
from trustmetrics.gate.state import register_of
from trustmetrics.privacy.cells import Cell, Reason, Total
from trustmetrics.privacy.figures import NOT_PERSONAL, Figure, period_end, withheld_figures

APRIL, MAY, JUNE = (date(2026, month, 1) for month in (4, 5, 6))
MONTHS = (APRIL, MAY, JUNE)
K = 10


@dataclass(frozen=True)
class Case:
    """One thing that metrics count."""

    month: date
    surface: str
    region: str
    is_late: bool


SLICES: dict[str, Callable[[Case], str]] = {
    "overall": lambda case: "all",
    "surface": lambda case: case.surface,
    "region": lambda case: case.region,
}


def cases(seed: int) -> list[Case]:
    random = Random(seed)
    surfaces = [("feed", 60), ("live", 14), ("shop", 3)]
    regions = [("EU", 50), ("US", 12)]
    return [
        Case(month, surface, region, random.random() < 0.2)
        for month in MONTHS
        for surface, many in surfaces
        for region, some in regions
        for _ in range(random.randrange(many * some // 40 + 2))
    ]


def figures(
    metric: str, statistic: str, counted: Iterable[Case], exposure: float | None = None
) -> list[Figure]:
    """A metric's rows by month and quarter: a share of late cases, or a rate or count of all."""
    found: dict[tuple[str, date, str, str], list[Case]] = {}
    for case in counted:
        for name, value in SLICES.items():
            found.setdefault(("month", case.month, name, value(case)), []).append(case)
            found.setdefault(("quarter", APRIL, name, value(case)), []).append(case)
    return [
        Figure(
            metric,
            1,
            *place,
            sum(case.is_late for case in inside) if statistic == "proportion" else len(inside),
            len(inside) if statistic == "proportion" else exposure,
            len(inside),
            statistic,
        )
        for place, inside in found.items()
    ]


def known_sums(rows: list[Figure]) -> tuple[list[Cell], list[Total]]:
    """What a reader knows of shares: late, in time and all cases, by slice and by month."""
    counts: dict[tuple[object, ...], Cell] = {}
    for row in rows:
        late, whole = int(row.numerator or 0), int(row.denominator or 0)
        for role, count in (("late", late), ("in time", whole - late), ("all", whole)):
            counts[(role, *row.place)] = Cell((role, *row.place), count, (row.key,))
    totals = []
    for role, grain, start, name, value in counts:
        inside = [
            other
            for other in counts
            if other[0] == role and other[3:] == (name, value) and (grain, other[1]) in NESTED
        ]
        if inside:
            totals.append(Total((role, grain, start, name, value), tuple(inside)))
        if name == "overall":
            for sliced in ("surface", "region"):
                parts = [key for key in counts if key[:4] == (role, grain, start, sliced)]
                totals.append(Total((role, grain, start, name, value), tuple(parts)))
        if role == "all":
            place = (grain, start, name, value)
            totals.append(Total((role, *place), (("late", *place), ("in time", *place))))
    return list(counts.values()), totals


NESTED = {("quarter", "month")}


@pytest.mark.parametrize(
    "seed", [0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in (1, 2))]
)
def test_no_row_of_a_share_can_be_worked_out(seed: int) -> None:
    rows = figures("action_within_sla_rate", "proportion", cases(seed))
    withheld = withheld_figures(rows, K)
    cells, totals = known_sums(rows)
    assert breaches(cells, totals, withheld, K) == []
    primary = [key for key, why in withheld.items() if why is Reason.PRIMARY]
    assert breaches(cells, totals, primary, K) != []
    assert len(withheld) < len(rows)


def one(metric: str, statistic: str, *numbers: float | None, **place: object) -> Figure:
    figure = Figure(metric, 1, "month", MAY, "overall", "all", *numbers, statistic)  # type: ignore[arg-type]
    return replace(figure, **place)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("statistic", "numbers", "is_withheld"),
    [
        ("proportion", (50, 100, 100), False),
        ("proportion", (9, 100, 100), True),
        ("proportion", (91, 100, 100), True),
        ("proportion", (0, 100, 100), False),
        ("proportion", (100, 100, 100), False),
        ("proportion", (0, 9, 9), True),
        # 20 flags of a mean weight of 10: 45 stand for 4.5 of them, 155 for 15.5.
        ("proportion", (45, 200, 20), True),
        ("proportion", (100, 200, 20), False),
        ("probability", (12, 15, 15), True),
        ("rate", (9, 1_000_000, 9), True),
        ("rate", (12, 1_000_000, 12), False),
        ("rate", (12, 9, 12), True),
        ("rate", (0, 9, 0), True),
        ("count", (9, None, 9), True),
        ("count", (0, None, 0), False),
        ("subcount", (30, None, 35), True),
        ("quantile", (None, None, 9), True),
        ("quantile", (None, None, 10), False),
        ("mean", (20, 5, 5), True),
    ],
)
def test_which_row_is_small(
    statistic: str, numbers: tuple[float | None, ...], is_withheld: bool
) -> None:
    row = one("some_metric", statistic, *numbers)
    assert withheld_figures([row], K) == ({row.key: Reason.PRIMARY} if is_withheld else {})


def test_a_rate_over_few_accounts_without_an_event_is_withheld_alone() -> None:
    rows = [
        one("report_rate", "rate", 40, 900, 40),
        one("report_rate", "rate", 40, 895, 40, slice="region", slice_value="EU"),
        one("report_rate", "rate", 0, 5, 0, slice="region", slice_value="US"),
    ]
    assert withheld_figures(rows, K) == {rows[2].key: Reason.PRIMARY}


def test_a_count_that_another_metric_shows_goes_there_as_well() -> None:
    """Confirmed violations per view and per message: by surface one and the same count."""
    counted = [Case(MAY, "feed", "EU", False)] * 40
    counted += [Case(MAY, "live", "EU", False)] * 30 + [Case(MAY, "shop", "EU", False)] * 3
    views = figures("harm_per_million_views", "rate", counted, 1e6)
    messages = figures("harm_per_million_messages", "rate", counted, 1e5)
    withheld = withheld_figures(views + messages, K)
    by_metric = [
        {key[1:] for key in withheld if key[0] == rows[0].metric} for rows in (views, messages)
    ]
    assert by_metric[0] == by_metric[1]
    # In the month and in the quarter, the small surface and one more.
    assert len(by_metric[0]) == 4
    # Where the other metric has no more than two of the surfaces, its rows alone tell nothing.
    months = [row for row in views if row.period_grain == "month" and row.slice != "region"]
    two = [
        row
        for row in messages
        if row.period_grain == "month" and row.slice_value in ("feed", "live")
    ]
    told = withheld_figures(months + two, K)
    assert len(told) == 3
    (also,) = (key for key in told if key[0] == two[0].metric)
    assert (months[0].metric, *also[1:]) in told


def test_what_the_slices_told_leave_of_all_is_protected() -> None:
    rows = [
        one("reports", "count", 103, None, 103),
        one("reports", "count", 60, None, 60, slice="surface", slice_value="feed"),
        one("reports", "count", 40, None, 40, slice="surface", slice_value="live"),
    ]
    assert list(withheld_figures(rows, K).values()) == [Reason.COMPLEMENTARY]
    assert withheld_figures(rows[:2], K) == {}


def test_a_state_is_that_at_the_end_of_the_last_part() -> None:
    """The quarter's backlog is June's: withheld in one, it is withheld in the other."""
    counts = {APRIL: 50, MAY: 40, JUNE: 7}
    rows = [
        one("backlog_open_cases", "count", count, None, count, period_start=month)
        for month, count in counts.items()
    ]
    quarter = one("backlog_open_cases", "count", 7, None, 7, period_grain="quarter")
    rows.append(replace(quarter, period_start=APRIL))
    assert {(key[2], key[3]) for key in withheld_figures(rows, K)} == {
        ("month", JUNE),
        ("quarter", APRIL),
    }
    # 5 and 5 of June's 10: that must go, and with it the quarter's.
    rows[2:] = [replace(row, numerator=10, sample_size=10) for row in rows[2:]]
    parts = [
        replace(rows[2], slice="surface", slice_value=value, numerator=5, sample_size=5)
        for value in ("feed", "live")
    ]
    told = withheld_figures([*rows, *parts], K)
    assert set(told) == {row.key for row in (*rows[2:], *parts)}


def test_distinct_counts_are_no_sums() -> None:
    """Accounts that came back in two months count once in the quarter."""
    rows = [
        one("recurrence_rate_30d", "quantile", None, None, count, period_start=month)
        for month, count in ((APRIL, 40), (MAY, 9), (JUNE, 40))
    ]
    quarter = one("recurrence_rate_30d", "quantile", None, None, 70, period_grain="quarter")
    assert len(withheld_figures([*rows, replace(quarter, period_start=APRIL)], K)) == 1


def test_what_counts_no_people_is_shown() -> None:
    assert withheld_figures([one("major_incidents", "count", 2, None, 2)], K) == {}
    assert NOT_PERSONAL.keys() <= register_of(ROOT).entries.keys()


@pytest.mark.parametrize(
    ("grain", "start", "end"),
    [
        ("day", date(2024, 2, 29), date(2024, 3, 1)),
        ("week", date(2026, 12, 28), date(2027, 1, 4)),
        ("month", date(2026, 12, 1), date(2027, 1, 1)),
        ("quarter", date(2026, 10, 1), date(2027, 1, 1)),
        ("quarter", APRIL, date(2026, 7, 1)),
    ],
)
def test_where_a_period_ends(grain: str, start: date, end: date) -> None:
    assert period_end(grain, start) == end
