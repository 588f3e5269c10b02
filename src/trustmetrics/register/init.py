"""Proposes a register for a dbt project from its manifest."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from trustmetrics.errors import UserError
from trustmetrics.register.load import FOLDER, SETTINGS, metric_id
from trustmetrics.register.yaml_file import yaml_text

SETTINGS_TEXT = """\
# How this register is kept. Fields: docs/guides/gate_any_project.md of trustmetrics.
# required: [title, question, unit]
# version_column: metric_version
# raw_variable and database_variable let trustmetrics metric impact build both meanings.
required: []
"""


def proposed(
    manifest: Mapping[str, Any], tag: str, only: Collection[str] = ()
) -> dict[str, dict[str, Any]]:
    """Return an entry for each metric of the semantic layer and each model with a tag, by metric.

    What the manifest does not know stays empty, for people to fill in: the gate asks for it.

    Args:
        manifest: dbt's manifest.json, read.
        tag: the tag of models that are metrics.
        only: names of models or metrics; empty: all.
    """
    found: dict[str, dict[str, Any]] = {}
    for named, model, described, columns in [*_semantic(manifest), *_tagged(manifest, tag)]:
        name = metric_id(named)
        if name in found or (only and not {name, named, model}.intersection(only)):
            continue
        entry: dict[str, Any] = {
            "metric": name,
            "title": (described.get("label") or name.replace("_", " ").capitalize()),
            "owner": _owner(described),
        }
        if described.get("description"):
            entry["question"] = " ".join(described["description"].split())
        if model != name:
            entry["model"] = model
        if columns:
            entry["columns"] = columns
        today = date.today()
        entry["versions"] = [
            {
                "version": 1,
                "change": "introduced",
                "reason": None,
                "decided_by": None,
                "decided_on": today,
                "effective_from": today,
                "restates_history": False,
            }
        ]
        found[name] = entry
    return found


def write_register(project: Path, entries: Mapping[str, dict[str, Any]]) -> list[str]:
    """Write a file for each entry that has none yet; the files written, from the project's folder.

    Raises:
        UserError: there is nothing to write.
    """
    if not entries:
        raise UserError(
            "the project has no metric of the semantic layer and no model with the tag. Tag the "
            "models that are metrics (tags: [metric]), or name another: --tag"
        )
    folder = project / FOLDER
    folder.mkdir(exist_ok=True)
    written: list[str] = []
    if not (folder / SETTINGS).exists():
        (folder / SETTINGS).write_text(SETTINGS_TEXT, encoding="utf-8")
        written.append(f"{FOLDER}/{SETTINGS}")
    for name, entry in sorted(entries.items()):
        path = folder / f"{name}.yml"
        if not path.exists():
            path.write_text(yaml_text(entry), encoding="utf-8")
            written.append(f"{FOLDER}/{name}.yml")
    return written


Proposal = tuple[str, str, Mapping[str, Any], dict[str, Any]]


def _semantic(manifest: Mapping[str, Any]) -> Iterator[Proposal]:
    """Metrics of the semantic layer that rest on one measure of one semantic model."""
    semantic = manifest.get("semantic_models", {})
    nodes = manifest["nodes"]
    for metric in manifest.get("metrics", {}).values():
        for model in (semantic[one] for one in metric["depends_on"]["nodes"] if one in semantic):
            bases = [one for one in model["depends_on"]["nodes"] if one in nodes]
            if bases:
                yield metric["name"], nodes[bases[0]]["name"], metric, _columns(metric, model)
                break


def _columns(metric: Mapping[str, Any], model: Mapping[str, Any]) -> dict[str, Any]:
    """The columns that a simple metric rests on; none where its measure is an expression."""
    used = (metric["type_params"].get("measure") or {}).get("name")
    measure = next((one for one in model["measures"] if one["name"] == used), None)
    if measure is None:
        return {}
    by_name = {one["name"]: one.get("expr") or one["name"] for one in model["dimensions"]}
    default = (model.get("defaults") or {}).get("agg_time_dimension")
    period = by_name.get(measure.get("agg_time_dimension") or default)
    slices = [by_name[one["name"]] for one in model["dimensions"] if one["type"] == "categorical"]
    found = {"value": measure.get("expr") or measure["name"]}
    found |= {"period": period} if period else {}
    found |= {"slices": slices} if slices else {}
    plain = all(str(one).isidentifier() for one in (found["value"], period or "x", *slices))
    return found if plain else {}


def _tagged(manifest: Mapping[str, Any], tag: str) -> Iterator[Proposal]:
    for node in manifest["nodes"].values():
        if node["resource_type"] == "model" and tag in node.get("tags", ()):
            yield node["name"], node["name"], node, {}


def _owner(described: Mapping[str, Any]) -> str | None:
    meta = (described.get("config") or {}).get("meta") or described.get("meta") or {}
    return meta.get("owner") or described.get("group") or None
