"""The mart's own SQL over what is kept beside a ledger; which version says today what one said."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.python.helpers import ROOT
from tests.python.ledger.made import published
from trustmetrics.errors import UserError
from trustmetrics.ledger.restate import version_now
from trustmetrics.ledger.restated import COLUMNS, EXACT, exact, keep, restated_file
from trustmetrics.ledger.restatements import PARTS, restatements, signed
from trustmetrics.register.load import Entry, Registered

STEPS = [name for name, kind in COLUMNS.items() if kind == EXACT]
KEPT = {
    "report_id": "monthly-2026-05-1",
    "period_start": date(2026, 5, 1),
    "published_at": datetime(2026, 6, 2),
    "is_restated": True,
}
published_value = st.one_of(
    st.none(),
    st.floats(min_value=-1e9, max_value=1e9).map(lambda value: float(f"{value:.14e}")),
    st.sampled_from([0.0, 0.1, 1 / 3, 0.7, 0.05, 1e-9]),
)
rows_of_steps = st.lists(
    st.fixed_dictionaries(dict.fromkeys(STEPS, published_value)), min_size=1, max_size=40
)


def row(number: int, **steps: Any) -> dict[str, Any]:
    return dict.fromkeys(COLUMNS) | KEPT | {"number": number} | steps


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "a [b].sqlite"
    published(path)
    yield path


@settings(max_examples=15, deadline=None)
@given(rows_of_steps)
def test_the_parts_add_up_to_the_difference_exactly(values: list[dict[str, float | None]]) -> None:
    with TemporaryDirectory() as folder:
        ledger = Path(folder) / "ledger.sqlite"
        rows = [
            row(number, **{name: exact(value) for name, value in steps.items()})
            for number, steps in enumerate(values)
        ]
        keep(ledger, rows)
        found = restatements(ROOT, ledger)
    assert len(found) == len(rows)
    for steps, one in zip(rows, found, strict=True):
        said, known = steps["said_value"], steps["known_value"]
        if said is None or known is None:
            assert {one[name] for name in ("difference", *PARTS)} == {None}
        else:
            assert one["difference"] == known - said
            assert sum(one[name] for name in PARTS) == one["difference"]


def test_a_report_that_is_restated_again_takes_its_own_place_and_no_other(ledger: Path) -> None:
    keep(ledger, [row(1, known_value=Decimal(1)), row(2, known_value=Decimal(2))])
    other = {"report_id": "weekly-2026-W22-1"}
    keep(ledger, [row(1, known_value=Decimal(3)) | other])
    keep(ledger, [row(1, known_value=Decimal(4))])
    found = [(one["report_id"], one["known_value"]) for one in restatements(ROOT, ledger)]
    assert found == [("monthly-2026-05-1", 4), ("weekly-2026-W22-1", 3)]


def test_without_a_restatement_there_are_no_rows_and_a_damaged_file_is_named(ledger: Path) -> None:
    assert restatements(ROOT, ledger) == []
    restated_file(ledger).write_bytes(b"PAR1 is how it begins")
    with pytest.raises(UserError, match="cannot be read"):
        restatements(ROOT, ledger)


def test_a_double_is_taken_as_the_decimal_that_it_is_written_as() -> None:
    assert exact(0.1) + exact(0.2) == exact(0.3)
    assert exact(123456.789) == Decimal("123456.789")
    assert exact(None) is None


def test_a_part_is_shown_with_its_sign_and_shares_as_points() -> None:
    assert signed(Decimal("-0.0512"), "percent") == "-5.12 pt"
    assert signed(Decimal("12.345"), "hours") == "+12.3"
    assert signed(Decimal(0), "hours") == ""


def metric(*restates: object) -> Registered:
    """A metric whose versions restate the past so."""
    changes = ["introduced", *["breaking"] * (len(restates) - 1)]
    entries = [
        Entry(place, place, change, {"restates_history": said})
        for place, (change, said) in enumerate(zip(changes, restates, strict=True), 1)
    ]
    return Registered("m", "m.yml", {}, tuple(entries))


@pytest.mark.parametrize(
    ("restates", "version", "expected"),
    [
        ((False,), 1, 1),
        ((False, True), 1, 2),
        ((False, True), 2, 2),
        ((False, False), 1, 1),
        ((False, "2026-05-01"), 1, 2),
        ((False, "2026-05-02"), 1, 1),
        ((False, True, True), 1, 3),
        # What does not restate ends it: the third restates what the second says.
        ((False, False, True), 1, 1),
        ((False, False, True), 2, 3),
    ],
)
def test_a_later_version_speaks_for_a_period_that_the_register_says_it_restates(
    restates: tuple[object, ...], version: int, expected: int
) -> None:
    assert version_now(metric(*restates), version, date(2026, 5, 1)) == expected
