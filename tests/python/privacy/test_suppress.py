"""Withheld cells cannot be had back: an attack by linear programming over random reports."""

from __future__ import annotations

from collections.abc import Hashable
from itertools import combinations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.python.privacy.attack import breaches, intervals
from trustmetrics.errors import UserError
from trustmetrics.privacy import tables
from trustmetrics.privacy.cells import Cell, Reason, Total
from trustmetrics.privacy.suppress import suppress

COUNTS = st.one_of(
    st.just(0), st.integers(1, 4), st.integers(1, 12), st.integers(1, 60), st.integers(500, 90_000)
)
Tables = tuple[list[Cell], list[Total]]


def table_of(inner: dict[tuple[str, ...], float]) -> Tables:
    """A table by any number of marks, with every margin, which are dear; `*`: all of a mark."""
    axes = [sorted({key[axis] for key in inner}) for axis in range(len(next(iter(inner))))]
    cells, totals = [], []
    for key in product(*(["*", *axis] for axis in axes)):
        count = sum(
            inner[one] for one in inner if all(a in ("*", b) for a, b in zip(key, one, strict=True))
        )
        cells.append(Cell(key, count, loss=1 + 4 * key.count("*")))
        for axis, mark in enumerate(key):
            if mark == "*":
                parts = tuple((*key[:axis], one, *key[axis + 1 :]) for one in axes[axis])
                totals.append(Total(key, parts))
    return cells, totals


@st.composite
def crossed(draw: st.DrawFn) -> Tables:
    """One table by two or three marks."""
    sizes = draw(st.lists(st.integers(1, 3), min_size=2, max_size=3))
    marks = product(*(map(str, range(size)) for size in sizes))
    return table_of({key: draw(COUNTS) for key in marks})


@st.composite
def trees(draw: st.DrawFn) -> Tables:
    """Tables that break the same total down in several ways, each part further down again."""
    cells: list[Cell] = []
    totals: list[Total] = []

    def grow(key: str, count: int, depth: int) -> None:
        cells.append(Cell(key, count, loss=draw(st.integers(1, 5))))
        for way in range(draw(st.integers(0 if depth else 1, 2)) if depth < 3 else 0):
            parts, left = [], count
            for number in range(draw(st.integers(1, 3))):
                part = draw(st.integers(0, left))
                parts.append((f"{key}.{way}{number}", part))
                left -= part
            parts.append((f"{key}.{way}rest", left))
            totals.append(Total(key, tuple(name for name, _ in parts)))
            for name, part in parts:
                grow(name, part, depth + 1)

    grow("all", draw(st.integers(0, 200)), 0)
    return cells, totals


@st.composite
def ratios(draw: st.DrawFn) -> Tables:
    """Rows with a numerator, a denominator and what lies between, by slice and overall."""
    cells, totals = [], []
    slices = [str(number) for number in range(draw(st.integers(1, 4)))]
    counts = {name: (draw(COUNTS), draw(COUNTS)) for name in slices}
    counts["all"] = tuple(sum(pair[side] for pair in counts.values()) for side in (0, 1))
    for name, (part, rest) in counts.items():
        for role, count in (("part", part), ("rest", rest), ("whole", part + rest)):
            cells.append(Cell((role, name), count, (name,)))
        totals.append(Total(("whole", name), (("part", name), ("rest", name))))
    for role in ("part", "rest", "whole"):
        totals.append(Total((role, "all"), tuple((role, name) for name in slices)))
    return cells, totals


REPORTS = st.one_of(crossed(), trees(), ratios())
KS = st.sampled_from([3, 5, 10])


@settings(max_examples=12, deadline=None)
@given(REPORTS, KS)
def test_no_sum_gives_a_small_count_away(report: Tables, k: int) -> None:
    check_report(*report, k)


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(REPORTS, KS)
def test_nor_in_many_more_reports(report: Tables, k: int) -> None:
    check_report(*report, k)


def check_report(cells: list[Cell], totals: list[Total], k: int) -> None:
    withheld = suppress(cells, totals, k)
    assert breaches(cells, totals, withheld, k) == []
    small = {row for cell in cells if 0 < cell.count < k for row in cell.rows or (cell.key,)}
    assert {row for row, why in withheld.items() if why is Reason.PRIMARY} == small
    assert suppress(cells, totals, k) == withheld


def test_withholding_the_small_ones_alone_is_found_out() -> None:
    cells, totals = table_of(
        {("feed", "EU"): 4, ("feed", "US"): 40, ("live", "EU"): 30, ("live", "US"): 50}
    )
    assert intervals(cells, totals, [("feed", "EU")]) == {("feed", "EU"): (4, 4)}
    withheld = suppress(cells, totals, 10)
    assert [row for row, why in withheld.items() if why is Reason.PRIMARY] == [("feed", "EU")]
    assert len(withheld) == 4
    # The four corners: each moves by as much as the small one, which is 1 at least.
    low, high = intervals(cells, totals, withheld)["feed", "EU"]
    assert (low, high) == (1, 33)


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        # 5 + 5: both lie between 1 and 9, which is 9 numbers, so that the total goes as well.
        ({"a": 5, "b": 5}, {"a", "b", "all"}),
        # 5 + 6: between 1 and 10.
        ({"a": 5, "b": 6}, {"a", "b"}),
        ({"a": 5, "b": 6, "c": 0}, {"a", "b"}),
        ({"a": 10, "b": 11}, set()),
        # 1 + 1 are known to be 1 each, whatever else is shown.
        ({"a": 1, "b": 1, "c": 90}, {"a", "b", "c"}),
    ],
)
def test_what_is_withheld_beside_the_small_ones(counts: dict[str, int], expected: set[str]) -> None:
    cells = [Cell(key, count) for key, count in counts.items()]
    # Dear, so that it goes only where it must.
    cells.append(Cell("all", sum(counts.values()), loss=9))
    assert set(suppress(cells, [Total("all", tuple(counts))], 10)) == expected


def test_a_count_that_no_row_shows_is_protected_too() -> None:
    """Two surfaces of three are told, and the total: the third is known."""
    cells = [Cell("all", 103), Cell("a", 60), Cell("b", 40), Cell("others", 3, ())]
    totals = [Total("all", ("a", "b", "others"))]
    withheld = suppress(cells, totals, 10)
    assert len(withheld) == 1
    assert breaches(cells, totals, withheld, 10) == []
    assert breaches(cells, totals, [], 10) != []


def test_one_count_in_two_rows_is_withheld_in_both() -> None:
    cells = [
        Cell("violations", 4, ("per view", "per message")),
        Cell("views", 900, ("per view",)),
        Cell("messages", 700, ("per message",)),
    ]
    assert suppress(cells, [], 10) == {
        "per view": Reason.PRIMARY,
        "per message": Reason.PRIMARY,
    }


def test_a_weighted_count_is_protected_by_as_many_cases() -> None:
    """A weight of 5 each: 40 are 8 cases, and 9 of them more or less are 45."""
    cells = [
        Cell("all", 340.5, unit=5, loss=9),
        Cell("a", 40.25, unit=5),
        Cell("b", 60.25, unit=5, loss=2),
        Cell("c", 240, unit=5, loss=3),
    ]
    totals = [Total("all", ("a", "b", "c"))]
    withheld = suppress(cells, totals, 10)
    assert set(withheld) == {"a", "b"}
    low, high = intervals(cells, totals, withheld)["a"]
    assert high - low >= 45


def least_loss(cells: list[Cell], totals: list[Total], k: int) -> float:
    """What the cheapest safe choice costs, by trying all of them, the cheapest first."""
    small = {cell.key for cell in cells if 0 < cell.count < k}
    free = [cell for cell in cells if cell.count >= k]
    choices = sorted(
        (combination for size in range(len(free) + 1) for combination in combinations(free, size)),
        key=lambda chosen: sum(cell.loss for cell in chosen),
    )
    for chosen in choices:
        withheld: set[Hashable] = small | {cell.key for cell in chosen}
        found = intervals(cells, totals, withheld)
        if all(found[key][1] - found[key][0] >= k - 1 - 1e-6 for key in small):
            return sum(cell.loss for cell in chosen)
    raise AssertionError("everything withheld is safe")


SMALL = [
    {("a", "x"): 4, ("a", "y"): 40, ("b", "x"): 30, ("b", "y"): 50},
    {("a", "x"): 4, ("a", "y"): 40, ("b", "x"): 30, ("b", "y"): 7},
    {("a", "x"): 2, ("a", "y"): 0, ("b", "x"): 30, ("b", "y"): 50},
    {("a",): 1, ("b",): 2, ("c",): 60, ("d",): 11, ("e",): 12},
    {("a", "x"): 1, ("a", "y"): 0, ("a", "z"): 60, ("b", "x"): 11, ("b", "y"): 12, ("b", "z"): 70},
    {("a", "x"): 9, ("a", "y"): 9, ("a", "z"): 60, ("b", "x"): 0, ("b", "y"): 12, ("b", "z"): 70},
    # Where a total goes at first that can be shown again.
    {("a", "x"): 0, ("a", "y"): 7, ("a", "z"): 30, ("b", "x"): 6, ("b", "y"): 24, ("b", "z"): 0},
]


@pytest.mark.parametrize("inner", SMALL, ids=range(len(SMALL)))
def test_hardly_more_is_withheld_than_must_be(inner: dict[tuple[str, ...], float]) -> None:
    cells, totals = table_of(inner)
    withheld = suppress(cells, totals, 10)
    loss = sum(cell.loss for cell in cells if withheld.get(cell.key) is Reason.COMPLEMENTARY)
    assert loss <= least_loss(cells, totals, 10) + 1


def test_where_the_solver_finds_nothing_all_of_the_sums_are_withheld(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cells, totals = table_of({("a",): 4, ("b",): 0, ("c",): 30, ("d",): 50})
    monkeypatch.setattr(tables, "_solved", lambda *_: None)
    withheld = suppress(cells, totals, 10)
    assert set(withheld) == {("a",), ("c",), ("d",), ("*",)}


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({1: 20}, id="one cell of a sum alone"),
        pytest.param({1: 20, 2: -19.4}, id="no whole numbers"),
        pytest.param({1: -20, 2: 20}, id="less than nothing"),
        pytest.param({1: 8, 2: -8}, id="not far enough"),
    ],
)
def test_a_table_that_does_not_add_up_is_no_proof(
    monkeypatch: pytest.MonkeyPatch, change: dict[int, float]
) -> None:
    """The solver's word is not taken."""
    cells = [Cell("all", 104), Cell("a", 4), Cell("b", 100)]
    nothing = dict.fromkeys(change, 0)
    monkeypatch.setattr(tables, "_solved", lambda *_: (change, nothing))
    assert set(suppress(cells, [Total("all", ("a", "b"))], 10)) == {"all", "a", "b"}


@pytest.mark.parametrize(
    ("cells", "totals", "k", "message"),
    [
        ([Cell("a", 1), Cell("a", 2)], [], 10, "'a' is there twice"),
        ([Cell("a", -1)], [], 10, "'a' is -1 by 1: no count"),
        ([Cell("a", float("nan"))], [], 10, "'a' is nan by 1: no count"),
        ([Cell("a", 1)], [Total("a", ("b",))], 10, "'a' names 'b', which is not a cell"),
        (
            [Cell("a", 9), Cell("b", 3), Cell("c", 4)],
            [Total("a", ("b", "c"))],
            10,
            "the parts of 'a' sum to 7, and it is 9",
        ),
        ([Cell("a", 1)], [], 0, "0 must be 1 or more"),
    ],
)
def test_what_is_not_a_report(cells: list[Cell], totals: list[Total], k: int, message: str) -> None:
    with pytest.raises(UserError, match=message):
        suppress(cells, totals, k)
