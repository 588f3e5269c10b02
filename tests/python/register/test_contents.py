"""The register of this project: complete, and what is made from it is up to date."""

from __future__ import annotations

import json

import pytest
import yaml

from tests.python.helpers import ROOT
from trustmetrics.gate.state import register_files, wanted_versions
from trustmetrics.register.generated import stale_files
from trustmetrics.register.load import OPENING, parse_register

SCHEMA = json.loads((ROOT / "src/trustmetrics/register/schema.json").read_text())
REGISTER = parse_register(register_files(ROOT))
# A retired metric keeps its entry and has no model.
METRICS = {
    name: one.data
    for name, one in REGISTER.entries.items()
    if not one.is_leaf and wanted_versions(one)
}
NOT_OF_EVERY_VERSION = {"replaced_by", "moves_along"}

each_metric = pytest.mark.parametrize("name", METRICS)


def test_what_is_made_from_the_register_is_up_to_date() -> None:
    assert stale_files(ROOT, REGISTER) == []


@pytest.mark.parametrize("name", REGISTER.entries)
def test_an_entry_has_its_keys_in_the_order_of_the_schema(name: str) -> None:
    data = REGISTER.entries[name].data
    assert list(data) == [key for key in SCHEMA["properties"] if key in data]


@each_metric
def test_a_metric_fills_what_the_settings_ask_for(name: str) -> None:
    assert set(REGISTER.settings["required"]) <= set(METRICS[name])
    wanted = set(SCHEMA["$defs"]["entry"]["properties"]) - NOT_OF_EVERY_VERSION
    for begun in METRICS[name]["versions"]:
        if begun["change"] in OPENING:
            assert set(begun) - {"moves_along"} == wanted


@each_metric
def test_what_steers_has_a_target_and_what_only_explains_has_none(name: str) -> None:
    assert METRICS[name]["tier"] in (
        ["reported", "steering"] if "targets" in METRICS[name] else ["reported", "diagnostic"]
    )


@each_metric
def test_a_segment_is_said_where_it_is_a_slice(name: str) -> None:
    assert ("segment" in METRICS[name]) == ("segment" in METRICS[name]["slices"])


@each_metric
def test_a_target_is_for_a_slice_and_a_grain_that_the_metric_has(name: str) -> None:
    for target in METRICS[name].get("targets", ()):
        assert target.get("slice", "overall") in ["overall", *METRICS[name]["slices"]]
        assert target.get("grain", "month") in METRICS[name]["grains"]


def test_what_a_metric_requires_are_raw_tables() -> None:
    raw = {
        table["name"]
        for path in (ROOT / "models/staging").glob("*.yml")
        for source in yaml.safe_load(path.read_text()).get("sources", ())
        for table in source["tables"]
    }
    required = {table for data in METRICS.values() for table in data.get("requires", ())}
    assert required and required <= raw
