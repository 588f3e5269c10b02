"""What a metric of dbt's semantic layer means beyond its model: measure, aggregation, filters."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from trustmetrics.register.load import metric_id

# What only describes a definition, or says where it is written, is not part of it.
WORDS = (
    "config created_at depends_on description docs fqn group label meta metadata "
    "original_file_path package_name path primary_entity refs resource_type source_file sources "
    "tags unique_id unrendered_config"
)


def semantic_definition(manifest: Mapping[str, Any], metric: str, model: str) -> str:
    """Return what the semantic layer says of a metric, and of all that it is made of, as text.

    Empty where it has no metric of that name over that model. Of a semantic model, what counts is
    the measures that are used, and the time and the dimensions that these or a filter name.

    Args:
        manifest: dbt's manifest.json, read.
        metric: the metric's id.
        model: the dbt model that the register names.
    """
    metrics = manifest.get("metrics", {})
    start = next((one for one, m in metrics.items() if metric_id(m["name"]) == metric), None)
    if start is None:
        return ""
    used = reachable([start], lambda one: [m for m in _inputs(metrics[one]) if m in metrics])
    found = sorted((metrics[one] for one in used), key=lambda one: one["name"])
    inputs = {one for each in found for one in _inputs(each)}
    bases = [one for key, one in manifest.get("semantic_models", {}).items() if key in inputs]
    if model not in [_model_of(manifest, one) for one in bases]:
        return ""
    text = _text(found)
    return json.dumps([text, *sorted(_part(one, set(_words(text))) for one in bases)])


def reachable(start: Iterable[str], onwards: Callable[[str], Iterable[str]]) -> set[str]:
    """Return what can be reached in a graph, the start included."""
    found: set[str] = set()
    stack = list(start)
    while stack:
        one = stack.pop()
        if one not in found:
            found.add(one)
            stack += onwards(one)
    return found


def _inputs(node: Mapping[str, Any]) -> list[str]:
    return node["depends_on"]["nodes"]


def _model_of(manifest: Mapping[str, Any], semantic_model: Mapping[str, Any]) -> str:
    nodes = manifest["nodes"]
    return next((nodes[one]["name"] for one in _inputs(semantic_model) if one in nodes), "")


def _part(semantic_model: Mapping[str, Any], used: set[str]) -> str:
    """What is used of a semantic model, as text."""
    text = _text([one for one in semantic_model["measures"] if one["name"] in used])
    default = (semantic_model.get("defaults") or {}).get("agg_time_dimension") or ""
    named = {*used, *_words(text), default}
    others = [
        _bare(one)
        for kind in ("dimensions", "entities")
        for one in semantic_model.get(kind, ())
        if one["name"] in named
    ]
    return json.dumps([semantic_model["name"], default, text, others], sort_keys=True)


def _text(definitions: list[Mapping[str, Any]]) -> str:
    return json.dumps([_bare(one) for one in definitions], sort_keys=True)


def _words(text: str) -> Iterator[str]:
    """The names in a text, and the parts of a filter's dimension, such as order__status."""
    for word in re.findall(r"\w+", text):
        yield from (word, *word.split("__"))


def _bare(value: Any) -> Any:
    """A definition without the words about it, and without what it leaves empty."""
    if isinstance(value, Mapping):
        said = {key: one for key, one in value.items() if key not in WORDS.split()}
        return {key: _bare(one) for key, one in said.items() if one not in (None, "", [], {})}
    return [_bare(one) for one in value] if isinstance(value, list) else value
