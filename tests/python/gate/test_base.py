"""What of the base counts, whatever the working tree says of how the register is kept."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.python.gate.cases import (
    BREAK,
    CORRECTION,
    ONE_SALE,
    REFACTOR,
    Words,
    found,
    held,
    means,
    tree,
)
from trustmetrics.gate import gate as gate_module
from trustmetrics.gate import results
from trustmetrics.gate.comparison import State
from trustmetrics.gate.gate import Gate, _sample_change, base_register
from trustmetrics.gate.git import Base
from trustmetrics.gate.state import canonicaliser
from trustmetrics.register.load import Register, parse_register
from trustmetrics.register.lock import Lock, lock_text

BASE = Base("main", "0" * 40)


def _settings(base: str, head: str) -> dict[str, object]:
    before = {**ONE_SALE.files, "_settings.yml": base}
    now = parse_register({**ONE_SALE.files, "_settings.yml": head})
    return dict(base_register(before, BASE, now).settings)


def test_what_a_meaning_is_made_by_is_the_base_s_own() -> None:
    kept = _settings("version_column: v\ncontracts: [report]", "version_column: value")
    assert kept == {"version_column": "v", "contracts": ["report"]}
    assert _settings("{}", "version_column: value\ncontracts: [report]") == {}


def test_what_both_are_built_on_is_the_working_tree_s() -> None:
    assert _settings("frozen_sample: old", "frozen_sample: new\nraw_variable: RAW") == {
        "frozen_sample": "new",
        "raw_variable": "RAW",
    }
    assert _settings("raw_variable: OLD_RAW", "raw_variable: RAW") == {"raw_variable": "OLD_RAW"}


@pytest.mark.parametrize(
    ("digest", "why"),
    [
        ("sample", ""),
        (None, "metrics/_settings.yml no longer names a frozen sample"),
        ("other", "the frozen sample changes in the same change; change it separately"),
    ],
)
def test_a_refactor_is_proven_on_the_base_s_sample_alone(digest: str | None, why: str) -> None:
    assert _sample_change(held(ONE_SALE, tree(REFACTOR)), digest) == why


def test_a_first_sample_is_no_change_of_one() -> None:
    compared = held(ONE_SALE, tree(REFACTOR))
    compared = replace(compared, base_lock=replace(compared.base_lock, sample=""))
    assert _sample_change(compared, "sample") == ""


def _base_lock(
    files: dict[str, str],
    fresh: Lock,
    monkeypatch: pytest.MonkeyPatch,
    head: dict[str, str] | None = None,
) -> Lock:
    """What the gate takes for the base's lock, where a compile of the base gives this."""
    monkeypatch.setattr(gate_module, "state_of", lambda *_, **__: State(fresh))
    gate = Gate(Path())
    gate.base, gate.base_files, gate.before = BASE, files, parse_register(files)
    gate.head = parse_register(head or files)
    return gate._base_lock(Path)


def test_with_another_canonicaliser_the_base_is_made_again_and_what_has_gone_is_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    written = replace(
        tree(CORRECTION).lock,
        canonicaliser="old",
        versions={("sales", 1): means("paid", "42"), ("sales", 2): means("billed", "43")},
    )
    files = {**tree(CORRECTION).files, "fingerprints.lock.yml": lock_text(written)}
    fresh = Lock(canonicaliser(), {("sales", 2): means("billed, said anew")})
    lock = _base_lock(files, fresh, monkeypatch)
    assert lock.canonicaliser == canonicaliser()
    assert lock.versions == {
        ("sales", 1): means("paid", "42"),
        ("sales", 2): means("billed, said anew", "43"),
    }
    forged = replace(lock, versions={**lock.versions, ("sales", 1): means("forged")})
    compared = replace(
        held(tree(CORRECTION), tree(CORRECTION)),
        base_lock=replace(lock, contracts=tree(CORRECTION).lock.contracts),
        written_lock=replace(forged, contracts=tree(CORRECTION).lock.contracts),
        state=State(
            replace(lock, versions=fresh.versions, contracts=tree(CORRECTION).lock.contracts)
        ),
    )
    assert found(compared) == [("G004", "sales")]


def test_a_lock_that_lacks_a_version_is_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    written = replace(
        tree(BREAK).lock,
        canonicaliser=canonicaliser(),
        versions={("sales", 1): means("paid")},
    )
    files = {**tree(BREAK).files, "fingerprints.lock.yml": lock_text(written)}
    fresh = Lock(canonicaliser(), dict(tree(BREAK).lock.versions))
    assert _base_lock(files, fresh, monkeypatch).versions == fresh.versions
    complete = replace(written, versions=tree(BREAK).lock.versions)
    files["fingerprints.lock.yml"] = lock_text(complete)
    assert _base_lock(files, Lock("not asked"), monkeypatch) == complete


def test_a_seed_is_a_vocabulary_on_both_sides_or_on_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else the entry that makes it one would itself move every metric that reads it."""
    files = dict(ONE_SALE.files)
    written = replace(ONE_SALE.lock, canonicaliser=canonicaliser())
    files["fingerprints.lock.yml"] = lock_text(written)
    fresh = Lock(canonicaliser(), {("sales", 1): means("paid, rows left out")})
    with_words = {**files, **tree(words=(Words(),)).files}
    assert _base_lock(files, fresh, monkeypatch, with_words).versions == fresh.versions
    assert _base_lock(files, fresh, monkeypatch).versions == written.versions
    asked: list[Register] = []

    def state_of(_: Path, register: Register, *__: object, **___: object) -> State:
        asked.append(register)
        return State(fresh)

    gate = Gate(Path())
    gate.base, gate.base_files, gate.before = BASE, files, parse_register(files)
    gate.head = parse_register(with_words)
    monkeypatch.setattr(gate_module, "state_of", state_of)
    gate._base_lock(Path)
    assert [list(register.vocabularies) for register in asked] == [["codes"]]


def test_a_base_without_a_register_is_not_built(monkeypatch: pytest.MonkeyPatch) -> None:
    built: list[Path] = []

    def results_on_sample(tree: Path, *_: object) -> dict[tuple[str, int], str]:
        built.append(tree)
        return {("sales", 1): "42"}

    monkeypatch.setattr(results, "sample_of", lambda *_: Path("sample"))
    monkeypatch.setattr(results, "sample_digest", lambda _: "sample")
    monkeypatch.setattr(results, "results_on_sample", results_on_sample)
    compared = replace(held(tree(), ONE_SALE), base_lock=Lock())
    said = Gate(Path("here"), results="all")._make_results(compared, lambda: Path("exported"))
    assert (said, built) == ("made for 1 of 1 versions", [Path("here")])
    assert compared.head_lock.versions["sales", 1].result == "42"
