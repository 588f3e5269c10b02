"""Pairs for the findings about models, contracts and results: one with the fault, one without."""

from __future__ import annotations

from dataclasses import replace

from tests.python.gate.cases import (
    BILLED,
    BREAK,
    COLUMNS,
    CORRECTED,
    CORRECTION,
    INTRODUCED,
    LEAF,
    ONE_SALE,
    REFACTOR,
    SALES,
    Metric,
    Pair,
    entry,
    held,
    means,
    tree,
)
from trustmetrics.gate.comparison import Comparison


def _sales(**changes: object) -> Metric:
    return replace(SALES, **changes)


def _sampled(result: str, head: Metric, fresh: str) -> Comparison:
    """A change with a fresh result of version 1."""
    base = _sales(meanings={1: means("paid", result)})
    return held(tree(base), tree(head), results={("sales", 1): fresh})


def _beside(logic: str, written: str, fresh: str, declared: dict | None) -> Comparison:
    """A change of version 1 beside version 2; its result was 42."""
    base = replace(BREAK, meanings={1: means("paid", "42"), 2: means("billed", "7")})
    newest = "billed" if logic == "paid" else logic
    head = replace(
        base,
        history=(*base.history, *([declared] if declared else [])),
        meanings={1: means(logic, written), 2: means(newest, "7")},
    )
    return held(tree(base), tree(head), results={("sales", 1): fresh, ("sales", 2): "7"})


ALONG = entry(2, "refactor", moves_along=[1])
GOOD_CORRECTION = held(ONE_SALE, tree(CORRECTION))
GOOD_REFACTOR = held(ONE_SALE, tree(REFACTOR))
UNCHANGED = held(ONE_SALE, ONE_SALE)
SEEDED = tree(_sales(meanings={1: means("paid", rates="2025")}))

STATE_PAIRS = [
    *(
        Pair(
            "G007",
            f"owner {owner!r}",
            "sales has no owner",
            held(ONE_SALE, tree(_sales(fields={"owner": owner}))),
            UNCHANGED,
        )
        for owner in (None, " ", "fill in")
    ),
    Pair(
        "G008",
        "a version of the model that the register does not have",
        "version 2 of the model sales is not open in the register",
        held(ONE_SALE, ONE_SALE, model_versions={"sales": [1, 2]}),
        held(ONE_SALE, ONE_SALE, model_versions={"sales": [1]}),
    ),
    Pair(
        "G008",
        "a version of the register that the model does not have",
        "version 2 of sales is open in the register, but has no model",
        held(ONE_SALE, tree(BREAK), model_versions={"sales": [1]}),
        held(ONE_SALE, tree(BREAK), model_versions={"sales": [1, 2]}),
    ),
    Pair(
        "G008",
        "rows that say another version",
        "the model of version 1 of sales writes version 2 as its version",
        held(ONE_SALE, ONE_SALE, stated_versions={("sales", 1): 2}),
        held(ONE_SALE, ONE_SALE, stated_versions={("sales", 1): 1}),
    ),
    Pair(
        "G008",
        "rows whose version is computed",
        "the model of version 1 of sales writes something other than a plain number as its version",
        held(ONE_SALE, ONE_SALE, stated_versions={("sales", 1): -1}),
        held(ONE_SALE, ONE_SALE, stated_versions={("sales", 1): None}),
    ),
    Pair(
        "G009",
        "a column dropped",
        "sales.month is gone",
        held(ONE_SALE, tree(_sales(columns={"value": "double"}))),
        held(ONE_SALE, tree(_sales(columns=COLUMNS | {"note": "varchar"}))),
    ),
    Pair(
        "G009",
        "a column renamed",
        "sales.month is gone (renamed to day?)",
        held(ONE_SALE, tree(_sales(columns={"day": "date", "value": "double"}))),
        held(ONE_SALE, tree(replace(CORRECTION, columns={"day": "date", "value": "double"}))),
    ),
    Pair(
        "G009",
        "a column retyped",
        "sales.value was double and is now integer",
        held(ONE_SALE, tree(_sales(columns=COLUMNS | {"value": "integer"}))),
        held(ONE_SALE, tree(replace(CORRECTION, columns=COLUMNS | {"value": "integer"}))),
    ),
    Pair(
        "G009",
        "a model under contract gone",
        "the model report is gone",
        held(
            tree(SALES, settings="contracts: [report]", contracts={"report": COLUMNS}),
            tree(SALES, settings="contracts: [report]"),
        ),
        held(*[tree(SALES, settings="contracts: [report]", contracts={"report": COLUMNS})] * 2),
        "report",
    ),
    Pair(
        "G009",
        "a contract taken out of the settings",
        "metrics/_settings.yml no longer lists it under contracts",
        held(tree(SALES, settings="contracts: [report]", contracts={"report": COLUMNS}), ONE_SALE),
        held(ONE_SALE, tree(SALES, settings="contracts: [report]", contracts={"report": COLUMNS})),
        "report",
    ),
    Pair(
        "G009",
        "a metric's model renamed",
        "the model sales is gone; takings now computes sales",
        held(ONE_SALE, tree(_sales(fields={"model": "takings"}))),
        held(ONE_SALE, tree(replace(CORRECTION, fields={"model": "takings"}))),
    ),
    Pair(
        "G010",
        "a tagged model that no entry names",
        "the model returns is tagged as a metric",
        held(ONE_SALE, ONE_SALE, unregistered=["returns"]),
        UNCHANGED,
        "returns",
    ),
    Pair(
        "G010",
        "no lock",
        "metrics/fingerprints.lock.yml is missing",
        held(ONE_SALE, ONE_SALE, written_lock=None),
        UNCHANGED,
        "metrics/fingerprints.lock.yml",
    ),
    Pair(
        "G010",
        "a lock not made again",
        "does not match the models: sales version 2",
        held(ONE_SALE, tree(CORRECTION), written_lock=ONE_SALE.lock),
        GOOD_CORRECTION,
        "metrics/fingerprints.lock.yml",
    ),
    Pair(
        "G010",
        "a lock made before the last edit",
        "sales version 2",
        held(
            ONE_SALE,
            tree(CORRECTION),
            written_lock=held(
                ONE_SALE, tree(replace(CORRECTION, meanings={2: means("owed")}))
            ).written_lock,
        ),
        GOOD_CORRECTION,
        "metrics/fingerprints.lock.yml",
    ),
    Pair(
        "G010",
        "a lock of another canonicaliser",
        "made by another canonicaliser",
        held(ONE_SALE, ONE_SALE, written_lock=replace(ONE_SALE.lock, canonicaliser="old")),
        UNCHANGED,
        "metrics/fingerprints.lock.yml",
    ),
    Pair(
        "G010",
        "a contract not written down again",
        "columns of sales",
        held(
            ONE_SALE, tree(_sales(columns=COLUMNS | {"note": "text"})), written_lock=ONE_SALE.lock
        ),
        held(ONE_SALE, tree(_sales(columns=COLUMNS | {"note": "text"}))),
        "metrics/fingerprints.lock.yml",
    ),
    Pair(
        "G010",
        "a result that is not the written one",
        "sales version 2",
        held(
            ONE_SALE,
            tree(CORRECTION),
            results={("sales", 2): "7"},
            written_lock=GOOD_CORRECTION.written_lock,
        ),
        held(ONE_SALE, tree(CORRECTION), results={("sales", 2): "7"}),
        "metrics/fingerprints.lock.yml",
    ),
    Pair(
        "G010",
        "a generated seed not made again",
        "seeds/metric_register.csv does not match the register",
        held(ONE_SALE, ONE_SALE, stale_files=["seeds/metric_register.csv"]),
        UNCHANGED,
        "seeds/metric_register.csv",
    ),
    Pair(
        "G011",
        "a seed alone",
        "the seed rates",
        held(SEEDED, tree(_sales(meanings={1: means("paid", rates="2026")}))),
        held(
            SEEDED,
            tree(
                _sales(history=(INTRODUCED, CORRECTED), meanings={2: means("paid", rates="2026")})
            ),
        ),
    ),
    Pair(
        "G012",
        "a leaf",
        "version 1 of sales is computed differently",
        held(tree(LEAF), tree(replace(LEAF, meanings={1: BILLED}))),
        held(tree(LEAF), tree(replace(CORRECTION, fields=LEAF.fields))),
    ),
    Pair(
        "G012",
        "a seed that a leaf reads",
        "the seed days",
        held(
            tree(replace(LEAF, meanings={1: means("now", days="1")})),
            tree(replace(LEAF, meanings={1: means("now", days="2")})),
        ),
        held(*[tree(replace(LEAF, meanings={1: means("now", days="1")}))] * 2),
    ),
    Pair(
        "G013",
        "the same SQL, another number",
        "the values of version 1 of sales on the frozen sample have changed",
        _sampled("42", _sales(meanings={1: means("paid", "42")}), "43"),
        _sampled("42", _sales(meanings={1: means("paid", "42")}), "42"),
    ),
    Pair(
        "G013",
        "another number of a version beside a newer one",
        "the values of version 1 of sales on the frozen sample have changed",
        _beside("paid", "42", "43", None),
        _beside("paid", "43", "43", entry(1, "amended")),
    ),
    Pair(
        "G014",
        "a refactor along with which another version's numbers move",
        "the values of version 1 of sales on the frozen sample differ from those on the base",
        _beside("net", "42", "43", ALONG),
        _beside("net", "42", "42", ALONG),
    ),
    Pair(
        "G014",
        "a refactor that moves the numbers",
        "the values of version 1 of sales on the frozen sample differ from those on the base",
        _sampled("42", REFACTOR, "43"),
        _sampled("42", REFACTOR, "42"),
    ),
    Pair(
        "G014",
        "a refactor on a sample that the change chose",
        "the refactor of version 1 of sales cannot be proven: the sample changes",
        held(ONE_SALE, tree(REFACTOR), unproven={("sales", 1): "the sample changes"}),
        GOOD_REFACTOR,
    ),
    Pair(
        "G015",
        "a required field",
        "sales lacks question, unit",
        held(ONE_SALE, tree(SALES, settings="required: [question, unit]")),
        held(
            ONE_SALE,
            tree(
                _sales(fields={"question": "how much?", "unit": "EUR"}),
                settings="required: [question, unit]",
            ),
        ),
    ),
    Pair(
        "G015",
        "a field that still says what to fill in",
        "sales lacks question",
        held(ONE_SALE, tree(_sales(fields={"question": "FILL IN: what a reader asks?"}))),
        held(ONE_SALE, tree(_sales(fields={"question": "how much?"}))),
    ),
    Pair(
        "G016",
        "a version that the published table changes or leaves out",
        "does not contain the rows of version 1 of sales",
        held(ONE_SALE, tree(SALES, settings="published: shop_window"), unpublished=[("sales", 1)]),
        held(ONE_SALE, tree(SALES, settings="published: shop_window")),
    ),
    Pair(
        "G015",
        "a leaf fills none",
        "sales lacks unit",
        held(ONE_SALE, tree(SALES, settings="required: [unit]")),
        held(tree(LEAF), tree(LEAF, settings="required: [unit]")),
    ),
]
