"""The command that a finding names is one that leads on."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.python.gate.cases import (
    BILLED,
    BREAK,
    FUTURE,
    INTRODUCED,
    PAID,
    SALES,
    entry,
    gone,
    held,
    means,
    tree,
)
from trustmetrics.gate.comparison import Comparison
from trustmetrics.gate.rules import findings

NET, OWED = means("net"), means("owed")
GOES = replace(SALES, history=(INTRODUCED, gone(1, FUTURE)))


def _beside(old: object, new: object, **changes: object) -> Comparison:
    """A metric with versions 1 and 2; what they mean now."""
    return held(tree(BREAK), tree(replace(BREAK, meanings={1: old, 2: new})), **changes)


def _sampled(first: str, second: str) -> Comparison:
    """Versions 1 and 2 of the same SQL as before, with fresh results; on the base 1 and 2."""
    base = tree(replace(BREAK, meanings={1: means("paid", "1"), 2: means("billed", "2")}))
    return held(base, base, results={("sales", 1): first, ("sales", 2): second})


def _refactored(**results: str) -> Comparison:
    base = replace(BREAK, meanings={1: means("paid", "1"), 2: means("billed", "2")})
    told = (*BREAK.history, entry(2, "refactor", moves_along=[1]))
    head = replace(base, history=told, meanings={1: OWED, 2: NET})
    found = {("sales", int(version[1:])): result for version, result in results.items()}
    return held(tree(base), tree(head), results=found)


@pytest.mark.parametrize(
    ("compared", "id", "command"),
    [
        (_beside(PAID, NET), "G001", "bump sales --change corrective"),
        (_beside(OWED, NET), "G001", "bump sales --change corrective"),
        (_beside(OWED, BILLED), "G001", "bump sales --change amended"),
        (
            held(tree(GOES), tree(replace(GOES, meanings={1: OWED}))),
            "G001",
            "bump sales --change amended",
        ),
        (
            held(
                tree(BREAK),
                tree(
                    replace(
                        BREAK,
                        history=(*BREAK.history, entry(3, "breaking")),
                        meanings={1: PAID, 2: OWED, 3: NET},
                    )
                ),
            ),
            "G001",
            "bump sales --change amended",
        ),
        (_sampled("1", "3"), "G013", "bump sales --change corrective --same-sql"),
        (_sampled("3", "3"), "G013", "bump sales --change corrective --same-sql --moves-along 1"),
        (_sampled("3", "2"), "G013", "bump sales --change amended --same-sql --version 1"),
        (_refactored(v1="1", v2="3"), "G014", "bump sales --change corrective"),
        (_refactored(v1="3", v2="2"), "G014", "bump sales --change amended --version 1"),
        (
            _beside(PAID, BILLED, model_versions={"sales": [1, 2, 3]}),
            "G008",
            "bump sales --change breaking",
        ),
    ],
)
def test_it_is_about_the_versions_that_moved(compared: Comparison, id: str, command: str) -> None:
    named = {one.command for one in findings(compared) if one.id == id}
    assert named == {f"trustmetrics metric {command}"}
