"""Vocabularies of the register: what is refused, what is written, and those of this project."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.python.helpers import ROOT
from trustmetrics.errors import UserError
from trustmetrics.gate.state import register_of
from trustmetrics.gate.sync import _keep_results
from trustmetrics.register.load import parse_register
from trustmetrics.register.lock import Lock, Locked, lock_text, parse_lock
from trustmetrics.register.seeds import vocabulary_seeds
from trustmetrics.register.vocabulary import Vocabulary
from trustmetrics.register.vocabulary_file import add_changes, complete_moves

CODES = """\
vocabulary: codes  # of the shop
owner: policy
code: [code]
changes:
  - change: introduced
    decided_on: 2026-01-31
"""
PAIRS = CODES.replace("code: [code]", "code: [queue, severity]")


def _parsed(text: str) -> Vocabulary:
    return parse_register({"vocabularies/codes.yml": text}).vocabularies["codes"]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("vocabulary: [\n", "metrics/vocabularies/codes.yml, line 2 is not valid YAML"),
        (CODES.replace("owner", "ownr"), "Additional properties are not allowed ('ownr'"),
        (CODES.replace("code: [code]\n", ""), "'code' is a required property"),
        (CODES.replace("introduced", "invented"), "changes.0.change: 'invented' is not one of"),
        (CODES.replace("01-31", "02-30"), "changes.0.decided_on: '2026-02-30' is not valid"),
        (CODES.replace("codes ", "kodes "), "A file is called as its seed: metrics/vocabularies/k"),
        (
            CODES.replace("introduced", "extended"),
            "entry 1 of changes is extended. The first entry",
        ),
        (CODES + "  - change: introduced\n", "entry 2 of changes is introduced. The first entry"),
        (
            CODES + "  - {change: changed, codes: [[a, b]]}\n",
            "the code ['a', 'b'], but a code has 1",
        ),
        (
            PAIRS + "  - {change: changed, codes: [a]}\n",
            "the code ['a'], but a code has 2 columns: ",
        ),
    ],
)
def test_a_file_that_is_wrong_is_refused(text: str, complaint: str) -> None:
    with pytest.raises(UserError) as raised:
        _parsed(text)
    assert complaint in str(raised.value)
    assert "\n" not in str(raised.value)


def test_it_says_where_the_fields_stand() -> None:
    with pytest.raises(UserError, match=r"docs/guides/vocabularies\.md$"):
        _parsed(CODES.replace("owner", "ownr"))


def test_an_entry_is_written_so_that_it_is_read_as_it_was_meant(tmp_path: Path) -> None:
    """Words that YAML would take for something else are codes, too."""
    file = tmp_path / "codes.yml"
    file.write_text(CODES)
    codes = ["no", "007", "1e3", "a: b", "2026-01-01", "~", "x"]
    entry: dict[str, Any] = {
        "change": "extended",
        "reason": "a",
        "decided_on": "2026-02-01",
        "restates_history": True,
        "codes": codes,
        "moves": {"sales": ["overall", "kind"]},
    }
    add_changes(file, [entry])
    assert file.read_text().startswith(CODES)
    found = _parsed(file.read_text()).changes[1]
    assert (found.number, found.change) == (2, "extended")
    assert found.codes == {(code,) for code in codes}
    assert found.moves == {"sales": ["overall", "kind"]}
    assert found.text("decided_on") == "2026-02-01"


def test_a_code_of_several_columns(tmp_path: Path) -> None:
    file = tmp_path / "codes.yml"
    file.write_text(PAIRS)
    add_changes(file, [{"change": "retired", "codes": [["night", "low"], ["no", "1"]]}])
    assert _parsed(file.read_text()).changes[1].codes == {("night", "low"), ("no", "1")}


def test_moves_are_completed_and_nothing_else_changes(tmp_path: Path) -> None:
    file = tmp_path / "codes.yml"
    entry = {"change": "extended", "codes": ["b"], "moves": {"sales": ["kind"]}}
    file.write_text(CODES)
    add_changes(file, [entry, {"change": "changed", "codes": ["c"]}])
    before = _parsed(file.read_text()).changes
    complete_moves(file, {2: {"sales": ["overall"], "visits": ["kind"]}})
    now = _parsed(file.read_text()).changes
    assert now[1].moves == {"sales": ["kind", "overall"], "visits": ["kind"]}
    assert (now[0], now[2], now[1].codes) == (before[0], before[2], before[1].codes)


def test_the_seed_has_a_row_for_each_metric_and_slice() -> None:
    entry = (
        "  - {change: extended, reason: why, decided_by: us, decided_on: 2026-02-01,\n"
        "     effective_from: 2026-03-01, restates_history: 2026-01-01, codes: [b, a],\n"
        "     moves: {visits: [overall], sales: [overall, kind]}}\n"
    )
    (text,) = vocabulary_seeds([_parsed(CODES + entry)]).values()
    rows = list(csv.DictReader(text.splitlines()))
    assert [(row["metric"], row["slice"]) for row in rows] == [
        ("sales", "overall"),
        ("sales", "kind"),
        ("visits", "overall"),
    ]
    assert {**rows[0], "metric": "", "slice": ""} == {
        "vocabulary": "codes",
        "entry": "2",
        "change": "extended",
        "codes": "a; b",
        "reason": "why",
        "decided_by": "us",
        "decided_on": "2026-02-01",
        "effective_from": "2026-03-01",
        "restates_history": "from_date",
        "restated_from": "2026-01-01",
        "metric": "",
        "slice": "",
    }


def test_the_lock_keeps_what_is_read() -> None:
    locked = Locked("a", {}, "b", "c", vocabularies={"codes": ["code", "kind"], "rates": []})
    lock = Lock("canon", {("sales", 1): locked}, vocabularies={"codes": "d", "rates": "e"})
    assert parse_lock(lock_text(lock)) == lock


def test_a_result_stands_as_long_as_the_vocabularies_do_that_are_read() -> None:
    locked = Locked("a", {}, "b", "c", vocabularies={"codes": ["code"]})
    lock = Lock("canon", {("sales", 1): locked}, vocabularies={"codes": "d", "rates": "e"})
    other_rates = Lock(vocabularies={"codes": "d", "rates": "f"})
    assert lock.has_words_of(other_rates, ("sales", 1))
    assert not lock.has_words_of(Lock(vocabularies={"codes": "f", "rates": "e"}), ("sales", 1))
    assert not lock.has_words_of(Lock(), ("sales", 1))


METRIC = """\
metric: {}
owner: sales
versions:
  - {{version: 1, change: introduced}}
  - {{version: 2, change: breaking}}
"""


def test_a_sync_makes_results_again_where_a_vocabulary_changed() -> None:
    reader, other = (
        Locked("a", {}, "b", None, vocabularies={"codes": ["code"]}),
        Locked("a", {}, "b"),
    )
    gone = replace(reader, result="9")
    fresh = {("sales", 1): gone, ("sales", 2): reader, ("visits", 1): other}
    written = {key: replace(locked, result="9") for key, locked in fresh.items()}
    lock = Lock(versions=dict(fresh), vocabularies={"codes": "now"})
    register = parse_register({f"{name}.yml": METRIC.format(name) for name in ("sales", "visits")})
    _keep_results(lock, Lock(versions=written, vocabularies={"codes": "before"}), register)
    # Of a version whose model has gone nothing can make it again.
    assert {key: one.result for key, one in lock.versions.items()} == {
        ("sales", 1): "9",
        ("sales", 2): None,
        ("visits", 1): "9",
    }


OWN = register_of(ROOT).vocabularies


def test_each_seed_that_is_kept_by_hand_has_an_entry() -> None:
    generated = {"kpi_targets", "metric_register", "metric_versions", "vocabulary_changes"}
    assert {path.stem for path in (ROOT / "seeds").glob("*.csv")} - generated == set(OWN)


@pytest.mark.parametrize("name", OWN)
def test_an_entry_names_columns_of_its_seed(name: str) -> None:
    header = (ROOT / "seeds" / f"{name}.csv").read_text().splitlines()[0].split(",")
    data = OWN[name].data
    named = [*data["code"], *data.get("validity", {}).values(), *data.get("optional", ())]
    assert set(named) <= set(header)
    assert {"title", "description", "owner"} <= data.keys()


ROW = {"code": "a", "kind": "fish"}


@pytest.mark.parametrize(
    ("before", "now"),
    [
        ([ROW], [{**ROW, "weight": "1"}]),
        ([{**ROW, "weight": "1"}], [ROW]),
        ([{"kode": "a", "kind": "fish"}], [{"code": "b", "kind": "bird"}]),
    ],
)
def test_another_column_is_no_difference_of_rows(
    before: list[dict[str, str]], now: list[dict[str, str]]
) -> None:
    assert _parsed(CODES).differences(before, now, ["code", "kind", "weight"]) == {}


def test_a_seed_without_rows_is_compared_too() -> None:
    assert _parsed(CODES).differences([], [ROW], ["kind"]) == {("a",): "extended"}
    assert _parsed(CODES).differences([ROW], [], ["kind"]) == {("a",): "retired"}
