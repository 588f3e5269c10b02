"""What a metric of dbt's semantic layer means beyond its model: measure, aggregation, filters."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from trustmetrics.register.load import metric_id

# What describes a definition, or says where it stands, is no part of it.
WORDS = frozenset(
    {
        "config",
        "created_at",
        "depends_on",
        "description",
        "docs",
        "fqn",
        "group",
        "label",
        "meta",
        "metadata",
        "original_file_path",
        "package_name",
        "path",
        "primary_entity",
        "refs",
        "resource_type",
        "source_file",
        "sources",
        "tags",
        "unique_id",
        "unrendered_config",
    }
)


def semantic_definition(manifest: Mapping[str, Any], metric: str, model: str) -> str:
    """Return what the semantic layer says of a metric, and of all that it is made of, as text.

    Empty where it has no metric of that name over that model. Of a semantic model the measures
    count that are used, and the time and the dimensions that these or a filter name.

    Args:
        manifest: dbt's manifest.json, read.
        metric: the metric's id.
        model: the dbt model that the register names.
    """
    metrics = {one["name"]: one for one in manifest.get("metrics", {}).values()}
    name = next((name for name in metrics if metric_id(name) == metric), None)
    if name is None:
        return ""
    found = [metrics[one] for one in sorted(_made_of(metrics, name))]
    text = json.dumps([_bare(one) for one in found], sort_keys=True)
    used = set(_words(text))
    bases = [
        one
        for one in manifest.get("semantic_models", {}).values()
        if any(one["unique_id"] in each["depends_on"]["nodes"] for each in found)
    ]
    if not any(_model_of(manifest, one) == model for one in bases):
        return ""
    parts = [part for one in bases for part in _parts(one, used)]
    return json.dumps([text, *sorted(parts)])


def _made_of(metrics: Mapping[str, Any], name: str) -> set[str]:
    """A metric and those that it is computed from."""
    found: set[str] = set()
    stack = [name]
    by_id = {one["unique_id"]: each for each, one in metrics.items()}
    while stack:
        one = stack.pop()
        if one not in found:
            found.add(one)
            stack += [by_id[key] for key in metrics[one]["depends_on"]["nodes"] if key in by_id]
    return found


def _model_of(manifest: Mapping[str, Any], semantic_model: Mapping[str, Any]) -> str:
    nodes = manifest["nodes"]
    bases = [one for one in semantic_model["depends_on"]["nodes"] if one in nodes]
    return nodes[bases[0]]["name"] if bases else ""


def _parts(semantic_model: Mapping[str, Any], used: set[str]) -> Iterator[str]:
    measures = [one for one in semantic_model["measures"] if one["name"] in used]
    text = json.dumps([_bare(one) for one in measures], sort_keys=True)
    default = (semantic_model.get("defaults") or {}).get("agg_time_dimension") or ""
    named = used | set(_words(text)) | {default}
    others = [
        _bare(one)
        for kind in ("dimensions", "entities")
        for one in semantic_model.get(kind, ())
        if one["name"] in named
    ]
    yield json.dumps([semantic_model["name"], default, text, others], sort_keys=True)


def _words(text: str) -> Iterator[str]:
    """The names in a text; of a dimension in a filter, order__status, the parts, too."""
    for word in re.findall(r"\w+", text):
        yield word
        yield from word.split("__")


def _bare(value: Any) -> Any:
    if isinstance(value, Mapping):
        said = {key: one for key, one in value.items() if key not in WORDS}
        return {key: _bare(one) for key, one in said.items() if one not in (None, "", [], {})}
    if isinstance(value, list):
        return [_bare(one) for one in value]
    return value
