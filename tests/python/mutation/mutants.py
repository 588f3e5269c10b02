"""The mutants of a build: every edit of every model, copies of shared code taken together."""

from __future__ import annotations

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import sqlglot
from sqlglot import exp

from tests.python.mutation.built import Build, Node
from tests.python.mutation.edits import DIALECT, Edit, edits_of, sql_of
from tests.python.mutation.places import Places

LIST = re.compile(r"\bin \([^()]*\)")
LITERAL = re.compile(r"'[^']*'|\b\d+(?:\.\d+)?(?:e[+-]?\d+)?\b")


@dataclass(frozen=True)
class Piece:
    """A CTE of a carrier, or the select after them, which has no name."""

    name: str
    text: str
    own: bool


@dataclass(frozen=True)
class Carrier:
    """SQL that holds faults: a model, or a data test that holds copies of what models hold."""

    id: str
    pieces: tuple[Piece, ...]

    def sql(self, at: int = -1, text: str = "") -> str:
        """The whole SQL, with one piece replaced."""
        texts = [text if i == at else piece.text for i, piece in enumerate(self.pieces)]
        ctes = [f"{p.name} as ({t})" for p, t in zip(self.pieces, texts, strict=True) if p.name]
        return ("with " + ", ".join(ctes) + "\n" if ctes else "") + texts[-1]


@dataclass(frozen=True)
class Variant:
    """A mutant in one carrier: the piece that changes, and its new text."""

    carrier: str
    at: int
    text: str


@dataclass
class Mutant:
    """One fault, in all the carriers that hold it."""

    id: str
    group: str
    kind: str
    place: str
    context: str
    before: str
    after: str
    variants: list[Variant] = field(default_factory=list)

    def __str__(self) -> str:
        """One line: where it is and what changes."""
        return f"{self.place} {self.kind} in {self.context}: {self.before} -> {self.after or '-'}"


@dataclass(frozen=True)
class _Found:
    """An edit in a carrier, before copies are taken together."""

    carrier: Carrier
    node: Node
    at: int
    edit: Edit
    text: str
    label: str
    ordinal: int
    skeleton: str

    @property
    def piece(self) -> Piece:
        return self.carrier.pieces[self.at]

    @property
    def site(self) -> tuple[object, ...]:
        """What an edit in a model has in common with the same edit in a variant of it.

        A list in it, such as that of the slices, may be shorter in the variant.
        """
        model = self.node.variant_of or self.node.id
        around = LIST.sub("in ()", self.skeleton) if self.is_literal else ""
        before, after = self.edit.before, self.edit.after
        if self.edit.kind != "constant":
            before, after = LIST.sub("in ()", before), LIST.sub("in ()", after)
        return model, self.piece.name, self.label, self.edit.kind, around, before, after

    @property
    def is_literal(self) -> bool:
        return isinstance(self.edit.node, exp.Literal)

    @property
    def slot(self) -> tuple[object, ...]:
        """Where a literal stands, whatever its value."""
        return self.piece.name, self.label, self.skeleton, self.ordinal

    def key(self, parameters: set[tuple[object, ...]]) -> tuple[object, ...]:
        """What makes a mutant: equal keys are copies of one."""
        edit = self.edit
        local = (self.piece.name, self.label, edit.kind, self.ordinal)
        if self.piece.own:
            return self.carrier.id, *local, edit.before, edit.after
        if not self.is_literal:
            return *local, _blank(edit.before), _blank(edit.after)
        owner = self.carrier.id if self.slot in parameters else ""
        return owner, *local, self.skeleton, edit.before, edit.after


def carrier_of(node: Node) -> tuple[Carrier, list[exp.Expression]]:
    """A node's SQL in pieces, and the tree of each of them."""
    tree = sqlglot.parse_one(node.sql, dialect=DIALECT)
    clause = tree.args.get("with_")
    trees = {cte.alias: cte.this for cte in clause.expressions} if clause else {}
    tree.set("with_", None)
    trees[""] = tree
    pieces = tuple(Piece(n, _text(t), _is_own(node, n)) for n, t in trees.items())
    return Carrier(node.id, pieces), list(trees.values())


def find_mutants(build: Build) -> tuple[list[Mutant], dict[str, Carrier]]:
    """The mutants of the models, in order of place, and all carriers by id."""
    carriers: dict[str, Carrier] = {}
    in_models: list[_Found] = []
    in_variants: list[_Found] = []
    in_tests: list[_Found] = []
    pieces: dict[Piece, list[_Found]] = {}
    for node in [*build.mutated, *build.variants.values(), *build.data_tests.values()]:
        carrier, trees = carrier_of(node)
        carriers[node.id] = carrier
        found = in_variants if node.variant_of else in_models
        if node.id in build.data_tests:
            found = in_tests
        for at, tree in enumerate(trees):
            piece = carrier.pieces[at]
            if node.variant_of and piece in pieces:
                found += [replace(o, carrier=carrier, node=node, at=at) for o in pieces[piece]]
            else:
                pieces[piece] = list(_found(node, carrier, at, tree))
                found += pieces[piece]
    parameters = _parameters(in_models)
    groups: dict[tuple[object, ...], list[_Found]] = defaultdict(list)
    for found in in_models:
        groups[found.key(parameters)].append(found)
    twins = _twins(in_models, in_variants)
    copies = _copies_in_tests(in_tests, parameters)
    places = Places(build)
    mutants = [_mutant(key, group, twins, copies, places) for key, group in groups.items()]
    return sorted(mutants, key=lambda m: (m.place, m.id)), carriers


def _text(tree: exp.Expression) -> str:
    return tree.sql(dialect=DIALECT, comments=False)


def _is_own(node: Node, name: str) -> bool:
    """Whether the node's file writes a CTE itself, rather than a macro that it calls."""
    return not name or bool(re.search(rf"\b{name} as \(", node.raw))


def _blank(text: str) -> str:
    return LITERAL.sub("?", text)


def _found(node: Node, carrier: Carrier, at: int, tree: exp.Expression) -> Iterator[_Found]:
    numbers = {id(part): number for number, part in enumerate(tree.walk())}
    seen: Counter[tuple[str, ...]] = Counter()
    for edit in edits_of(tree):
        if _is_repeat(edit.node):
            continue
        text = _edited(tree, numbers[id(edit.node)], edit)
        if text == carrier.pieces[at].text:
            continue
        label = _label(edit.node)
        skeleton = _skeleton(edit.node)
        literal = isinstance(edit.node, exp.Literal)
        value = skeleton if literal else _blank(edit.before)
        counted = (label, edit.kind, value, "" if literal else _blank(edit.after))
        yield _Found(carrier, node, at, edit, text, label, seen[counted], skeleton)
        seen[counted] += 1


def _edited(tree: exp.Expression, number: int, edit: Edit) -> str:
    """A tree's text after an edit, which is made in group by too where that repeats a column."""
    copy = tree.copy()
    node = next(part for at, part in enumerate(copy.walk()) if at == number)
    if node is copy:
        return _text(edit.replacement)
    column = node.find_ancestor(exp.Alias, exp.Select)
    repeats = _repeats(column) if isinstance(column, exp.Alias) else []
    node.replace(edit.replacement.copy())
    for repeat in repeats:
        repeat.replace(column.this.copy())
    return _text(copy)


def _repeats(column: exp.Alias) -> list[exp.Expression]:
    """The expressions of group by that are the same as a selected column."""
    select = column.find_ancestor(exp.Select)
    group = select.args.get("group") if select else None
    return [part for part in group.expressions if part == column.this] if group else []


def _is_repeat(node: exp.Expression) -> bool:
    """Whether a node stands in an expression of group by that a selected column repeats."""
    while node.parent and not isinstance(node.parent, exp.Group):
        node = node.parent
    select = node.find_ancestor(exp.Select)
    return bool(node.parent and select and any(c.unalias() == node for c in select.expressions))


def _label(node: exp.Expression) -> str:
    """The clause of the select that a node stands in."""
    while node.parent and not isinstance(node.parent, exp.Select):
        node = node.parent
    if not node.parent or isinstance(node, exp.Select):
        return "select"
    return f"{node.arg_key} {node.alias_or_name}".strip().replace("expressions", "select")


def _skeleton(node: exp.Expression) -> str:
    """What stands around a literal, literals left blank; of a case only the branch."""
    outer = node
    for _ in range(2):
        if outer.parent and not isinstance(outer, exp.If | exp.Alias | exp.Select):
            if isinstance(outer.parent, exp.Case | exp.Select):
                break
            outer = outer.parent
    return _blank(sql_of(outer))


def _parameters(found: list[_Found]) -> set[tuple[object, ...]]:
    """The slots of shared code whose literal differs between models: macro arguments."""
    values: dict[tuple[object, ...], set[str]] = defaultdict(set)
    for one in found:
        if one.is_literal and not one.piece.own:
            values[one.slot].add(one.edit.before)
    return {slot for slot, seen in values.items() if len(seen) > 1}


def _twins(
    in_models: list[_Found], in_variants: list[_Found]
) -> dict[tuple[str, int, str], list[_Found]]:
    """The same edits in the variants of the models, by carrier, piece and text in the model.

    An edit that a variant does not hold, such as one of a grain that it lacks, has no twin in it.
    """
    edits: dict[tuple[object, ...], list[_Found]] = defaultdict(list)
    for one in in_models:
        edits[one.site].append(one)
    met: Counter[tuple[object, ...]] = Counter()
    twins: dict[tuple[str, int, str], list[_Found]] = defaultdict(list)
    for one in in_variants:
        number = met[one.carrier.id, one.site]
        met[one.carrier.id, one.site] += 1
        for model in edits[one.site][number : number + 1]:
            twins[model.carrier.id, model.at, model.text].append(one)
    return twins


def _copies_in_tests(
    found: list[_Found], parameters: set[tuple[object, ...]]
) -> dict[tuple[object, ...], list[_Found]]:
    """What data tests copy: shared code by key, and whole CTEs by name, text and edit."""
    copies: dict[tuple[object, ...], list[_Found]] = defaultdict(list)
    for one in found:
        copies[one.piece.name, one.piece.text, one.text].append(one)
        if not one.piece.own and not (one.is_literal and one.slot in parameters):
            copies[one.key(parameters)].append(one)
    return copies


def _mutant(
    key: tuple[object, ...],
    group: list[_Found],
    twins: dict[tuple[str, int, str], list[_Found]],
    copies: dict[tuple[object, ...], list[_Found]],
    places: Places,
) -> Mutant:
    first = group[0]
    same_text = copies.get((first.piece.name, first.piece.text, first.text), [])
    unique = {(one.carrier.id, one.at, one.text) for one in same_text + copies.get(key, [])}
    in_variants = [t for one in group for t in twins.get((one.carrier.id, one.at, one.text), ())]
    variants = [Variant(one.carrier.id, one.at, one.text) for one in group + in_variants]
    variants += [Variant(*one) for one in sorted(unique)]
    place = _place(first, places)
    if len(group) == 1 and not first.piece.own and place.startswith("macros"):
        parameter = places.parameter(first.node, first.edit.before.strip("'"))
        if key[0] == first.carrier.id:
            place = parameter
    edit = first.edit
    digest = hashlib.sha256(repr(key).encode()).hexdigest()[:10]
    context = f"{first.piece.name or 'the last select'}, {first.label}"
    group_name = place.split(":")[0]
    return Mutant(digest, group_name, edit.kind, place, context, edit.before, edit.after, variants)


def _place(found: _Found, places: Places) -> str:
    lines = [part.meta["line"] for part in found.edit.part.walk() if "line" in part.meta]
    if not lines:
        lines = [p.meta["line"] for p in found.edit.node.walk() if "line" in p.meta] or [1]
    compiled = found.node.sql.splitlines()
    return places.find(found.node, compiled[min(lines) - 1])
