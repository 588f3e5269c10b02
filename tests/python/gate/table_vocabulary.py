"""Pairs for the findings about vocabularies: one with the fault, one without."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tests.python.gate.cases import SALES, Metric, Pair, Tree, Words, held, means, tree, word
from trustmetrics.gate.comparison import Comparison
from trustmetrics.register.lock import Locked

READ = ["code", "kind", "until"]
MOVES = {"codes": {"sales": ["kind"]}}
A, B = ("a", "fish", None), ("b", "bird", None)
# An entry that names all that it can move.
SAID: dict[str, Any] = {"moves": {"sales": ["kind"]}}


def _locked(result: str | None = None, columns: list[str] = READ) -> Locked:
    return replace(means("paid", result), vocabularies={"codes": columns})


READER = replace(SALES, meanings={1: _locked()})


def _tree(
    *rows: tuple[str, str, str | None],
    history: tuple[dict[str, Any], ...] = (),
    metric: Metric = READER,
    settings: str = "{}",
    **fields: Any,
) -> Tree:
    """A project with a metric that reads the vocabulary of these rows."""
    words = Words(rows, history, {"validity": {"from": "code", "to": "until"}, **fields})
    return tree(metric, words=(words,), settings=settings)


def _held(base: Tree, head: Tree, **changes: Any) -> Comparison:
    return held(base, head, moves=changes.pop("moves", MOVES), **changes)


ONE = _tree(A)
EXTENDED = word("extended", "b", **SAID)
GOOD = _held(ONE, _tree(A, B, history=(EXTENDED,)))
UNCHANGED = _held(ONE, ONE)
ENDED = ("a", "fish", "2026-01-31")


def _sampled(head: Tree, **changes: Any) -> Comparison:
    """A change with a fresh result that is another one than on the base."""
    base = _tree(A, metric=replace(SALES, meanings={1: _locked("42")}))
    return _held(base, head, results={("sales", 1): "43"}, **changes)


def _lacking(name: str) -> Pair:
    bad = _held(ONE, _tree(A, B, history=(EXTENDED | {name: None},)))
    return Pair("G002", f"words without {name}", f"(extended) lacks {name}", bad, GOOD, "codes")


VOCABULARY_PAIRS = [
    Pair(
        "G017",
        "a new code",
        "codes: b, not there before, which no new entry says; it can move 1 metric",
        _held(ONE, _tree(A, B)),
        GOOD,
        "codes",
    ),
    Pair(
        "G017",
        "one new code of two without an entry",
        "codes: c, not there before",
        _held(ONE, _tree(A, B, ("c", "bird", None), history=(EXTENDED,))),
        _held(ONE, _tree(A, B, ("c", "bird", None), history=(word("extended", "c", "b", **SAID),))),
        "codes",
    ),
    Pair(
        "G017",
        "another row of a code",
        "codes: a, with other rows",
        _held(ONE, _tree(("a", "bird", None))),
        _held(ONE, _tree(("a", "bird", None), history=(word("changed", "a", **SAID),))),
        "codes",
    ),
    Pair(
        "G017",
        "one more row of a code",
        "codes: a, with other rows",
        _held(ONE, _tree(A, ENDED)),
        _held(ONE, _tree(A, ENDED, history=(word("changed", "a", **SAID),))),
        "codes",
    ),
    Pair(
        "G017",
        "a code gone",
        "codes: b, gone, or no longer valid",
        _held(_tree(A, B), ONE),
        _held(_tree(A, B), _tree(A, history=(word("retired", "b", **SAID),))),
        "codes",
    ),
    Pair(
        "G017",
        "the end of a code's validity",
        "codes: a, gone, or no longer valid",
        _held(ONE, _tree(ENDED)),
        _held(ONE, _tree(ENDED, history=(word("retired", "a", **SAID),))),
        "codes",
    ),
    Pair(
        "G017",
        "another end of a code's validity",
        "codes: a, with other rows",
        _held(_tree(ENDED), ONE),
        _held(_tree(ENDED), _tree(A, history=(word("changed", "a", **SAID),))),
        "codes",
    ),
    Pair(
        "G017",
        "an entry of another kind",
        "codes: b, not there before",
        _held(ONE, _tree(A, B, history=(word("changed", "b", **SAID),))),
        # Of a branch on which the code was added and then changed.
        _held(ONE, _tree(A, B, history=(EXTENDED, word("changed", "b", **SAID)))),
        "codes",
    ),
    Pair(
        "G017",
        "an entry without a metric that it can move",
        "entry 2 of codes does not name all that it can move: sales (kind)",
        _held(ONE, _tree(A, B, history=(word("extended", "b"),))),
        GOOD,
        "codes",
    ),
    Pair(
        "G017",
        "an entry without a slice that it can move",
        "does not name all that it can move: sales (overall)",
        _held(
            ONE,
            _tree(A, B, history=(EXTENDED,)),
            moves={"codes": {"sales": ["overall", "kind"]}},
        ),
        # More than it can move does no harm.
        _held(ONE, _tree(A, B, history=(word("extended", "b", moves={"sales": ["kind", "x"]}),))),
        "codes",
    ),
    Pair(
        "G017",
        "a vocabulary that becomes one with other rows",
        "codes: b, not there before",
        held(
            tree(READER),
            _tree(A, B),
            moves=MOVES,
            rows={"codes": (_tree(A).words[0].dicts, _tree(A, B).words[0].dicts)},
        ),
        # The seed is new, so that its introduction says it all.
        _held(tree(READER), _tree(A, B)),
        "codes",
    ),
    *map(_lacking, ("reason", "decided_by", "decided_on", "effective_from", "restates_history")),
    Pair(
        "G002",
        "words without codes",
        "entry 3 of codes (extended) lacks codes",
        _held(ONE, _tree(A, B, history=(EXTENDED, word("extended", **SAID)))),
        GOOD,
        "codes",
    ),
    Pair(
        "G003",
        "an entry about a code whose rows stay",
        "entry 3 of codes says changed of a, whose rows are as before",
        _held(ONE, _tree(A, B, history=(EXTENDED, word("changed", "a", **SAID)))),
        GOOD,
        "codes",
    ),
    Pair(
        "G003",
        "an entry about what no metric reads",
        "says changed of a",
        _held(
            ONE,
            _tree(
                ("a", "fish", "2030-01-01"),
                history=(word("changed", "a", **SAID),),
                metric=replace(SALES, meanings={1: _locked(columns=["code", "kind"])}),
            ),
        ),
        _held(
            ONE,
            _tree(
                ("a", "fish", "2030-01-01"),
                metric=replace(SALES, meanings={1: _locked(columns=["code", "kind"])}),
            ),
        ),
        "codes",
    ),
    Pair(
        "G003",
        "a metric that does not exist",
        "entry 2 of codes moves sails, which the register does not have",
        _held(
            ONE,
            _tree(
                A, B, history=(word("extended", "b", moves={"sales": ["kind"], "sails": ["kind"]}),)
            ),
        ),
        GOOD,
        "codes",
    ),
    Pair(
        "G004",
        "an entry of a vocabulary edited",
        "entry 2 of codes has been edited: moves, reason",
        _held(
            _tree(A, B, history=(EXTENDED,)),
            _tree(A, B, history=(word("extended", "b", reason="another one"),)),
        ),
        _held(_tree(A, B, history=(EXTENDED,)), _tree(A, B, history=(EXTENDED,), title="Codes")),
        "codes",
    ),
    Pair(
        "G004",
        "an entry of a vocabulary taken out",
        "entry 2 of codes is gone",
        _held(_tree(A, B, history=(EXTENDED,)), _tree(A, B)),
        _held(*[_tree(A, B, history=(EXTENDED,))] * 2),
        "codes",
    ),
    Pair(
        "G004",
        "a vocabulary taken out of the register",
        "the history of the vocabulary codes is gone",
        held(ONE, tree(READER)),
        UNCHANGED,
        "codes",
    ),
    Pair(
        "G007",
        "a vocabulary",
        "codes has no owner",
        _held(ONE, _tree(A, owner="fill in")),
        UNCHANGED,
        "codes",
    ),
    Pair(
        "G010",
        "a seed without an entry where the settings require one",
        "metrics read the seed rates, but metrics/vocabularies/rates.yml does not exist",
        held(
            *[
                tree(
                    replace(SALES, meanings={1: means("paid", rates="2025")}),
                    settings="vocabularies: required",
                )
            ]
            * 2
        ),
        held(*[tree(replace(SALES, meanings={1: means("paid", rates="2025")}))] * 2),
        "rates",
    ),
    Pair(
        "G010",
        "a vocabulary without a seed",
        "names the seed codes, which the project does not have",
        held(tree(SALES), tree(SALES, words=(Words(None),))),
        # Once it has been one, its history stays.
        held(ONE, tree(SALES, words=(Words(None),))),
        "codes",
    ),
    Pair(
        "G010",
        "a column that the seed does not have",
        "metrics/vocabularies/codes.yml names kode, which the seed does not have",
        _held(ONE, _tree(A, validity={"from": "kode", "to": "until"})),
        UNCHANGED,
        "codes",
    ),
    Pair(
        "G010",
        "a lock made before the rows changed",
        "does not match the models: rows of codes",
        _held(ONE, _tree(A, B, history=(EXTENDED,)), written_lock=ONE.lock),
        GOOD,
        "metrics/fingerprints.lock.yml",
    ),
    Pair(
        "G013",
        "the same words, another number",
        "the values of version 1 of sales on the frozen sample have changed",
        _sampled(_tree(A, metric=replace(SALES, meanings={1: _locked("42")}))),
        _sampled(_tree(A, B, history=(EXTENDED,))),
    ),
]
