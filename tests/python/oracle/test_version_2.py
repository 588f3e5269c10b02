"""The oracle's second versions, and what is not measured; expected values by hand."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from tests.python.oracle.contract import Raw
from tests.python.oracle.evaluate import evaluate
from tests.python.oracle.handmade import AS_OF, SEEDS, at, kpi, numbers, row, together, violation
from tests.python.oracle.measured import REQUIRED

MARCH, APRIL = date(2026, 3, 1), date(2026, 4, 1)


@pytest.mark.parametrize(
    ("after", "in_time"),
    [
        (timedelta(days=-5), 1),
        (timedelta(days=30, seconds=-1), 1),
        (timedelta(days=30), 1),
        (timedelta(days=30, microseconds=999_999), 1),
        (timedelta(days=30, seconds=1), 0),
    ],
)
def test_appeals_filed_within_30_days(after: timedelta, in_time: int) -> None:
    """In whole seconds, of the decision at(4); version 1 counts them all."""
    appeals = [row("appeals", decision_id="d-c", filed_at=at(4) + after)]
    actions = [row("enforcement_actions", decision_id="d-c")]
    raw = violation("c") | {"appeals": appeals, "enforcement_actions": actions}
    assert numbers(kpi(raw, "appeal_rate", "month", version=2)) == [(MARCH, in_time, 1, in_time)]
    assert numbers(kpi(raw, "appeal_rate", "month", version=1)) == [(MARCH, 1, 1, 1)]


def _suspended(ended: datetime | None, again: datetime, kind: str = "account_suspended") -> Raw:
    """An account acted against on the 4th of March, and a later violation of it."""
    action = row(
        "enforcement_actions",
        case_id="c",
        subject_account_id="bad",
        actioned_at=at(4),
        ended_at=ended,
        action_type=kind,
    )
    return together(
        violation("c", subject_account_id="bad"),
        violation("again", subject_account_id="bad", occurred_at=again),
        {"enforcement_actions": [action]},
    )


def _week(raw: Raw, as_of: datetime = AS_OF, version: int = 2) -> list[tuple]:
    """Start, numerator, denominator and value of recurrence within seven days, by month."""
    return numbers(kpi(raw, "recurrence_rate_7d", "month", as_of=as_of, version=version))


def test_the_clock_starts_when_a_suspension_ends() -> None:
    """Suspended to the 2nd of April, back on the 9th: April's, within seven days of the end."""
    end = datetime(2026, 4, 2)
    raw = _suspended(end, end + timedelta(days=7))
    assert _week(raw) == [(APRIL, 1, 1, 1.0)]
    assert _week(raw, version=1) == [(MARCH, 0, 1, 0.0)]
    assert _week(_suspended(end, end)) == [(APRIL, 0, 1, 0.0)]
    assert _week(_suspended(end, end + timedelta(days=7, seconds=1))) == [(APRIL, 0, 1, 0.0)]


def test_a_suspension_that_runs_has_no_index_instant() -> None:
    """None without an end and with one after as_of; at as_of there is one, with no follow-up."""
    end = datetime(2026, 4, 2)
    assert _week(_suspended(None, at(20))) == []
    assert _week(_suspended(end, at(20)), end - timedelta(seconds=1)) == []
    assert _week(_suspended(end, at(20)), end) == [(APRIL, 0, 1, None)]


def test_only_suspensions_wait_for_their_end() -> None:
    """Another action's end says nothing: the clock starts on the 4th of March."""
    raw = _suspended(datetime(2026, 4, 2), at(5), "interaction_restricted")
    assert _week(raw) == [(MARCH, 1, 1, 1.0)]


def test_the_first_index_instant_of_the_period_decides() -> None:
    """Of two suspensions the one that ends first, though it is the later one; by id in a tie."""
    raw = _suspended(at(20), at(22))
    raw["cases"].append(row("cases", case_id="other", surface="chat"))

    def add(name: str, ended: datetime) -> None:
        raw["enforcement_actions"].append(
            row(
                "enforcement_actions",
                action_id=name,
                case_id="other",
                subject_account_id="bad",
                actioned_at=at(5),
                ended_at=ended,
                action_type="service_suspended",
            )
        )

    def slices() -> list[tuple]:
        return numbers(kpi(raw, "recurrence_rate_7d", "month", "chat", version=2))

    add("z", at(20))
    assert slices() == []
    add("a", at(20))
    assert slices() == [(MARCH, 1, 1, 1.0)]
    add("y", at(10))
    assert slices() == [(MARCH, 0, 1, 0.0)]


def _everything() -> Raw:
    """A row of every raw table."""
    raw = together(
        violation("c", queue="standard", severity="high"),
        {
            "active_accounts": [row("active_accounts", surface="all", region="all")],
            "activity_daily": [row("activity_daily")],
            "enforcement_actions": [row("enforcement_actions", case_id="c", decision_id="d-c")],
            "moderator_shifts": [row("moderator_shifts", queue="standard")],
            "surfaces": [row("surfaces", risk_tier="high")],
            "tool_services": [row("tool_services", critical=True)],
            "surface_monitors": [row("surface_monitors", active_to=None)],
        },
    )
    for table in REQUIRED:
        raw.setdefault(table, [row(table)])
    return raw


def _metrics(raw: Raw, as_of: datetime = AS_OF) -> set[str]:
    """The metrics with a row."""
    return {found["metric"] for found in evaluate(raw, as_of, SEEDS)}


@pytest.mark.parametrize("table", REQUIRED)
def test_a_metric_without_its_table_has_no_row(table: str) -> None:
    """Gone with the table, and with its only row, be it deleted, invalid or not yet there."""
    raw = _everything()
    everything = _metrics(raw)
    assert everything.issuperset(REQUIRED[table])
    (only,) = raw[table]
    for rows in (
        [],
        [only | {"is_deleted": True}],
        [only | {"ingested_at": AS_OF + timedelta(seconds=1)}],
        [only | {name: None for name in only if name.endswith("_id")}],
    ):
        assert _metrics(raw | {table: rows}).isdisjoint(REQUIRED[table])


def test_a_metric_that_is_named_has_no_row() -> None:
    """Whatever its version; another name changes nothing, nor does a deleted or later row."""
    raw = _everything()
    everything = _metrics(raw)

    def missing(metric: str) -> set[str]:
        return everything - _metrics(raw | {"not_measured": [row("not_measured", metric=metric)]})

    assert missing("appeal_rate") == {"appeal_rate"}
    assert missing("Appeal_rate") == missing("x") == set()
    for cells in ({"is_deleted": True}, {"declared_on": AS_OF.date() + timedelta(days=1)}):
        declared = [row("not_measured", metric="appeal_rate", **cells)]
        assert _metrics(raw | {"not_measured": declared}) == everything
    on_the_day = [row("not_measured", metric="appeal_rate", declared_on=AS_OF.date())]
    assert "appeal_rate" not in _metrics(raw | {"not_measured": on_the_day})
