"""Pairs for the findings about meaning and history: one with the fault, one without."""

from __future__ import annotations

from dataclasses import replace

from tests.python.gate.cases import (
    BILLED,
    BREAK,
    CORRECTED,
    CORRECTION,
    FUTURE,
    INTRODUCED,
    LEAF,
    ONE_SALE,
    PAID,
    PAST,
    REFACTOR,
    SALES,
    Metric,
    Pair,
    entry,
    gone,
    held,
    means,
    tree,
)
from trustmetrics.gate.comparison import Comparison
from trustmetrics.register.lock import Locked


def _sales(**changes: object) -> Metric:
    return replace(SALES, **changes)


def _lacking(change: str, name: str) -> Comparison:
    """A new entry without one of its fields."""
    metrics = {"corrective": CORRECTION, "breaking": BREAK, "refactor": REFACTOR}
    given = {name: None}
    if change == "deprecated":
        head = _sales(history=(INTRODUCED, gone(1, FUTURE) | given))
    else:
        first, second = metrics[change].history
        head = replace(metrics[change], history=(first, second | given))
    return held(ONE_SALE, tree(head))


def _written(base: Metric, head: Metric, **result: str) -> Comparison:
    """A change whose lock file says something else of version 1."""
    compared = held(tree(base), tree(head))
    lock = compared.written_lock
    assert lock is not None
    versions = {**lock.versions, ("sales", 1): means(**result)}
    return replace(compared, written_lock=replace(lock, versions=versions))


def _kept(*entries: dict, old: Locked = PAID, new: dict[int, Locked] | None = None) -> Comparison:
    """A change of a metric that has version 1 beside version 2 on the base."""
    meanings = {1: old} | ({2: BILLED} if new is None else new)
    return held(
        tree(BREAK), tree(replace(BREAK, history=(*BROKEN_ONCE, *entries), meanings=meanings))
    )


BROKEN_ONCE = BREAK.history
NET, OWED = means("net"), means("owed")
ALONG = {"moves_along": [1]}
THIRD = entry(3, "corrective", **ALONG)
AMENDED = entry(1, "amended")
GOES = _sales(history=(INTRODUCED, gone(1, FUTURE)))
GOOD_CORRECTION = held(ONE_SALE, tree(CORRECTION))
GOOD_BREAK = held(ONE_SALE, tree(BREAK))
GOOD_REFACTOR = held(ONE_SALE, tree(REFACTOR))
UNCHANGED = held(ONE_SALE, ONE_SALE)
SEEDED = tree(_sales(meanings={1: means("paid", rates="2025")}))
ENDED = _sales(history=(INTRODUCED, gone(1, PAST)))
REOPENED = replace(ENDED, history=(*ENDED.history, CORRECTED), meanings={2: BILLED})
STAYS = gone(1, FUTURE)

HISTORY_PAIRS = [
    Pair(
        "G001",
        "other SQL",
        "version 1 of sales is computed differently: its SQL",
        held(ONE_SALE, tree(_sales(meanings={1: BILLED}))),
        GOOD_CORRECTION,
    ),
    Pair(
        "G001",
        "version 1 changed beside version 2",
        "version 1",
        held(ONE_SALE, tree(replace(BREAK, meanings={1: means("owed"), 2: BILLED}))),
        GOOD_BREAK,
    ),
    Pair(
        "G001",
        "version 1 moved along with a correction that does not say so",
        "version 1",
        _kept(entry(3, "corrective"), old=OWED, new={3: NET}),
        _kept(THIRD, old=OWED, new={3: NET}),
    ),
    Pair(
        "G001",
        "version 1 moved along with a third that breaks with the second",
        "version 1",
        _kept(entry(3, "breaking"), old=OWED, new={2: BILLED, 3: NET}),
        _kept(entry(3, "breaking", **ALONG), old=OWED, new={2: BILLED, 3: NET}),
    ),
    Pair(
        "G001",
        "version 1 moved along with a refactor",
        "version 1",
        _kept(entry(2, "refactor"), old=OWED, new={2: NET}),
        _kept(entry(2, "refactor", **ALONG), old=OWED, new={2: NET}),
    ),
    Pair(
        "G001",
        "version 1 alone moved beside version 2",
        "version 1",
        _kept(old=OWED),
        _kept(AMENDED, old=OWED),
    ),
    Pair(
        "G001",
        "the only version, which goes",
        "version 1",
        held(tree(GOES), tree(replace(GOES, meanings={1: OWED}))),
        held(tree(GOES), tree(replace(GOES, history=(*GOES.history, AMENDED), meanings={1: OWED}))),
    ),
    Pair(
        "G001",
        "SQL and seed",
        "its SQL and the seed rates",
        held(SEEDED, tree(_sales(meanings={1: means("billed", rates="2026")}))),
        held(SEEDED, SEEDED),
    ),
    Pair(
        "G001",
        "a macro of another engine",
        "the macro postgres__share of another engine",
        held(
            tree(SALES, engines={"postgres__share": "a"}),
            tree(SALES, engines={"postgres__share": "b"}),
        ),
        held(
            tree(SALES, engines={"postgres__share": "a"}),
            tree(SALES, engines={"postgres__share": "a"}),
        ),
    ),
    Pair(
        "G001",
        "a new macro of another engine",
        "the macro postgres__share of another engine",
        held(ONE_SALE, tree(SALES, engines={"postgres__share": "a"})),
        UNCHANGED,
    ),
    *(
        Pair(
            "G002",
            f"{change} without {name}",
            f", {change}) lacks {name}",
            _lacking(change, name),
            good,
        )
        for change, good in (
            ("corrective", GOOD_CORRECTION),
            ("breaking", GOOD_BREAK),
            ("refactor", GOOD_REFACTOR),
            ("deprecated", held(ONE_SALE, tree(_sales(history=(INTRODUCED, gone(1, FUTURE)))))),
        )
        for name in ("reason", "decided_by", "decided_on", "effective_from", "restates_history")
        if (change, name) != ("deprecated", "effective_from")
    ),
    Pair(
        "G002",
        "a deprecation that says no date",
        "lacks effective_from",
        held(
            ONE_SALE, tree(_sales(history=(INTRODUCED, gone(1, FUTURE) | {"effective_from": None})))
        ),
        held(ONE_SALE, tree(_sales(history=(INTRODUCED, gone(1, FUTURE))))),
    ),
    Pair(
        "G002",
        "a blank reason",
        "lacks reason",
        held(
            ONE_SALE,
            tree(replace(CORRECTION, history=(INTRODUCED, CORRECTED | {"reason": " ... "}))),
        ),
        GOOD_CORRECTION,
    ),
    Pair(
        "G002",
        "a new metric",
        "(version 1, introduced) lacks decided_by",
        held(tree(), tree(_sales(history=(entry(1, "introduced", decided_by=""),)))),
        held(tree(), ONE_SALE),
    ),
    Pair(
        "G003",
        "corrective",
        "entry 2 of sales says corrective, but version 2 is computed as before",
        held(ONE_SALE, tree(replace(CORRECTION, meanings={2: PAID}))),
        GOOD_CORRECTION,
    ),
    Pair(
        "G003",
        "breaking",
        "says breaking",
        held(ONE_SALE, tree(replace(BREAK, meanings={1: PAID, 2: PAID}))),
        GOOD_BREAK,
    ),
    Pair(
        "G003",
        "refactor",
        "says refactor",
        held(ONE_SALE, tree(replace(REFACTOR, meanings={1: PAID}))),
        GOOD_REFACTOR,
    ),
    Pair(
        "G003",
        "a version that does not move along",
        "entry 3 of sales says that version 1 moves along, but version 1 is computed as before",
        _kept(THIRD, new={3: NET}),
        _kept(THIRD, old=OWED, new={3: NET}),
    ),
    Pair(
        "G003",
        "a version that moves along and had gone before",
        "says that version 1 moves along, but version 1 has no model any more",
        held(
            tree(CORRECTION),
            tree(
                replace(
                    CORRECTION,
                    history=(*CORRECTION.history, entry(3, "breaking", **ALONG)),
                    meanings={2: BILLED, 3: NET},
                )
            ),
        ),
        held(tree(CORRECTION), tree(CORRECTION)),
    ),
    Pair(
        "G003",
        "amended",
        "entry 3 of sales says amended, but version 1 is computed as before",
        _kept(AMENDED),
        _kept(AMENDED, old=OWED),
    ),
    Pair(
        "G003",
        "a second refactor",
        "entry 3 of sales says refactor, though entry 2 declares it already",
        held(
            ONE_SALE,
            tree(
                replace(REFACTOR, history=(*REFACTOR.history, entry(1, "refactor", reason="again")))
            ),
        ),
        GOOD_REFACTOR,
    ),
    Pair(
        "G003",
        "a version amended that moves along already",
        "entry 4 of sales says amended, though entry 3 declares it already",
        _kept(THIRD, AMENDED, old=OWED, new={3: NET}),
        _kept(THIRD, old=OWED, new={3: NET}),
    ),
    Pair(
        "G004",
        "an entry taken out",
        "entry 2 of sales is gone",
        held(tree(CORRECTION), tree(replace(CORRECTION, history=(INTRODUCED,)))),
        held(tree(CORRECTION), tree(CORRECTION)),
    ),
    Pair(
        "G004",
        "an entry edited",
        "entry 1 of sales has been edited: decided_by, reason",
        held(ONE_SALE, tree(_sales(history=(INTRODUCED | {"reason": "x", "decided_by": "me"},)))),
        held(ONE_SALE, tree(_sales(fields={"title": "Sales, all"}))),
    ),
    Pair(
        "G004",
        "the file of a retired metric removed",
        "the entry of the retired metric sales is gone",
        held(tree(replace(ENDED, meanings={}), Metric("visits")), tree(Metric("visits"))),
        held(
            tree(replace(ENDED, meanings={}), Metric("visits")),
            tree(replace(ENDED, meanings={}), Metric("visits")),
        ),
    ),
    Pair(
        "G004",
        "the fingerprint of a replaced version edited",
        "the fingerprint of version 1 of sales, now gone, was edited",
        _written(SALES, CORRECTION, logic="forged"),
        GOOD_CORRECTION,
    ),
    Pair(
        "G004",
        "a result edited",
        "the result of version 1 of sales was edited, its meaning is the same",
        _written(
            _sales(meanings={1: means("paid", "42")}),
            _sales(meanings={1: means("paid", "42")}),
            logic="paid",
            result="43",
        ),
        held(
            tree(_sales(meanings={1: means("paid", "42")})),
            tree(_sales(meanings={1: means("paid", "42")})),
        ),
    ),
    Pair(
        "G005",
        "the file of a metric gone",
        "the metric sales is gone from the register",
        held(tree(SALES, Metric("visits")), tree(Metric("visits"))),
        held(tree(SALES, Metric("visits")), tree(SALES, Metric("visits"))),
    ),
    Pair(
        "G005",
        "a version gone before its date",
        f"version 1 of sales no longer has a model, and is deprecated only as of {FUTURE}",
        held(
            tree(BREAK),
            tree(replace(BREAK, history=(*BREAK.history, gone(1, FUTURE)), meanings={2: BILLED})),
        ),
        held(
            tree(BREAK),
            tree(
                replace(
                    BREAK, history=(*BREAK.history, gone(1, "2026-06-01")), meanings={2: BILLED}
                )
            ),
        ),
    ),
    Pair(
        "G005",
        "a version gone at once",
        "version 1 of sales no longer has a model",
        held(ONE_SALE, tree(replace(BREAK, meanings={2: BILLED}))),
        GOOD_CORRECTION,
    ),
    Pair(
        "G005",
        "a metric made a leaf",
        "the metric sales has become a leaf",
        held(ONE_SALE, tree(LEAF)),
        held(tree(LEAF), tree(LEAF)),
    ),
    Pair(
        "G006",
        "a new version of a retired metric",
        "sales is the name of a retired metric",
        held(tree(ENDED), tree(REOPENED)),
        held(
            tree(_sales(history=(INTRODUCED, STAYS))),
            tree(replace(REOPENED, history=(INTRODUCED, STAYS, CORRECTED))),
        ),
    ),
    Pair(
        "G006",
        "a file that was deleted before",
        "sales is the name of a retired metric",
        held(tree(), ONE_SALE, deleted_names=["sales"]),
        held(tree(), ONE_SALE, deleted_names=["visits"]),
    ),
]
