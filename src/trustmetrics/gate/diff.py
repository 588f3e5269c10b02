"""The canonical SQL of a metric on base and working tree, side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from difflib import SequenceMatcher

from rich.console import Console
from rich.table import Table

from trustmetrics.fingerprint.project import CompiledProject
from trustmetrics.gate.compiled import compiled_project
from trustmetrics.gate.gate import Gate
from trustmetrics.register.load import Register, version_pairs

CONTEXT = 3
NARROWEST = 160
Row = tuple[str, str, bool]


def side_by_side(gate: Gate, name: str, full: bool) -> tuple[Callable[[], None], bool]:
    """Return a function that prints the comparison, and whether there is a difference.

    Args:
        gate: the project, its base and its progress.
        name: the metric.
        full: every line, not only those near a difference.

    Raises:
        UserError: the metric is not on both sides, or a side does not compile.
    """
    repository, base, before, head = gate.sides()
    pairs = version_pairs(name, before, head, str(base))
    with gate.exported(repository, base) as export:
        compiled = compiled_project(export(), before, gate.progress("compiling the base"))
        old = [_lines(compiled, before, name, pair[0]) for pair in pairs]
    compiled = compiled_project(gate.project, head, gate.progress("compiling"))
    new = [_lines(compiled, head, name, pair[1]) for pair in pairs]

    def shown() -> None:
        for (old_version, new_version), left, right in zip(pairs, old, new, strict=True):
            titles = (f"{name} version {old_version}, {base}", f"version {new_version}")
            _print(list(_aligned(left, right, full)), titles)

    return shown, old != new


def _lines(compiled: CompiledProject, register: Register, name: str, version: int) -> list[str]:
    metric = register.entries[name]
    nodes = compiled.models(metric.model)
    node = nodes.get(version) or nodes.get(None)
    if node is None:
        return [f"-- version {version} of {name} has no model"]
    names = compiled.column_names(node)
    wanted = metric.number_columns(names, register.settings.get("version_column"))
    wanted = [one for one in wanted if one in names]
    seeds = compiled.fingerprint(node, wanted).seeds
    listed = [f"-- seed {seed}: {digest}" for seed, digest in seeds.items()]
    return [*compiled.text(node, wanted), "", *listed]


def _aligned(old: list[str], new: list[str], full: bool) -> Iterator[Row]:
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    groups = [matcher.get_opcodes()] if full else matcher.get_grouped_opcodes(CONTEXT)
    for number, group in enumerate(groups):
        if number:
            yield "...", "...", False
        for kind, old_start, old_end, new_start, new_end in group:
            left, right = old[old_start:old_end], new[new_start:new_end]
            for place in range(max(len(left), len(right))):
                yield (
                    left[place] if place < len(left) else "",
                    right[place] if place < len(right) else "",
                    kind != "equal",
                )


def _print(rows: list[Row], titles: tuple[str, str]) -> None:
    console = Console(highlight=False, markup=False)
    if not any(differs for *_, differs in rows):
        console.print(f"{titles[0]}, and {titles[1]}: no difference")
        return
    table = Table("", *titles, box=None, padding=(0, 1), expand=True)
    for left, right, differs in rows:
        table.add_row("!" if differs else "", left, right, style="bold" if differs else "dim")
    console.width = max(console.width, NARROWEST)
    console.print(table)
