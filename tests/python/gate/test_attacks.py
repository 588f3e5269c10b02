"""Ways to get a change of meaning past the gate's rules, and that none of them does."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.python.gate.cases import (
    BILLED,
    BREAK,
    BROKEN,
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
    entry,
    found,
    gone,
    held,
    means,
    only,
    tree,
)
from trustmetrics.gate.comparison import Comparison

CHANGED = replace(SALES, meanings={1: BILLED})


def test_a_lock_written_by_hand_does_not_make_a_new_meaning_the_old_one() -> None:
    compared = held(ONE_SALE, tree(CHANGED))
    assert compared.written_lock is not None
    assert compared.written_lock.versions == tree(CHANGED).lock.versions
    assert found(compared) == [("G001", "sales")]


@pytest.mark.parametrize("canonicaliser", ["canon", "mine"])
def test_a_lock_that_keeps_the_old_fingerprint_hides_nothing(canonicaliser: str) -> None:
    written = replace(ONE_SALE.lock, canonicaliser=canonicaliser)
    assert ("G001", "sales") in found(held(ONE_SALE, tree(CHANGED), written_lock=written))


def test_without_a_lock_the_change_is_found_still() -> None:
    compared = held(ONE_SALE, tree(CHANGED), written_lock=None)
    assert found(compared) == [("G001", "sales"), ("G010", "metrics/fingerprints.lock.yml")]


def test_a_version_once_on_the_base_is_not_edited_further() -> None:
    later = replace(CORRECTION, meanings={2: means("owed")})
    finding = only(held(tree(CORRECTION), tree(later)))
    assert (finding.id, finding.subject, finding.version) == ("G001", "sales", 2)


def test_an_entry_of_another_version_allows_nothing() -> None:
    old = replace(BREAK, meanings={1: means("owed"), 2: BILLED})
    refactored = replace(old, history=(*BREAK.history, entry(2, "refactor")))
    assert ("G001", "sales") in found(held(tree(BREAK), tree(refactored)))


def test_a_refactor_that_is_on_the_base_already_allows_nothing_new() -> None:
    again = replace(REFACTOR, meanings={1: means("owed")})
    assert found(held(tree(REFACTOR), tree(again))) == [("G001", "sales")]


def test_a_deprecation_is_no_licence_to_change() -> None:
    head = replace(CHANGED, history=(INTRODUCED, gone(1, FUTURE)))
    assert found(held(ONE_SALE, tree(head))) == [("G001", "sales")]


def test_a_date_brought_forward_is_an_edit_of_history() -> None:
    base = replace(BREAK, history=(*BREAK.history, gone(1, FUTURE)))
    head = replace(base, history=(*BREAK.history, gone(1, PAST)), meanings={2: BILLED})
    assert ("G004", "sales") in found(held(tree(base), tree(head)))


def test_a_renamed_metric_is_one_removed() -> None:
    head = tree(replace(SALES, name="takings", fields={"model": "sales"}))
    assert found(held(ONE_SALE, head)) == [("G005", "sales")]


def test_history_begun_anew_is_history_edited() -> None:
    base = replace(BREAK, history=(INTRODUCED, BROKEN))
    fresh = entry(1, "introduced", reason="the number as it is now")
    head = replace(SALES, history=(fresh,), meanings={1: BILLED})
    assert {"G001", "G004", "G005"} <= {
        identity for identity, _ in found(held(tree(base), tree(head)))
    }


def test_a_retired_name_stays_retired_while_its_entry_stands() -> None:
    base = replace(SALES, history=(INTRODUCED, gone(1, PAST)), meanings={})
    head = replace(base, history=(*base.history, BROKEN), meanings={2: BILLED})
    assert found(held(tree(base), tree(head))) == [("G006", "sales")]


def test_a_model_that_is_back_in_a_replaced_version_is_found() -> None:
    base = replace(CORRECTION, meanings={1: PAID, 2: BILLED})
    revived = replace(CORRECTION, meanings={1: means("owed"), 2: BILLED})
    compared = held(tree(base), tree(revived), model_versions={"sales": [1, 2]})
    assert {("G001", "sales"), ("G008", "sales")} == set(found(compared))


def test_only_the_metrics_that_moved_are_named() -> None:
    visits = Metric("visits")
    compared = held(tree(SALES, visits), tree(CHANGED, visits))
    assert found(compared) == [("G001", "sales")]


def test_a_leaf_in_place_of_a_rule_moves_what_reads_the_rule() -> None:
    cases = replace(LEAF, name="cases", meanings={1: means("open")})
    reads_the_leaf = replace(SALES, meanings={1: means("paid, over the leaf cases")})
    assert found(held(ONE_SALE, tree(reads_the_leaf, cases))) == [("G001", "sales")]


def _same_sql(result: str, **fields: object) -> Comparison:
    """A corrective version whose SQL is that of version 1, whose result is 42."""
    base = replace(SALES, meanings={1: means("paid", "42")})
    head = replace(SALES, history=(INTRODUCED, CORRECTED), meanings={2: PAID}, **fields)
    return held(tree(base), tree(head), results={("sales", 2): result})


def test_a_version_that_answers_g013_is_not_spurious() -> None:
    assert found(_same_sql("42")) == [("G003", "sales")]
    assert found(_same_sql("43")) == []


def test_a_version_that_answers_g009_is_not_spurious() -> None:
    assert found(_same_sql("42", columns={"value": "double"})) == []
