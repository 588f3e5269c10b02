"""The canonical SQL of a metric on base and working tree, side by side."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from difflib import SequenceMatcher
from itertools import zip_longest

from rich.table import Table

from trustmetrics.fingerprint.project import CompiledProject
from trustmetrics.gate.compiled import compiled_project, number_columns
from trustmetrics.gate.gate import Gate
from trustmetrics.register.load import Register, version_pairs

CONTEXT = 3


def side_by_side(gate: Gate, name: str, full: bool) -> tuple[list[Table | str], bool]:
    """Return what to print for each version of a metric, and whether there is a difference.

    Args:
        gate: the project, its base and its progress.
        name: the metric.
        full: every line, not only those near a difference.

    Raises:
        UserError: the metric is not on both sides, or a side does not compile.
    """
    before, head = gate.before, gate.head
    pairs = version_pairs(name, before, head, str(gate.base))
    with gate.exported() as export:
        # Whether a seed counts row by row must be one answer for both sides.
        before = replace(before, vocabularies=head.vocabularies)
        compiled = compiled_project(export(), before, gate.progress("compiling the base"))
        old = [_lines(compiled, before, name, pair[0]) for pair in pairs]
    compiled = compiled_project(gate.project, head, gate.progress("compiling"))
    new = [_lines(compiled, head, name, pair[1]) for pair in pairs]
    shown: list[Table | str] = []
    for (old_version, new_version), left, right in zip(pairs, old, new, strict=True):
        titles = (f"{name} version {old_version}, {gate.base}", f"version {new_version}")
        if left == right:
            shown.append(f"{titles[0]}, and {titles[1]}: no difference")
            continue
        table = Table("", *titles, box=None, padding=(0, 1), expand=True)
        for *texts, differs in _aligned(left, right, full):
            table.add_row("!" if differs else "", *texts, style="bold" if differs else "dim")
        shown.append(table)
    return shown, old != new


def _lines(compiled: CompiledProject, register: Register, name: str, version: int) -> list[str]:
    metric = register.entries[name]
    nodes = compiled.models(metric.model)
    node = nodes.get(version) or nodes.get(None)
    if node is None:
        return [f"-- version {version} of {name} has no model"]
    wanted, _ = number_columns(compiled, register, metric, node)
    found = compiled.fingerprint(node, wanted)
    listed = [f"-- seed {seed}: {digest}" for seed, digest in found.seeds.items()]
    listed += [
        f"-- vocabulary {one}: {', '.join(read)}" for one, read in found.vocabularies.items()
    ]
    return [*compiled.text(node, wanted), "", *listed]


def _aligned(old: list[str], new: list[str], full: bool) -> Iterator[tuple[str, str, bool]]:
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    groups = [matcher.get_opcodes()] if full else matcher.get_grouped_opcodes(CONTEXT)
    for number, group in enumerate(groups):
        if number:
            yield "...", "...", False
        for kind, old_start, old_end, new_start, new_end in group:
            lines = zip_longest(old[old_start:old_end], new[new_start:new_end], fillvalue="")
            yield from ((left, right, kind != "equal") for left, right in lines)
