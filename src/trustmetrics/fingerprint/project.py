"""The relations of a compiled dbt project, from its manifest, and the fingerprint of a model."""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.normalize_identifiers import normalize_identifiers

from trustmetrics.errors import UserError
from trustmetrics.fingerprint.canonical import Canon, Canonicaliser, digest_of
from trustmetrics.fingerprint.expression import NULL, Expression, column
from trustmetrics.fingerprint.macros import Macros, bare
from trustmetrics.fingerprint.read import Reader
from trustmetrics.fingerprint.relation import (
    VOCABULARY,
    Leaf,
    Opaque,
    Relation,
    Select,
    Union,
)
from trustmetrics.fingerprint.seeds import seed_rows
from trustmetrics.fingerprint.show import Text
from trustmetrics.fingerprint.slices import Dependence
from trustmetrics.fingerprint.unique import is_unique

# Long conditions are deep trees.
RECURSION_LIMIT = 20_000

TABLE_LIKE = ("model", "seed", "snapshot")


@dataclass(frozen=True)
class Fingerprint:
    """What a model's numbers mean.

    Attributes:
        logic: digest of the SQL, seeds' contents left out.
        seeds: digest of what is read of each seed, by name.
        vocabularies: the columns that are read of each vocabulary; its rows are no part of it.
    """

    logic: str
    seeds: dict[str, str]
    vocabularies: dict[str, list[str]] = field(default_factory=dict)

    @property
    def meaning(self) -> str:
        """The digest of both."""
        return digest_of(self.logic, *(f"{name} {self.seeds[name]}" for name in sorted(self.seeds)))


@dataclass
class CompiledProject:
    """A dbt project as `dbt compile` left it.

    Attributes:
        manifest: manifest.json, read.
        root: the project's folder; seeds lie there.
        leaves: names of models that are not looked into.
        vocabularies: names of seeds that have a history of their own: their rows are no part of a
            fingerprint.
        opaque: (model and CTE, why) of each query that is compared as text.
    """

    manifest: Mapping[str, Any]
    root: Path
    leaves: Collection[str] = ()
    vocabularies: Collection[str] = ()
    opaque: list[tuple[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Index the manifest's tables."""
        sys.setrecursionlimit(max(sys.getrecursionlimit(), RECURSION_LIMIT))
        self.canonicaliser = Canonicaliser()
        self.dependence = Dependence()
        self.macros = Macros(self.manifest)
        self._relations: dict[str, Relation] = {}
        self._by_table: dict[tuple[str, ...], dict[str, Any]] = {}
        for node in [*self.manifest["nodes"].values(), *self.manifest["sources"].values()]:
            if node["resource_type"] in (*TABLE_LIKE, "source"):
                table = node.get("identifier") or node.get("alias") or node["name"]
                parts = [node.get("database"), node["schema"], table]
                names = tuple(str(part).lower() for part in parts if part)
                for start in range(len(names)):
                    self._by_table.setdefault(names[start:], node)

    @cached_property
    def dialect(self) -> str:
        """The SQL dialect, by sqlglot's name for it."""
        return self.manifest["metadata"]["adapter_type"]

    def models(self, name: str) -> dict[int | str | None, dict[str, Any]]:
        """Return a model's nodes by dbt version; the key is None where it has no versions."""
        return {
            node.get("version"): node
            for node in self.manifest["nodes"].values()
            if node["resource_type"] in ("model", "snapshot") and node["name"] == name
        }

    def fingerprint(self, node: Mapping[str, Any], columns: Iterable[str]) -> Fingerprint:
        """Return the fingerprint of some of a model's columns.

        Raises:
            UserError: the model has no such column, or cannot be read.
        """
        canon = self.canon(node, columns)
        texts = [f"{name} {canon.columns[name]}" for name in sorted(canon.columns)]
        seeds = {seed: digest_of(*sorted(digests)) for seed, digests in _grouped(canon.reads.seeds)}
        vocabularies = {
            name: sorted(filter(None, read)) for name, read in _grouped(canon.reads.vocabularies)
        }
        return Fingerprint(digest_of(canon.digest, *texts), seeds, vocabularies)

    def canon(self, node: Mapping[str, Any], columns: Iterable[str]) -> Canon:
        """Return the digests behind a fingerprint. Raises as fingerprint does."""
        relation = self.relation(node, look_into=True)
        wanted = frozenset(columns)
        missing = sorted(name for name in wanted if not relation.has(name))
        if missing:
            raise UserError(f"the model {node['name']} has no column {', '.join(missing)}")
        return self.canonicaliser.canon(relation, wanted)

    def read_by_slice(
        self, node: Mapping[str, Any], columns: Iterable[str], name: str, slices: Iterable[str]
    ) -> dict[str, frozenset[str]]:
        """Return, by slice, the vocabularies that its rows may depend on.

        Args:
            node: a metric's model.
            columns: those that are the number.
            name: the column that names the slice.
            slices: the slices.
        """
        relation, used = self.relation(node, look_into=True), frozenset(columns)
        return {one: self.dependence.of_slice(relation, used, name, one) for one in slices}

    def passes_on(self, table: Mapping[str, Any], node: Mapping[str, Any]) -> bool:
        """Whether a model that stacks others has all the rows of one of them, column by column.

        Or none of them: it may leave out a whole model by a column that is one literal in it, such
        as the metric's name.
        """
        union: Relation = self.relation(table, look_into=True)
        asked: set[str] = set()
        while isinstance(union, Select):
            names = _names_that_filter(union)
            if names is None:
                return False
            asked |= names
            union = union.slots[0].relation
        if not isinstance(union, Union):
            return False
        relation = self.relation(node, look_into=True)
        if not all(relation.has(name) for name in union.columns):
            return False
        own = self.canonicaliser.canon(relation, union.columns)
        wanted = [own.columns[name] for name in union.columns]
        for branch, names in union.branches:
            canon = self.canonicaliser.canon(branch, names)
            if canon.digest == own.digest and [canon.columns[name] for name in names] == wanted:
                values = [self.value_of(node, name) for name in asked]
                return all(value is not None and value.op == "literal" for value in values)
        return False

    def value_of(self, node: Mapping[str, Any], name: str) -> Expression | None:
        """Return how a model computes a column, casts left out; None where it cannot be told."""
        flat = self.canon(node, [name]).flat
        value = flat.outputs[0] if flat and flat.outputs else None
        while value is not None and value.op == "cast":
            value = value.args[0]
        return value

    def text(self, node: Mapping[str, Any], columns: Iterable[str]) -> list[str]:
        """Return the canonical form of a model as lines of SQL, for people."""
        text = Text()
        text.add(self.relation(node, look_into=True), columns)
        return text.lines()

    def column_names(self, node: Mapping[str, Any]) -> list[str]:
        """Return a model's columns: those its SQL gives, or those its YAML declares."""
        names = self.relation(node, look_into=True).names()
        return [name.lower() for name in node["columns"]] if names is None else names

    def seed_of(self, name: str) -> dict[str, Any] | None:
        """Return a seed's node; None where the project has none of that name."""
        nodes = self.manifest["nodes"].values()
        found = (n for n in nodes if n["resource_type"] == "seed" and n["name"] == name)
        return next(found, None)

    def upstream(self, nodes: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
        """Return these nodes and all models that they read, directly or not."""
        found: dict[str, Mapping[str, Any]] = {}
        stack = list(nodes)
        while stack:
            node = stack.pop()
            if node["unique_id"] not in found and node["resource_type"] in TABLE_LIKE:
                found[node["unique_id"]] = node
                stack += map(self._node, node["depends_on"].get("nodes", ()))
        return list(found.values())

    def relation(self, node: Mapping[str, Any], look_into: bool = False) -> Relation:
        """Return the relation of a model, seed or source; of a leaf only if asked to look into."""
        unique_id = node["unique_id"]
        is_leaf = node["resource_type"] == "model" and node["name"] in self.leaves
        key = f"leaf {unique_id}" if is_leaf and not look_into else unique_id
        if key not in self._relations:
            read = self._leaf_model if key != unique_id else self._read
            self._relations[key] = read(node)
        return self._relations[key]

    def _read(self, node: Mapping[str, Any]) -> Relation:
        if node["resource_type"] == "source":
            return self._source(node)
        return self._seed(node) if node["resource_type"] == "seed" else self._model(node)

    def _leaf_model(self, node: Mapping[str, Any]) -> Leaf:
        inner = self.relation(node, look_into=True)
        types = dict.fromkeys(inner.names() or (), "")
        is_one_row = is_unique(inner, frozenset())
        return Leaf(_versioned(node), "model", types, is_one_row=is_one_row)

    def _source(self, node: Mapping[str, Any]) -> Leaf:
        columns = node["columns"].items()
        types = {name.lower(): str(one.get("data_type") or "").lower() for name, one in columns}
        schema = node.get("unrendered_schema") or node["schema"]
        name = f"{node['source_name']}.{node['name']} {schema}.{node['identifier']}"
        return Leaf(name.lower(), "source", types, mark=self.macros.start_hooks)

    def _seed(self, node: Mapping[str, Any]) -> Leaf:
        types, delimiter = seed_form(node)
        rows = seed_rows(self.root / node["original_file_path"], types, delimiter)
        names = [name.lower() for name in rows[0]] if rows else list(types)
        types = {name: types.get(name, "") for name in names}
        kind = VOCABULARY if node["name"] in self.vocabularies else "seed"
        return Leaf(node["name"], kind, types, rows)

    def _model(self, node: Mapping[str, Any]) -> Relation:
        name = _versioned(node)
        code = node.get("compiled_code")
        if node.get("language") == "python":
            return self._as_text(node, name, node["raw_code"], "a Python model")
        if not code:
            raise UserError(f"the model {name} was not compiled. Run: dbt compile")
        try:
            tree = sqlglot.parse_one(code, dialect=self.dialect)
        except SqlglotError as error:
            why = f"SQL that cannot be read: {str(error).splitlines()[0]}"
            return self._as_text(node, name, bare(code), why)
        reader = Reader(self._table, name)
        relation = reader.read(normalize_identifiers(tree, dialect=self.dialect), {})
        self.opaque += reader.opaque
        beyond = self.macros.beyond_the_query(node)
        if beyond:
            names = relation.names()
            return Opaque(beyond, (relation,), names and tuple(names), name)
        return relation

    def _as_text(self, node: Mapping[str, Any], name: str, text: str, why: str) -> Opaque:
        """A model that is compared as text, with all that it reads."""
        self.opaque.append((name, why))
        inputs = tuple(self.relation(self._node(one)) for one in node["depends_on"]["nodes"])
        return Opaque(text, inputs, None, name)

    def _node(self, unique_id: str) -> Mapping[str, Any]:
        return self.manifest["nodes"].get(unique_id) or self.manifest["sources"][unique_id]

    def _table(self, table: exp.Table) -> Relation:
        parts = [table.catalog, table.db, table.name]
        names = tuple(part.lower() for part in parts if part)
        for start in range(len(names)):
            node = self._by_table.get(names[start:])
            if node is not None and (start == 0 or not node.get("database")):
                return self.relation(node)
        return Leaf(".".join(names), "unknown", mark=self.macros.start_hooks)


def seed_form(node: Mapping[str, Any]) -> tuple[dict[str, str], str]:
    """Return how a seed's file is read: the declared type by column, and the delimiter."""
    config = node["config"]
    declared = config.get("column_types") or {}
    types = {name.lower(): str(kind).lower() for name, kind in declared.items()}
    return types, config.get("delimiter") or ","


def _grouped(pairs: Iterable[tuple[str, str]]) -> list[tuple[str, list[str]]]:
    """The second parts of pairs by the first, sorted."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for name, part in pairs:
        found[name].append(part)
    return sorted(found.items())


def _versioned(node: Mapping[str, Any]) -> str:
    return f"{node['name']}_v{node['version']}" if node.get("version") else node["name"]


def _names_that_filter(select: Select) -> set[str] | None:
    """The columns of its first slot by which a select leaves rows out.

    None where it does more than leave rows out: it changes or renames a column, or can multiply
    rows. A left join that keeps what it does not match multiplies none.
    """
    first, *others = select.slots
    same = all(value is column(first.number, name) for name, value in select.columns.items())
    is_passed = not select.passed or select.passed == (first.number,)
    if not same or not is_passed or first.on is not None:
        return None
    conditions = list(select.where)
    for slot in others:
        pairs = {side for one in slot.on or () if one.op == "eq" for side in one.args}
        unmatched = [
            one for one in conditions
            if one.op == "is" and one.args[1] is NULL and one.args[0] in pairs
            and one.slots() == {slot.number}
        ]  # fmt: skip
        if slot.on is None or not unmatched:
            return None
        conditions = [one for one in conditions if one not in unmatched]
        conditions += slot.on
    places = {slot.number for slot in others}
    asked = {place for one in conditions for place in one.columns if place[0] not in places}
    return {name for _, name in asked}
