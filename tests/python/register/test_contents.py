"""The register says what the models and the seed of targets say, and leaves nothing out."""

from __future__ import annotations

import csv
import json
import re
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from tests.python.helpers import ROOT
from trustmetrics.gate.state import register_files, wanted_versions
from trustmetrics.register.load import parse_register

MODELS = ROOT / "models"
SCHEMA = json.loads((ROOT / "src/trustmetrics/register/schema.json").read_text())
LEFT_OUT_OF_A_METRIC = {"kind", "columns"}
BEGINS_A_VERSION = ("introduced", "corrective", "breaking")


REGISTER = parse_register(dict(register_files(ROOT))).entries
ENTRIES = {name: dict(one.data) for name, one in REGISTER.items()}
# A retired metric keeps its entry and has no model.
METRICS = {
    name: dict(one.data)
    for name, one in REGISTER.items()
    if not one.is_leaf and wanted_versions(one)
}
MARTS = {path.stem for path in MODELS.glob("marts/*/*_v[0-9]*.sql")}
TARGETS = list(csv.DictReader((ROOT / "seeds/kpi_targets.csv").read_text().splitlines()))

each_entry = pytest.mark.parametrize("name", ENTRIES)
each_metric = pytest.mark.parametrize("name", METRICS)


def _begun(name: str) -> list[dict[str, Any]]:
    """The entries that begin a version of the metric."""
    return [each for each in METRICS[name]["versions"] if each["change"] in BEGINS_A_VERSION]


def _sql(name: str) -> str:
    """The SQL of the metric's newest version."""
    newest = max(each["version"] for each in _begun(name))
    (path,) = MODELS.glob(f"marts/*/{METRICS[name]['model']}_v{newest}.sql")
    return path.read_text()


def _read_by(sql: str) -> str:
    """The SQL of the intermediate models and the macros that a model names."""
    models = [MODELS / f"intermediate/{ref}.sql" for ref in re.findall(r"ref\('(int_\w+)'", sql)]
    macros = [ROOT / f"macros/kpi/{call}.sql" for call in re.findall(r"{{ (\w+)\(", sql)]
    return "\n".join(path.read_text() for path in models + macros if path.exists())


def _slices(sql: str) -> set[str]:
    """The slices besides overall that SQL hands to a macro, or writes as literals itself."""
    lists = re.findall(r"\b(?:own_|shared_)?slices=\[([^\]]*)\]", sql)
    literals = re.findall(r"cast\('(\w+)' as varchar\) as slice\b", sql)
    return {*re.findall(r"'(\w+)'", " ".join(lists)), *literals} - {"overall"}


def _targets(name: str) -> list[dict[str, str]]:
    return [row for row in TARGETS if row["metric"] == name]


def test_every_metric_mart_has_an_entry_and_every_entry_a_mart() -> None:
    assert {re.sub(r"_v\d+$", "", mart) for mart in MARTS} == set(METRICS)


@each_entry
def test_an_entry_follows_the_schema_and_is_named_after_its_metric(name: str) -> None:
    validator = Draft202012Validator(SCHEMA, format_checker=Draft202012Validator.FORMAT_CHECKER)
    assert list(validator.iter_errors(ENTRIES[name])) == []
    assert ENTRIES[name]["metric"] == name


@each_entry
def test_an_entry_has_its_keys_in_the_order_of_the_schema(name: str) -> None:
    assert list(ENTRIES[name]) == [key for key in SCHEMA["properties"] if key in ENTRIES[name]]


@each_metric
def test_a_metric_leaves_no_property_out(name: str) -> None:
    assert set(SCHEMA["properties"]) - set(ENTRIES[name]) == LEFT_OUT_OF_A_METRIC
    for begun in _begun(name):
        assert set(begun) == set(SCHEMA["$defs"]["entry"]["properties"])


@each_metric
def test_indicator_and_direction_are_those_of_the_targets(name: str) -> None:
    said = {(METRICS[name]["indicator"], METRICS[name]["direction"])}
    assert {(row["indicator"], row["direction"]) for row in _targets(name)} == said


@each_metric
def test_what_steers_has_a_target_and_what_only_explains_has_none(name: str) -> None:
    has_target = any(row["target_kind"] != "none" for row in _targets(name))
    assert METRICS[name]["tier"] in (
        ["reported", "steering"] if has_target else ["reported", "diagnostic"]
    )


@each_metric
def test_maturity_is_that_of_the_model(name: str) -> None:
    (days,) = re.findall(r"\bmaturity_days=(\d+)", _sql(name))
    assert METRICS[name]["maturity_days"] == int(days)


@each_metric
def test_dimensions_are_the_slices_of_the_model(name: str) -> None:
    sql = _sql(name)
    slices = _slices(sql) or _slices(_read_by(sql))
    assert sorted(said.split(" ")[0] for said in METRICS[name]["dimensions"]) == sorted(slices)


@each_metric
def test_a_segment_is_named_after_the_column_that_it_is(name: str) -> None:
    said = re.findall(r"^segment \((\w+)\)$", "\n".join(METRICS[name]["dimensions"]), re.MULTILINE)
    assert said == sorted(set(re.findall(r"(\w+) as segment\b", _sql(name))))


@each_metric
def test_the_page_that_a_metric_names_is_its_own_and_there(name: str) -> None:
    page, *_ = METRICS[name]["source"]
    assert page == f"docs/metrics/{name}.md"
    assert (ROOT / page).is_file()
