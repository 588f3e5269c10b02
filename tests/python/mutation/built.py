"""What dbt left behind: the compiled SQL, the unit tests and the types of the built columns.

A unit test that overrides macros (metric_grains: [month]) tests other SQL than the model has: that
SQL is read from what dbt compiled for the test, and is a variant of the model. A filter on the
model's result would be simpler and wrong: it lets a fault that mixes grains, which cannot happen
where there is only one, be caught by a test that would not notice it in dbt.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import sqlglot
from sqlglot import exp

from tests.python.mutation.edits import DIALECT

ROOT = Path(__file__).resolve().parents[3]
MUTATED = ("models/intermediate/", "models/marts/")
NOT_MUTATED = ("models/marts/governance/",)
FIXTURE = "__dbt__cte__"
SOURCES = ("models", "macros", "seeds", "tests/data", "dbt_project.yml")
REF = re.compile(r"""ref\(\s*['"](\w+)['"]\s*(?:,\s*v(?:ersion)?\s*=\s*(\d+)\s*)?\)""")

Types = dict[str, str]
Row = dict[str, Any]


@dataclass(frozen=True)
class Node:
    """A model, seed or data test of the manifest."""

    id: str
    name: str
    relation: str
    path: str
    raw: str
    sql: str
    view: bool
    parents: tuple[str, ...]
    macros: tuple[str, ...]
    variant_of: str = ""

    @property
    def is_mutated(self) -> bool:
        """Whether faults are put into this node."""
        return self.path.startswith(MUTATED) and not self.path.startswith(NOT_MUTATED)


@dataclass(frozen=True)
class UnitTest:
    """A dbt unit test: the rows of each input, by relation, and the rows that must come out."""

    name: str
    model: str
    given: dict[str, list[Row]]
    expected: list[Row]


@dataclass
class Build:
    """A finished dbt build. Unit tests by the id of the model or variant whose SQL they test."""

    database: Path
    models: dict[str, Node] = field(default_factory=dict)
    variants: dict[str, Node] = field(default_factory=dict)
    data_tests: dict[str, Node] = field(default_factory=dict)
    unit_tests: dict[str, list[UnitTest]] = field(default_factory=dict)
    types: dict[str, Types] = field(default_factory=dict)
    macro_paths: dict[str, str] = field(default_factory=dict)

    @property
    def mutated(self) -> list[Node]:
        """The models that faults are put into, in the order of their paths."""
        return sorted((n for n in self.models.values() if n.is_mutated), key=lambda n: n.path)

    def node(self, unique_id: str) -> Node:
        """A model, or a variant of one."""
        return self.variants.get(unique_id) or self.models[unique_id]

    def ordered(self) -> list[Node]:
        """The models and seeds, each after those that it reads."""
        ordered: list[Node] = []
        waiting = dict(self.models)
        while waiting:
            ready = [n for n in waiting.values() if not set(n.parents) & set(waiting)]
            ordered += ready
            for node in ready:
                del waiting[node.id]
        return ordered


def is_fresh(target: Path, database: Path) -> bool:
    """Whether a build stands that compiled everything, after every source was last changed."""
    file = target / "manifest.json"
    if not file.exists() or not database.exists():
        return False
    manifest = json.loads(file.read_text())
    tests = [t for t in manifest["unit_tests"].values() if t.get("overrides")]
    compiled = [file, *(path for test in tests for path in _compiled(target, test))]
    files = [p for s in SOURCES for p in [ROOT / s, *(ROOT / s).rglob("*")] if p.is_file()]
    changed = max(p.stat().st_mtime for p in files)
    if len(compiled) <= len(tests) or min(p.stat().st_mtime for p in compiled) < changed:
        return False
    nodes = manifest["nodes"].values()
    return all(n.get("compiled_code") for n in nodes if n["resource_type"] in ("model", "test"))


def read_build(target: Path, database: Path) -> Build:
    """The build whose artefacts are in the folder target."""
    manifest = json.loads((target / "manifest.json").read_text())
    build = Build(database, types=_types(database), macro_paths=_macro_paths(manifest))
    for node in manifest["nodes"].values():
        if node["resource_type"] in ("model", "seed"):
            build.models[node["unique_id"]] = _node(node, manifest)
        elif node["resource_type"] == "test":
            build.data_tests[node["unique_id"]] = _node(node, manifest)
    relations = _relations(build, manifest)
    for test in sorted(manifest["unit_tests"].values(), key=lambda t: t["unique_id"]):
        model = test["depends_on"]["nodes"][0]
        if not build.models[model].is_mutated:
            continue
        tested = _variant(build, target, test, model) if test.get("overrides") else model
        build.unit_tests.setdefault(tested, []).append(_unit_test(test, model, relations))
    return build


def _variant(build: Build, target: Path, test: dict[str, Any], model: str) -> str:
    """The id of the variant of a model that a test's overrides make, added to the build."""
    variant = f"{model} with {json.dumps(test['overrides'], sort_keys=True)}"
    if variant not in build.variants:
        compiled = _compiled(target, test)
        if not compiled:
            raise ValueError(f"{test['name']} overrides macros: run dbt build, which compiles it")
        sql = _without_fixtures(compiled[0].read_text(), build)
        build.variants[variant] = replace(
            build.models[model], id=variant, sql=sql, variant_of=model
        )
    return variant


def _compiled(target: Path, test: dict[str, Any]) -> list[Path]:
    """The file of a unit test's compiled SQL, if dbt has run the test."""
    folder = target / "compiled" / test["package_name"] / test["original_file_path"]
    return list(folder.rglob(f"{test['unique_id'].split('.')[-1]}.sql"))


def _without_fixtures(sql: str, build: Build) -> str:
    """The SQL of a compiled unit test, on the relations that its fixtures stand for."""
    relations = {node.name: node.relation for node in build.models.values()}
    tree = sqlglot.parse_one(sql, dialect=DIALECT)
    for cte in list(tree.args["with_"].expressions):
        if cte.alias.startswith(FIXTURE):
            cte.pop()
    for table in tree.find_all(exp.Table):
        if table.name.startswith(FIXTURE):
            relation = exp.to_table(relations[table.name.removeprefix(FIXTURE)])
            table.set("this", relation.this)
            table.set("db", relation.args["db"])
    if not tree.args["with_"].expressions:
        tree.set("with_", None)
    return tree.sql(dialect=DIALECT)


def _node(node: dict[str, Any], manifest: dict[str, Any]) -> Node:
    return Node(
        id=node["unique_id"],
        name=node["alias"] or node["name"],
        relation=_relation(node),
        path=node["original_file_path"],
        raw=node["raw_code"],
        sql=node.get("compiled_code") or "",
        view=node["config"].get("materialized") == "view",
        parents=tuple(node.get("depends_on", {}).get("nodes", ())),
        macros=tuple(sorted(_macros(node, manifest["macros"]))),
    )


def _relations(build: Build, manifest: dict[str, Any]) -> dict[tuple[str, str], str]:
    """The relation of each name and version; the latest version's also without one."""
    relations = {}
    for unique_id in build.models:
        node = manifest["nodes"][unique_id]
        version = str(node.get("version") or "")
        relations[node["name"], version] = _relation(node)
        if node.get("version") == node.get("latest_version"):
            relations[node["name"], ""] = _relation(node)
    return relations


def _relation(node: dict[str, Any]) -> str:
    return f"{node['schema']}.{node['alias']}"


def _macro_paths(manifest: dict[str, Any]) -> dict[str, str]:
    own = manifest["metadata"]["project_name"]
    return {
        name: macro["original_file_path"]
        for name, macro in manifest["macros"].items()
        if macro["package_name"] == own
    }


def _macros(node: dict[str, Any], macros: dict[str, Any]) -> set[str]:
    """The macros that a node calls, directly or not."""
    found: set[str] = set()
    waiting = list(node["depends_on"].get("macros", ()))
    while waiting:
        name = waiting.pop()
        if name not in found and name in macros:
            found.add(name)
            waiting += macros[name]["depends_on"]["macros"]
    return found


def _types(database: Path) -> dict[str, Types]:
    types: dict[str, Types] = {}
    with duckdb.connect(str(database), read_only=True) as connection:
        for schema, table, column, kind in connection.execute(
            "select table_schema, table_name, column_name, data_type"
            " from information_schema.columns order by ordinal_position"
        ).fetchall():
            types.setdefault(f"{schema}.{table}", {})[column] = kind
    return types


def _unit_test(test: dict[str, Any], model: str, relations: dict[tuple[str, str], str]) -> UnitTest:
    given = {}
    for fixture in test["given"]:
        found = REF.fullmatch(fixture["input"].strip())
        if not found:
            raise ValueError(f"{test['name']}: cannot read the input {fixture['input']}")
        given[relations[(found[1], found[2] or "")]] = _rows(fixture, test["name"])
    return UnitTest(test["name"], model, given, _rows(test["expect"], test["name"]))


def _rows(fixture: dict[str, Any], test: str) -> list[Row]:
    """The rows of a fixture; those of a query, which DuckDB runs, as dbt would write them down."""
    if fixture["format"] == "dict":
        return fixture["rows"]
    if fixture["format"] != "sql":
        raise ValueError(f"{test}: rows as {fixture['format']} are not understood")
    with duckdb.connect() as connection:
        found = connection.execute(fixture["rows"])
        names = [column[0] for column in found.description or ()]
        return [
            {n: str(v) if isinstance(v, date) else v for n, v in zip(names, row, strict=True)}
            for row in found.fetchall()
        ]
