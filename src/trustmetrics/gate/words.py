"""What a compiled project tells of its vocabularies: files, rows, and what they can move."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from trustmetrics.fingerprint.canonical import digest_of
from trustmetrics.fingerprint.project import CompiledProject, seed_form
from trustmetrics.fingerprint.seeds import contents, seed_rows
from trustmetrics.gate.comparison import Seed, State
from trustmetrics.register.load import Register, Registered

SLICE = "slice"
OVERALL = "overall"
Nodes = Mapping[int | str | None, dict[str, Any]]


def versions_of(metric: Registered, nodes: Nodes) -> Nodes:
    """Return a model's nodes by the metric's version."""
    return {metric.latest: nodes[None]} if None in nodes else nodes


def number_columns(
    compiled: CompiledProject, register: Register, metric: Registered, node: Mapping[str, Any]
) -> tuple[list[str], list[str]]:
    """Return the columns that are the number: those that a model has, and those that it lacks."""
    names = compiled.column_names(node)
    wanted = metric.number_columns(names, register.settings.get("version_column"))
    return [one for one in wanted if one in names], [one for one in wanted if one not in names]


def read_vocabularies(
    compiled: CompiledProject, register: Register, state: State, with_moves: bool
) -> None:
    """Add to a state what it says of vocabularies; the fingerprints are there already.

    Args:
        compiled: the tree.
        register: its register.
        state: what is known of it.
        with_moves: whether to find what each vocabulary can move.
    """
    for name in register.vocabularies:
        node = compiled.seed_of(name)
        if node is None:
            continue
        seed = Seed(node["original_file_path"], *seed_form(node))
        state.seeds[name] = seed
        columns = state.columns_read(name)
        rows = seed_rows(compiled.root / seed.path, seed.types, seed.delimiter)
        state.lock.vocabularies[name] = digest_of(*columns, *contents(rows, columns))
    if with_moves:
        _read_moves(compiled, register, state)


def _read_moves(compiled: CompiledProject, register: Register, state: State) -> None:
    """An upper bound: a slice that is not named does not depend on the vocabulary."""
    found: dict[str, dict[str, set[str]]] = {name: {} for name in state.seeds}
    for metric in register.entries.values():
        slices = [OVERALL, *metric.data.get("slices", ())]
        for version, node in versions_of(metric, compiled.models(metric.model)).items():
            locked = state.lock.versions.get((metric.name, version))
            if locked is None or not locked.vocabularies or metric.is_leaf:
                continue
            columns, _ = number_columns(compiled, register, metric, node)
            by_slice = dict.fromkeys(slices, frozenset(locked.vocabularies))
            # Only where the register decides which slices there are is none left out.
            if register.settings.get("generates") and SLICE in compiled.column_names(node):
                by_slice = compiled.read_by_slice(node, columns, SLICE, slices)
            for one, read in by_slice.items():
                for name in read:
                    found[name].setdefault(metric.name, set()).add(one)
    state.moves = {
        name: {
            metric: [one for one in _slices(register, metric) if one in moved]
            for metric, moved in sorted(by_metric.items())
        }
        for name, by_metric in found.items()
    }


def _slices(register: Register, metric: str) -> list[str]:
    """The slices of a metric in the order of the register."""
    return [OVERALL, *register.entries[metric].data.get("slices", ())]
