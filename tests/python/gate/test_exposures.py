"""The exposures name what reads the marts, so that the price of a change names whom it reaches."""

from __future__ import annotations

import re

import pytest
import yaml

from tests.python.helpers import ROOT

QUERIES = {
    "trustmetrics_scorecard": "src/trustmetrics/scorecard/sql",
    "trustmetrics_check": "src/trustmetrics/check/sql",
    "trustmetrics_reports": "src/trustmetrics/insight/sql",
    "trustmetrics_dashboards": "dashboards/sources",
    "trustmetrics_superset": "dashboards/superset/bundle/datasets",
}
MODELS = {path.stem for path in (ROOT / "models").rglob("*.sql")}


def _exposures() -> dict[str, dict]:
    text = (ROOT / "models" / "exposures.yml").read_text("utf-8")
    return {one["name"]: one for one in yaml.safe_load(text)["exposures"]}


def test_each_exposure_is_looked_at() -> None:
    assert _exposures().keys() == QUERIES.keys()


@pytest.mark.parametrize("name", QUERIES)
def test_an_exposure_depends_on_the_models_that_its_queries_read(name: str) -> None:
    queries = [*(ROOT / QUERIES[name]).rglob("*.sql"), *(ROOT / QUERIES[name]).rglob("*.yaml")]
    text = "\n".join(path.read_text("utf-8") for path in queries)
    # A dataset of Superset names its table and its schema in keys of their own.
    text = re.sub(r"^table_name: ", "marts.", text, flags=re.MULTILINE)
    read = set(re.findall(r"\b(?:marts|restricted|staging)\.(\w+)", text)) & MODELS
    declared = re.findall(r"ref\('(\w+)'\)", " ".join(_exposures()[name]["depends_on"]))
    assert read == set(declared)
