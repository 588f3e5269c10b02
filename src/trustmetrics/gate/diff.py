"""The canonical SQL of a metric on base and working tree, side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from difflib import SequenceMatcher
from pathlib import Path

from rich.console import Console
from rich.table import Table

from trustmetrics.errors import UserError
from trustmetrics.gate.compiled import compiled_project
from trustmetrics.gate.gate import Gate, base_register
from trustmetrics.gate.git import Repository
from trustmetrics.gate.state import OnNode, register_files
from trustmetrics.register.load import FOLDER, Register, parse_register

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
    repository = Repository.around(gate.project)
    base = repository.base(gate.base_ref)
    head = parse_register(register_files(gate.project))
    before = base_register(repository.files_at(base, FOLDER), base, head)
    with gate.exported(repository, base) as export:
        old = _lines(export(), before, name, gate.progress("compiling the base"), f" at {base}")
    new = _lines(gate.project, head, name, gate.progress("compiling"), "")
    rows = list(_aligned(old, new, full))
    titles = (f"{name} version {_latest(before, name)}, {base}", f"version {_latest(head, name)}")
    return lambda: _print(rows, titles), old != new


def _latest(register: Register, name: str) -> int:
    return register.entries[name].latest


def _lines(tree: Path, register: Register, name: str, on_node: OnNode, where: str) -> list[str]:
    if name not in register.entries:
        raise UserError(f"there is no metric '{name}' in the register{where}")
    metric = register.entries[name]
    compiled = compiled_project(tree, register, on_node)
    nodes = compiled.models(metric.model)
    node = nodes.get(metric.latest) or nodes.get(None)
    if node is None:
        raise UserError(f"version {metric.latest} of {name} has no model{where}")
    names = compiled.column_names(node)
    wanted = metric.number_columns(names, register.settings.get("version_column"))
    lines = compiled.text(node, [one for one in wanted if one in names])
    seeds = compiled.fingerprint(node, [one for one in wanted if one in names]).seeds
    return [*lines, "", *(f"-- seed {seed}: {digest}" for seed, digest in seeds.items())]


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
        console.print("no difference: both mean the same")
        return
    table = Table("", *titles, box=None, padding=(0, 1), expand=True)
    for left, right, differs in rows:
        table.add_row("!" if differs else "", left, right, style="bold" if differs else "dim")
    console.width = max(console.width, NARROWEST)
    console.print(table)
