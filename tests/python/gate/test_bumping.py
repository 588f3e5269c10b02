"""What metric bump writes an entry about, and what it refuses; no dbt."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.python.gate.cases import (
    BILLED,
    BREAK,
    COLUMNS,
    CORRECTION,
    FUTURE,
    INTRODUCED,
    ONE_SALE,
    PAID,
    REFACTOR,
    SALES,
    entry,
    gone,
    held,
    means,
    tree,
)
from trustmetrics.errors import UserError
from trustmetrics.gate.bumping import Planned, _plan, _plans_of_moved
from trustmetrics.gate.comparison import Comparison

NET, OWED = means("net"), means("owed")
GOES = replace(SALES, history=(INTRODUCED, gone(1, FUTURE)))
ALONG = replace(BREAK, history=(*BREAK.history, entry(2, "refactor", moves_along=[1])))
DROPPED = {"value": "double"}


def _beside(old: object, new: object) -> Comparison:
    """A metric with versions 1 and 2 on the base; what they mean now."""
    return held(tree(BREAK), tree(replace(BREAK, meanings={1: old, 2: new})))


UNCHANGED = held(ONE_SALE, ONE_SALE)
MOVED = held(ONE_SALE, tree(replace(SALES, meanings={1: BILLED})))
NARROWER = held(ONE_SALE, tree(replace(SALES, columns=DROPPED)))
LAST = held(tree(GOES), tree(replace(GOES, meanings={1: OWED})))
REFACTORED = held(tree(BREAK), tree(replace(ALONG, meanings={1: OWED, 2: NET})))


def _gate(compared: Comparison | None, project: Path) -> Any:
    report = SimpleNamespace(comparison=compared, base="main at 1")
    return SimpleNamespace(
        run=lambda: report, head=compared and compared.head, base="main at 1", project=project
    )


def _options(**given: Any) -> dict[str, Any]:
    return {"version": None, "moves_along": (), "same_sql": False} | given


def _planned(compared: Comparison, change: str, project: Path, **given: Any) -> tuple:
    metric = compared.head.entries["sales"]
    plan = _plan(_gate(compared, project), metric, change, _options(**given))
    return plan.change, plan.version, plan.moves_along, plan.takes_back


@pytest.mark.parametrize(
    ("compared", "change", "plan"),
    [
        (MOVED, "corrective", ("corrective", None, (), ())),
        (NARROWER, "breaking", ("breaking", None, (), ())),
        (_beside(OWED, NET), "corrective", ("corrective", None, (1,), ())),
        (_beside(OWED, NET), "breaking", ("breaking", None, (1,), ())),
        (_beside(OWED, NET), "refactor", ("refactor", 2, (1,), ())),
        (_beside(OWED, NET), "amended", ("amended", 1, (), ())),
        (_beside(OWED, BILLED), "refactor", ("refactor", 1, (), ())),
        (LAST, "amended", ("amended", 1, (), ())),
        (REFACTORED, "corrective", ("corrective", None, (1,), (1, 2))),
        (REFACTORED, "amended", ("amended", 1, (), (1,))),
        (UNCHANGED, "deprecated", ("deprecated", None, (), ())),
    ],
)
def test_an_entry_is_about_what_moved(
    compared: Comparison, change: str, plan: tuple, tmp_path: Path
) -> None:
    assert _planned(compared, change, tmp_path) == plan


def test_the_same_sql_needs_to_be_said(tmp_path: Path) -> None:
    told = {"same_sql": True, "moves_along": (1,)}
    assert _planned(_beside(PAID, BILLED), "corrective", tmp_path, **told)[2] == (1,)


def test_a_file_of_the_next_version_is_a_change(tmp_path: Path) -> None:
    (tmp_path / "sales_v2.sql").write_text("select 1")
    assert _planned(UNCHANGED, "breaking", tmp_path)[0] == "breaking"


@pytest.mark.parametrize(
    ("compared", "change", "given", "complaint"),
    [
        (UNCHANGED, "corrective", {}, "sales is computed as on main at 1: edit its SQL first"),
        (UNCHANGED, "refactor", {}, "sales is computed as on main at 1: edit its SQL first"),
        (
            held(ONE_SALE, tree(REFACTOR)),
            "refactor",
            {},
            "entry 2 of sales (version 1, refactor) declares this change already",
        ),
        (
            held(ONE_SALE, tree(CORRECTION)),
            "corrective",
            {},
            "entry 2 of sales (version 2, corrective) declares this change already",
        ),
        (
            held(ONE_SALE, tree(replace(CORRECTION, columns=COLUMNS | {"note": "text"}))),
            "corrective",
            {},
            "entry 2 of sales (version 2, corrective) declares this change already",
        ),
        (
            _beside(OWED, BILLED),
            "corrective",
            {},
            "version 2 of sales is computed as before; only version 1 moved",
        ),
        (MOVED, "amended", {}, "version 1 is the newest of sales, and a change of it begins a ver"),
        (_beside(OWED, BILLED), "refactor", {"version": 2}, "of sales only version 1 moved"),
        (MOVED, "corrective", {"version": 1}, "--change corrective begins version 2: leave out"),
    ],
)
def test_an_entry_about_nothing_is_refused(
    compared: Comparison, change: str, given: dict, complaint: str, tmp_path: Path
) -> None:
    with pytest.raises(UserError) as raised:
        _planned(compared, change, tmp_path, **given)
    assert complaint in str(raised.value)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("change", "plans"),
    [
        ("corrective", [("newest", "corrective", None, ()), ("older", "amended", 1, ())]),
        ("refactor", [("newest", "refactor", 1, ()), ("older", "refactor", 1, ())]),
        ("amended", [("older", "amended", 1, ())]),
    ],
)
def test_all_that_moved_get_what_fits_each(change: str, plans: list[tuple], tmp_path: Path) -> None:
    newest, older = replace(SALES, name="newest"), replace(BREAK, name="older")
    head = (replace(newest, meanings={1: BILLED}), replace(older, meanings={1: OWED, 2: BILLED}))
    compared = held(tree(newest, older), tree(*head))
    found: list[Planned] = _plans_of_moved(_gate(compared, tmp_path), change)
    assert [(p.metric.name, p.change, p.version, p.moves_along) for p in found] == plans
