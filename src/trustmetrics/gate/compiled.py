"""Compiles a project with dbt and reads the fingerprints of the registered models off it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from trustmetrics.errors import UserError
from trustmetrics.fingerprint.canonical import digest_of
from trustmetrics.fingerprint.project import CompiledProject
from trustmetrics.gate.comparison import Key, State, wanted_versions
from trustmetrics.gate.dbt_run import CACHE, OnNode, manifest_of
from trustmetrics.gate.paths import check_project
from trustmetrics.gate.semantic import semantic_definition
from trustmetrics.gate.words import number_columns, read_vocabularies, versions_of
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
        UserError: there is none, or dbt cannot compile it; the message is dbt's, on one line.
    """
    check_project(project)
    target = (project / CACHE).resolve()
    target.mkdir(parents=True, exist_ok=True)
    # dbt parses only what changed, as long as the folder and the variables stay the same. Where
    # the raw data are on this machine is not part of a meaning.
    variables = {
        "database_variable": str(target / "compile.duckdb"),
        "raw_variable": "raw",
        "as_of_variable": "",
    }
    command = ["compile", "--select", "resource_type:model"]
    trouble = f"dbt cannot compile '{project.name}'"
    manifest = manifest_of(command, project, register, target, variables, trouble, on_node)
    return CompiledProject(manifest, project, register.leaves, register.vocabularies)


def read_state(compiled: CompiledProject, register: Register, with_moves: bool = False) -> State:
    """Return what a compiled tree tells; its lock does not say who made it.

    Args:
        compiled: the tree.
        register: its register.
        with_moves: whether to find what each vocabulary can move.

    Raises:
        UserError: an entry of the register names a model or a column that does not exist.
    """
    state = State(Lock())
    for metric in register.entries.values():
        nodes = compiled.models(metric.model)
        if not nodes and wanted_versions(metric):
            raise UserError(
                f"{metric.path} names the model '{metric.model}', which the project does not have. "
                "Correct the name, or deprecate the metric if it is gone"
            )
        state.model_versions[metric.model] = list(nodes)
        by_version = versions_of(metric, nodes)
        for version in metric.opened:
            if version in by_version:
                _read_version(compiled, register, (metric, version), by_version[version], state)
        engines = compiled.macros.of_other_engines(compiled.upstream(nodes.values()))
        state.engines_of[metric.name] = sorted(engines)
        state.lock.engines |= engines
    for name in register.settings.get("contracts", ()):
        for node in compiled.models(name).values():
            state.lock.contracts[_label(node)] = _contract(compiled, node)
    known = {metric.model for metric in register.entries.values()}
    tagged = {
        node["name"]
        for node in compiled.manifest["nodes"].values()
        if node["resource_type"] == "model" and METRIC_TAG in node.get("tags", ())
    }
    state.unregistered = sorted(tagged - known)
    state.unpublished = list(_unpublished(compiled, register, sorted(state.lock.versions)))
    state.as_text = sorted({f"{hint}: {why}" for hint, why in compiled.opaque})
    read_vocabularies(compiled, register, state, with_moves)
    return state


def _read_version(
    compiled: CompiledProject,
    register: Register,
    of: tuple[Registered, int],
    node: Mapping[str, Any],
    state: State,
) -> None:
    metric, version = of
    there, missing = number_columns(compiled, register, metric, node)
    state.missing_columns += [(metric.name, _label(node), name) for name in missing]
    found = compiled.fingerprint(node, there)
    logic, meaning = found.logic, found.meaning
    defined = semantic_definition(compiled.manifest, metric.name, metric.model)
    if defined:
        logic, meaning = digest_of(logic, defined), digest_of(meaning, defined)
    locked = Locked(logic, found.seeds, meaning, vocabularies=found.vocabularies)
    state.lock.versions[metric.name, version] = locked
    state.lock.contracts[_label(node)] = _contract(compiled, node)
    stating = register.settings.get("version_column", "").lower()
    for column in compiled.column_names(node):
        if column.lower() == stating and not metric.is_leaf:
            state.stated_versions[metric.name, version] = _stated(compiled, node, column)


def _unpublished(
    compiled: CompiledProject, register: Register, versions: Iterable[Key]
) -> Iterable[Key]:
    """The versions that the published model leaves out, or changes on the way."""
    nodes = compiled.models(register.settings.get("published", ""))
    if not nodes:
        return
    # Of a published model with versions the latest is the one that readers open.
    published = nodes[max(nodes, key=lambda version: version or 0)]
    for name, version in versions:
        metric = register.entries[name]
        models = compiled.models(metric.model)
        own = models.get(version) or models[None]
        if not metric.is_leaf and not compiled.passes_on(published, own):
            yield name, version


def _label(node: Mapping[str, Any]) -> str:
    version = node.get("version")
    return node["name"] if version is None else f"{node['name']}_v{version}"


def _contract(compiled: CompiledProject, node: Mapping[str, Any]) -> dict[str, str]:
    """The columns of a model, with the type that is declared for each; empty where none is."""
    declared = {
        name.lower(): str(column.get("data_type") or "").lower()
        for name, column in node["columns"].items()
    }
    return {name: declared.get(name, "") for name in compiled.column_names(node)}


def _stated(compiled: CompiledProject, node: Mapping[str, Any], column: str) -> int | None:
    """The number that a model puts into its version column.

    NOT_PLAIN where that is not a literal; None where it cannot be told, as of a union.
    """
    value = compiled.value_of(node, column)
    if value is None:
        return None
    is_plain = value.op == "literal" and value.data[1].isdigit()
    return int(value.data[1]) if is_plain else NOT_PLAIN
