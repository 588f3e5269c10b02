"""The register as seeds: what goes in comes out of the CSV, in order."""

from __future__ import annotations

import csv
import io
from datetime import date

import yaml
from hypothesis import given
from hypothesis import strategies as st

from tests.python.helpers import ROOT
from trustmetrics.register.seeds import (
    REGISTER_COLUMNS,
    REGISTER_SEED,
    TARGETS_SEED,
    VERSIONS_COLUMNS,
    VERSIONS_SEED,
    register_seeds,
)

HOSTILE = st.text(st.sampled_from("a'\",;\n\r\\\t|é\x00 \u2028") | st.characters(codec="utf-8"))
TEXTS = ("title", "question", "numerator", "confirmed", "unit")


def read(text: str) -> list[dict[str, str]]:
    """The rows of a CSV text."""
    return list(csv.DictReader(io.StringIO(text, newline="")))


def metric(name: str, *versions: dict, **fields: object) -> dict:
    """A register entry, with a first version unless others are given."""
    first = {"version": 1, "change": "introduced"}
    return {"metric": name, "versions": list(versions) or [first]} | fields


@given(st.dictionaries(st.sampled_from(TEXTS), HOSTILE), HOSTILE)
def test_hostile_text_comes_back_the_same(fields: dict[str, str], reason: str) -> None:
    versions = [
        {"version": 1, "change": "introduced", "reason": reason},
        {"version": 1, "change": "refactor", "reason": "none"},
    ]
    seeds = register_seeds([metric("b", *versions, **fields), metric("a")])
    _, row = read(seeds[REGISTER_SEED])
    assert {name: row[name] for name in fields} == fields
    assert [found["reason"] for found in read(seeds[VERSIONS_SEED])] == ["", reason, "none"]


@given(st.permutations(["c", "a", "b_2", "b"]))
def test_the_order_of_the_files_does_not_matter(names: list[str]) -> None:
    seeds = register_seeds([metric(name) for name in names])
    assert [row["metric"] for row in read(seeds[REGISTER_SEED])] == ["a", "b", "b_2", "c"]
    assert [row["metric"] for row in read(seeds[VERSIONS_SEED])] == ["a", "b", "b_2", "c"]


def test_leaves_are_no_metrics() -> None:
    seeds = register_seeds([metric("as_of", kind="leaf"), metric("m", kind="metric")])
    assert [row["metric"] for row in read(seeds[REGISTER_SEED])] == ["m"]
    assert [row["metric"] for row in read(seeds[VERSIONS_SEED])] == ["m"]


def test_every_column_is_there_and_what_is_not_said_is_empty() -> None:
    seeds = register_seeds([metric("m", owner=None, maturity_days=0)])
    (row,) = read(seeds[REGISTER_SEED])
    assert tuple(row) == REGISTER_COLUMNS
    assert {name: cell for name, cell in row.items() if cell} == {
        "metric": "m",
        "maturity_days": "0",
        "source": "docs/metrics/m.md",
    }
    (entry,) = read(seeds[VERSIONS_SEED])
    assert tuple(entry) == VERSIONS_COLUMNS
    assert {name: cell for name, cell in entry.items() if cell} == {
        "metric": "m",
        "entry": "1",
        "version": "1",
        "change": "introduced",
    }


def test_lists_are_joined_and_a_segment_says_what_it_is() -> None:
    fields = {"included": ["both channels", "any outcome"], "misuse": []}
    fields |= {"slices": ["queue", "segment"], "segment": "decided_by"}
    (row,) = read(register_seeds([metric("m", **fields)])[REGISTER_SEED])
    assert (row["included"], row["misuse"]) == ("both channels; any outcome", "")
    assert row["slices"] == "queue; segment (decided_by)"


def test_the_words_of_values_and_targets_follow_from_the_entry() -> None:
    above = {"kind": "level", "comparator": ">=", "value": 0.5}
    fields = {"family": "harm", "statistic": "share", "segment": "service", "targets": [above]}
    seeds = register_seeds([metric("m", **fields), metric("n")], ["intake", "harm"])
    words = ("segment", "family_order", "value_format", "target_text")
    assert [tuple(row[name] for name in words) for row in read(seeds[REGISTER_SEED])] == [
        ("service", "2", "percent", "≥ 50 %"),
        ("", "", "", ""),
    ]
    assert [row["target_text"] for row in read(seeds[TARGETS_SEED])] == ["≥ 50 %", ""]


def test_every_metric_is_scored_overall_and_where_it_has_a_target() -> None:
    high = {
        "slice": "severity",
        "slice_value": "high",
        "kind": "level",
        "comparator": "=",
        "value": 0,
    }
    each = {"slice": "segment", "kind": "guardrail", "comparator": ">="}
    monthly = {"kind": "change", "comparator": "<", "value": -0.1, "grain": "month"}
    said = {"indicator": "leading", "direction": "down"}
    metrics = [
        metric("a", targets=[high], **said),
        metric("b", targets=[each], **said),
        metric("c", targets=[monthly], **said),
        metric("d", **said),
    ]
    rows = read(register_seeds(metrics)[TARGETS_SEED])
    assert {(row["indicator"], row["direction"]) for row in rows} == {("leading", "down")}
    cells = ("metric", "slice", "slice_value", "target_kind", "comparator", "target_value")
    assert [tuple(row[name] for name in (*cells, "target_grain")) for row in rows] == [
        ("a", "overall", "all", "none", "", "", ""),
        ("a", "severity", "high", "level", "=", "0", ""),
        ("b", "overall", "all", "none", "", "", ""),
        ("b", "segment", "", "guardrail", ">=", "", ""),
        ("c", "overall", "all", "change", "<", "-0.1", "month"),
        ("d", "overall", "all", "none", "", "", ""),
    ]


def test_entries_are_numbered_per_metric_in_their_order() -> None:
    history = [
        {"version": 1, "change": "introduced"},
        {"version": 2, "change": "breaking"},
        {"version": 1, "change": "deprecated", "replaced_by": 2},
    ]
    rows = read(register_seeds([metric("m", *history), metric("n")])[VERSIONS_SEED])
    assert [(r["metric"], r["entry"], r["version"], r["replaced_by"]) for r in rows] == [
        ("m", "1", "1", ""),
        ("m", "2", "2", ""),
        ("m", "3", "1", "2"),
        ("n", "1", "1", ""),
    ]


def test_a_restatement_is_no_yes_or_from_a_date() -> None:
    """YAML gives booleans, and dates as dates or, in quotes, as text."""
    said = [None, False, True, date(2026, 3, 1), "2026-04-01"]
    history = [
        {"version": n, "change": "corrective", "restates_history": restates}
        for n, restates in enumerate(said, start=1)
    ]
    rows = read(register_seeds([metric("m", *history)])[VERSIONS_SEED])
    assert [(row["restates_history"], row["restated_from"]) for row in rows] == [
        ("", ""),
        ("no", ""),
        ("yes", ""),
        ("from_date", "2026-03-01"),
        ("from_date", "2026-04-01"),
    ]


def test_the_seeds_are_described_column_by_column() -> None:
    """seeds.yml types and describes the columns that the files have, in their order."""
    documented = yaml.safe_load((ROOT / "seeds/seeds.yml").read_text(encoding="utf-8"))["seeds"]
    by_file = {f"{seed['name']}.csv": seed for seed in documented}
    for name, text in register_seeds([]).items():
        header = next(csv.reader(io.StringIO(text)))
        assert list(by_file[name]["config"]["column_types"]) == header
        assert [column["name"] for column in by_file[name]["columns"]] == header


def test_a_version_that_moves_along_has_a_row_of_its_own() -> None:
    history = [
        {"version": 1, "change": "introduced"},
        {"version": 2, "change": "breaking"},
        {"version": 3, "change": "corrective", "reason": "typing errors", "moves_along": [1]},
        {"version": 3, "change": "refactor", "moves_along": [1]},
    ]
    rows = read(register_seeds([metric("m", *history)])[VERSIONS_SEED])
    assert [(row["entry"], row["version"], row["change"], row["reason"]) for row in rows[2:]] == [
        ("3", "3", "corrective", "typing errors"),
        ("3", "1", "amended", "typing errors"),
        ("4", "3", "refactor", ""),
        ("4", "1", "refactor", ""),
    ]
