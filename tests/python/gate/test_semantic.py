"""The meaning of a metric of the semantic layer includes its measure and filters."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from trustmetrics.gate.semantic import semantic_definition

BUYERS = {
    "unique_id": "metric.shop.buyers",
    "name": "buyers",
    "label": "Buyers",
    "description": "How many bought?",
    "type": "simple",
    "type_params": {"measure": {"name": "customers", "fill_nulls_with": None}},
    "filter": {
        "where_filters": [{"where_sql_template": "{{ Dimension('order__region') }} = 'EU'"}]
    },
    "depends_on": {"nodes": ["semantic_model.shop.orders"], "macros": []},
}
PER_VISIT = {
    "unique_id": "metric.shop.per_visit",
    "name": "perVisit",
    "type": "ratio",
    "type_params": {"numerator": {"name": "buyers"}, "denominator": {"name": "buyers"}},
    "depends_on": {"nodes": ["metric.shop.buyers"], "macros": []},
}
ORDERS = {
    "unique_id": "semantic_model.shop.orders",
    "name": "orders",
    "depends_on": {"nodes": ["model.shop.orders"], "macros": []},
    "defaults": {"agg_time_dimension": "ordered_on"},
    "entities": [{"name": "order", "type": "primary", "expr": "order_id"}],
    "dimensions": [
        {"name": "ordered_on", "type": "time", "expr": "ordered_on"},
        {"name": "region", "type": "categorical", "expr": "region"},
        {"name": "channel", "type": "categorical", "expr": "channel"},
    ],
    "measures": [
        {"name": "customers", "agg": "count_distinct", "expr": "customer", "description": "who"},
        {"name": "amount", "agg": "sum", "expr": "amount"},
    ],
}


def _manifest() -> dict[str, Any]:
    parts = {
        "nodes": {"model.shop.orders": {"name": "orders"}},
        "metrics": {one["unique_id"]: one for one in (BUYERS, PER_VISIT)},
        "semantic_models": {ORDERS["unique_id"]: ORDERS},
    }
    return deepcopy(parts)


def _set(manifest: dict[str, Any], path: tuple[Any, ...], value: Any) -> None:
    here = manifest
    for key in path[:-1]:
        here = here[key]
    here[path[-1]] = value


METRIC = ("metrics", "metric.shop.buyers")
MODEL = ("semantic_models", "semantic_model.shop.orders")
FILTER = (*METRIC, "filter", "where_filters", 0, "where_sql_template")


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ((*METRIC, "type_params", "measure", "name"), "amount"),
        ((*METRIC, "type_params", "measure", "fill_nulls_with"), 0),
        (FILTER, "{{ Dimension('order__region') }} = 'UK'"),
        ((*MODEL, "measures", 0, "agg"), "count"),
        ((*MODEL, "measures", 0, "expr"), "account"),
        ((*MODEL, "dimensions", 0, "expr"), "paid_on"),
        ((*MODEL, "dimensions", 1, "expr"), "country"),
        ((*MODEL, "defaults", "agg_time_dimension"), "channel"),
    ],
)
@pytest.mark.parametrize("metric", ["buyers", "per_visit"])
def test_a_definition_that_changes_is_another(metric: str, path: tuple, value: Any) -> None:
    manifest = _manifest()
    before = semantic_definition(manifest, metric, "orders")
    _set(manifest, path, value)
    assert before and semantic_definition(manifest, metric, "orders") != before


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ((*METRIC, "label"), "Those who bought"),
        ((*METRIC, "description"), "Who bought?"),
        ((*MODEL, "measures", 0, "description"), "customers"),
        ((*MODEL, "measures", 1, "agg"), "max"),
        ((*MODEL, "dimensions", 2, "expr"), "shop"),
    ],
)
def test_words_and_what_it_does_not_use_are_no_part_of_it(path: tuple, value: Any) -> None:
    manifest = _manifest()
    before = semantic_definition(manifest, "buyers", "orders")
    _set(manifest, path, value)
    assert semantic_definition(manifest, "buyers", "orders") == before


@pytest.mark.parametrize(("metric", "model"), [("visits", "orders"), ("buyers", "returns")])
def test_a_metric_that_it_does_not_define_has_none(metric: str, model: str) -> None:
    assert semantic_definition(_manifest(), metric, model) == ""
