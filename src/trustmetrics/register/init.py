"""Proposes a register for a dbt project from its manifest."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
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
REASON = "Registered as it stands: it was in use before this register began."
Node = Mapping[str, Any]


@dataclass(frozen=True)
class Said:
    """What people say of metrics that are registered as they stand.

    Attributes:
        owner: the team that answers for a metric whose model names none; None: not known.
        decided_by: who decided to register them; None: not known.
        reason: why they are registered.
    """

    owner: str | None = None
    decided_by: str | None = None
    reason: str = REASON


def proposed(
    manifest: Mapping[str, Any],
    tag: str,
    only: Collection[str],
    said: Said,
    column_names: Callable[[Node], list[str]],
) -> dict[str, dict[str, Any]]:
    """Return an entry for each metric of the semantic layer and each model with a tag, by metric.

    What neither the manifest nor people say stays empty: the gate asks for it.

    Args:
        manifest: dbt's manifest.json, read.
        tag: the tag of models that are metrics.
        only: names of models or metrics; empty: all.
        said: what people say.
        column_names: gives a model's columns.

    Raises:
        UserError: a model's dbt versions are not whole numbers from 1.
    """
    found: dict[str, dict[str, Any]] = {}
    nodes: dict[str, list[Node]] = {}
    for node in manifest["nodes"].values():
        if node["resource_type"] == "model":
            nodes.setdefault(node["name"], []).append(node)
    for named, model, described, columns in [*_semantic(manifest), *_tagged(manifest, tag)]:
        name = metric_id(named)
        if name in found or (only and not {name, named, model}.intersection(only)):
            continue
        entry: dict[str, Any] = {
            "metric": name,
            "title": (described.get("label") or name.replace("_", " ").capitalize()),
            "owner": _owner(described) or said.owner,
        }
        if described.get("description"):
            entry["question"] = " ".join(described["description"].split())
        if model != name:
            entry["model"] = model
        if columns and _has_all(columns, nodes[model], column_names):
            entry["columns"] = columns
        entry["versions"] = _history(model, [one.get("version") for one in nodes[model]], said)
        found[name] = entry
    return found


def _history(model: str, versions: list[Any], said: Said) -> list[dict[str, Any]]:
    """A history that opens each dbt version of a model; one that is missing has gone before."""
    if versions == [None]:
        versions = [1]
    if not all(isinstance(one, int) and one > 0 for one in versions):
        listed = ", ".join(map(str, versions))
        raise UserError(
            f"the model '{model}' has the dbt versions {listed}; the register counts whole "
            "numbers from 1. Renumber them, or register others: --only NAME"
        )

    def entry(version: int, change: str) -> dict[str, Any]:
        # A date of its own for each field: YAML would make a shared one an anchor.
        return {
            "version": version,
            "change": change,
            "reason": said.reason,
            "decided_by": said.decided_by,
            "decided_on": date.today(),
            "effective_from": date.today(),
            "restates_history": False,
        }

    numbers = range(1, max(versions) + 1)
    opened = [entry(one, "introduced" if one == 1 else "breaking") for one in numbers]
    return opened + [entry(one, "deprecated") for one in numbers if one not in versions]


def _has_all(
    columns: Mapping[str, Any], nodes: list[Node], column_names: Callable[[Node], list[str]]
) -> bool:
    """Whether every version of a model has the columns that a semantic metric names."""
    listed = [columns["value"], *columns.get("slices", ())]
    wanted = {name.lower() for name in [*listed, columns.get("period", listed[0])]}
    return all(wanted <= {name.lower() for name in column_names(node)} for node in nodes)


def open_questions(project: Path, entries: Mapping[str, dict[str, Any]]) -> dict[str, list[str]]:
    """Return, by field, the metrics to be registered for which nobody has said it."""
    new = {name: one for name, one in entries.items() if not _file(project, name).exists()}
    ownerless = [name for name, one in sorted(new.items()) if not one["owner"]]
    undecided = [name for name, one in sorted(new.items()) if not one["versions"][0]["decided_by"]]
    found = {"owner": ownerless, "decided_by": undecided}
    return {field: names for field, names in found.items() if names}


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
        path = _file(project, name)
        if not path.exists():
            path.write_text(yaml_text(entry), encoding="utf-8")
            written.append(f"{FOLDER}/{name}.yml")
    return written


def _file(project: Path, name: str) -> Path:
    return project / FOLDER / f"{name}.yml"


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
