"""What dbt compiles of a copy of the project: models and seeds in the order of their building."""

from __future__ import annotations

import csv
import json
import os
from dataclasses import dataclass
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

from dbt.cli.main import dbtRunner

from .apply import Edit, apply, copy_project, restore

ENVIRONMENT = {
    "TRUSTMETRICS_TARGET": "duckdb",
    "TRUSTMETRICS_DATABASE": ":memory:",
    "TRUSTMETRICS_AS_OF": "",
}
AS_OF = '"staging"."as_of"'


@dataclass(frozen=True)
class Node:
    """A model or a seed.

    Attributes:
        relation: schema and name, quoted.
        sql: the query that makes it.
        reads: the relations of the models and seeds that it reads.
        metric: the version of a metric of which it is the mart, such as rework_rate_v1, or None.
    """

    relation: str
    sql: str
    reads: frozenset[str]
    metric: str | None


Nodes = dict[str, Node]


class DoesNotCompileError(Exception):
    """dbt could not parse or compile the edited project; the message is dbt's."""


class Compiler:
    """A copy of the project that edits are applied to, one at a time."""

    def __init__(self, folder: Path) -> None:
        """Copy the project into a folder and compile it unchanged."""
        os.environ.update(ENVIRONMENT)
        self._pristine = copy_project(folder / "pristine")
        self._edited = copy_project(folder / "edited")
        self.base = compiled(self._edited)

    def edited(self, edit: Edit) -> Nodes:
        """The project with one edit.

        Raises:
            CorpusError: the edit does not apply.
            DoesNotCompileError: dbt cannot compile what it leaves.
        """
        try:
            apply(edit, self._edited)
            return compiled(self._edited)
        finally:
            restore(edit, self._edited, self._pristine)


def compiled(project: Path) -> Nodes:
    """The models and seeds of a project, in the order of their building.

    Raises:
        DoesNotCompileError: dbt cannot parse or compile it.
    """
    arguments = ["--quiet", "compile", "--project-dir", str(project)]
    arguments += ["--profiles-dir", str(project), "--no-populate-cache", "--threads", "1"]
    arguments += ["--select", "resource_type:model", "--indirect-selection", "empty"]
    done = dbtRunner().invoke(arguments)
    if not done.success:
        failed = [result.message for result in getattr(done.result, "results", [])]
        raise DoesNotCompileError(" ".join(map(str, [done.exception or "", *filter(None, failed)])))
    nodes = json.loads((project / "target" / "manifest.json").read_text())["nodes"]
    nodes = {k: v for k, v in nodes.items() if v["resource_type"] in ("model", "seed")}
    names = {key: f'"{node["schema"]}"."{node["alias"]}"' for key, node in nodes.items()}
    found = {}
    for key, node in nodes.items():
        is_seed = node["resource_type"] == "seed"
        sql = (
            seed_query(project / node["original_file_path"], node)
            if is_seed
            else node["compiled_code"]
        )
        reads = frozenset(names[n] for n in node["depends_on"].get("nodes", []) if n in names)
        is_mart = "metric" in node.get("tags", [])
        found[names[key]] = Node(names[key], sql, reads, node["alias"] if is_mart else None)
    order = TopologicalSorter({name: node.reads for name, node in found.items()})
    return {name: found[name] for name in order.static_order()}


def seed_query(path: Path, node: dict[str, Any]) -> str:
    """A query of a seed's rows, with the types that the project gives its columns."""
    header, *rows = csv.reader(path.read_text().splitlines())
    types = node["config"]["column_types"]
    cells = [
        ", ".join("null" if cell == "" else "'" + cell.replace("'", "''") + "'" for cell in row)
        for row in rows
    ]
    columns = ", ".join(f"cast({name} as {types[name]}) as {name}" for name in header)
    # VALUES needs a row: a seed without one gets a row that does not count.
    values = ", ".join(f"({row}, true)" for row in cells) or f"({'null, ' * len(header)}false)"
    names = ", ".join([*header, "counts"])
    return f"select {columns} from (values {values}) as rows ({names}) where counts"
