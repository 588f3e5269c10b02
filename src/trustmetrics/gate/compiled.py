"""Runs dbt compile and reads the fingerprints of the registered models off it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from trustmetrics.dbt_errors import essence
from trustmetrics.dbt_process import run_dbt
from trustmetrics.errors import UserError
from trustmetrics.fingerprint.canonical import digest_of
from trustmetrics.fingerprint.project import CompiledProject
from trustmetrics.gate.semantic import semantic_definition
from trustmetrics.gate.state import CACHE, OnNode, State, canonicaliser, wanted_versions
from trustmetrics.register.load import Register, Registered
from trustmetrics.register.lock import Lock, Locked

METRIC_TAG = "metric"
NOT_PLAIN = -1


def compiled_project(project: Path, register: Register, on_node: OnNode) -> CompiledProject:
    """Compile a dbt project.

    Args:
        project: its folder.
        register: its register; the settings name the environment variables to set.
        on_node: progress.

    Raises:
        UserError: dbt cannot compile it; the message is dbt's, on one line.
    """
    target = (project / CACHE).resolve()
    target.mkdir(parents=True, exist_ok=True)
    # dbt parses only what changed, as long as the folder and the variables stay the same.
    settings = register.settings
    environment = {}
    if "database_variable" in settings:
        environment[settings["database_variable"]] = str(target / "compile.duckdb")
    if "raw_variable" in settings:
        # Where the raw data lie on this machine is no part of a meaning.
        environment[settings["raw_variable"]] = "raw"
    if "as_of_variable" in settings:
        environment[settings["as_of_variable"]] = ""
    outcome = run_dbt(
        ["compile", "--select", "resource_type:model", "--target-path", str(target)],
        project,
        environment,
        on_node,
    )
    if outcome.exit_code != 0:
        raise UserError(f"dbt cannot compile '{project.name}': {essence(outcome.errors)}")
    manifest = json.loads((target / "manifest.json").read_text(encoding="utf-8"))
    return CompiledProject(manifest, project, register.leaves)


def read_state(compiled: CompiledProject, register: Register) -> State:
    """Return what the gate knows of a compiled tree.

    Raises:
        UserError: an entry of the register names a model or a column that is not there.
    """
    state = State(Lock(canonicaliser=canonicaliser()))
    for metric in register.entries.values():
        nodes = compiled.models(metric.model)
        if not nodes and wanted_versions(metric):
            raise UserError(
                f"{metric.path} names the model '{metric.model}', which the project does not have. "
                "Mend the name, or add a deprecation for a metric that is gone"
            )
        state.model_versions[metric.model] = list(nodes)
        by_version = {metric.latest: nodes[None]} if None in nodes else nodes
        for version in metric.opened:
            if version in by_version:
                _read_version(compiled, register, metric, version, by_version[version], state)
        _read_engines(compiled, metric, nodes.values(), state)
    for name in register.settings.get("contracts", ()):
        for version, node in compiled.models(name).items():
            state.lock.contracts[_label(name, version)] = _contract(compiled, node)
    known = {metric.model for metric in register.entries.values()}
    state.unregistered = sorted(
        {
            node["name"]
            for node in compiled.manifest["nodes"].values()
            if node["resource_type"] == "model"
            and METRIC_TAG in node.get("tags", ())
            and node["name"] not in known
        }
    )
    state.unpublished = _unpublished(compiled, register, state)
    state.as_text = sorted({f"{hint}: {why}" for hint, why in compiled.opaque})
    return state


def _unpublished(
    compiled: CompiledProject, register: Register, state: State
) -> list[tuple[str, int]]:
    """The versions that the published model leaves out, or changes on the way."""
    nodes = compiled.models(register.settings.get("published", ""))
    if not nodes:
        return []
    # Of a published model with versions the latest is the one that is opened.
    published = nodes[max(nodes, key=lambda version: version or 0)]
    found: list[tuple[str, int]] = []
    for name, version in sorted(state.lock.versions):
        metric = register.entries[name]
        models = compiled.models(metric.model)
        own = models.get(version) or models[None]
        if not metric.is_leaf and not compiled.passes_on(published, own):
            found.append((name, version))
    return found


def _read_version(
    compiled: CompiledProject,
    register: Register,
    metric: Registered,
    version: int,
    node: Mapping[str, Any],
    state: State,
) -> None:
    version_column = register.settings.get("version_column")
    names = compiled.column_names(node)
    label = _label(node["name"], node.get("version"))
    wanted = metric.number_columns(names, version_column)
    state.missing_columns += [(metric.name, label, one) for one in wanted if one not in names]
    found = compiled.fingerprint(node, [one for one in wanted if one in names])
    defined = semantic_definition(compiled.manifest, metric.name, metric.model)
    logic, meaning = found.logic, found.meaning
    if defined:
        logic, meaning = digest_of(logic, defined), digest_of(meaning, defined)
    state.lock.versions[metric.name, version] = Locked(logic, found.seeds, meaning)
    state.lock.contracts[label] = _contract(compiled, node)
    stating = [name for name in names if name.lower() == (version_column or "").lower()]
    if stating and not metric.is_leaf:
        state.stated_versions[metric.name, version] = _stated(compiled, node, stating[0])


def _read_engines(
    compiled: CompiledProject,
    metric: Registered,
    nodes: Iterable[Mapping[str, Any]],
    state: State,
) -> None:
    found = compiled.macros.of_other_engines(compiled.upstream(nodes))
    state.engines_of[metric.name] = sorted(found)
    state.lock.engines |= found


def _label(name: str, version: int | str | None) -> str:
    return name if version is None else f"{name}_v{version}"


def _contract(compiled: CompiledProject, node: Mapping[str, Any]) -> dict[str, str]:
    declared = {
        name.lower(): str(column.get("data_type") or "").lower()
        for name, column in node["columns"].items()
    }
    return {name: declared.get(name, "") for name in compiled.column_names(node)}


def _stated(compiled: CompiledProject, node: Mapping[str, Any], column: str) -> int | None:
    """The number that a model puts into its version column.

    NOT_PLAIN where that is no literal; None where it cannot be told, as of a union.
    """
    flat = compiled.canon(node, [column]).flat
    value = flat.outputs[0] if flat and flat.outputs else None
    while value is not None and value.op == "cast":
        value = value.args[0]
    if value is None:
        return None
    is_plain = value.op == "literal" and value.data[1].isdigit()
    return int(value.data[1]) if is_plain else NOT_PLAIN
