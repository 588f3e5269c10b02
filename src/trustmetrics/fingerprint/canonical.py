"""Digests of relations and their columns: equal where the meaning is, whatever the names.

A relation's digest says which rows it has; a column's says how its value is computed from them. A
relation is digested for the columns that are used of it and no others.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from trustmetrics.fingerprint.expression import (
    COMMUTATIVE,
    SUBQUERY,
    WINDOW,
    Expression,
    partition_and_order,
)
from trustmetrics.fingerprint.flat import Flat
from trustmetrics.fingerprint.flatten import Flattened, flatten
from trustmetrics.fingerprint.relation import (
    VOCABULARY,
    Aggregate,
    Computed,
    Leaf,
    Limited,
    Opaque,
    Relation,
    Select,
    Slot,
    Union,
)
from trustmetrics.fingerprint.seeds import Row, contents, let_through
from trustmetrics.fingerprint.unique import may_multiply

Labels = dict[int, str]


def digest_of(*parts: str) -> str:
    """Return a digest of a sequence of texts; 32 hexadecimal digits."""
    return hashlib.blake2b(json.dumps(parts).encode(), digest_size=16).hexdigest()


@dataclass(frozen=True)
class Reads:
    """What a relation reads of the data that the repository holds.

    Attributes:
        seeds: (seed, digest of the rows and columns of it that are read).
        vocabularies: (vocabulary, a column of it that is read); one of which only the rows count
            has the column "".
    """

    seeds: frozenset[tuple[str, str]] = frozenset()
    vocabularies: frozenset[tuple[str, str]] = frozenset()


@dataclass(frozen=True)
class Canon:
    """The digests of a relation.

    Attributes:
        digest: of its rows.
        columns: of each used column, by name.
        reads: the seeds and vocabularies in it.
        flat: of a relation that has one its flat form.
    """

    digest: str
    columns: dict[str, str]
    reads: Reads = Reads()
    flat: Flat | None = None

    def texts(self) -> list[str]:
        """Return the digests of the rows and the columns, the columns' names left out."""
        return [self.digest, *sorted(self.columns.values())]


def _reads(canons: Iterable[Canon]) -> Reads:
    found = [canon.reads for canon in canons]
    return Reads(
        frozenset().union(*(one.seeds for one in found)),
        frozenset().union(*(one.vocabularies for one in found)),
    )


@dataclass
class Canonicaliser:
    """Digests relations; each relation and set of used columns once.

    Attributes:
        memo: what has been digested.
    """

    memo: dict[tuple[Relation, frozenset[str]], Canon] = field(default_factory=dict)

    def canon(self, relation: Relation, used: Iterable[str]) -> Canon:
        """Return the digests of a relation for the columns that are used of it."""
        key = (relation, frozenset(used))
        if key not in self.memo:
            self.memo[key] = self._canon(*key)
        return self.memo[key]

    def whole(self, relation: Relation) -> Canon:
        """Return the digests of a relation with every column that it has."""
        names = relation.names()
        if names is not None:
            return self.canon(relation, names)
        known: Iterable[str] = ()
        passed: list[Canon] = []
        if isinstance(relation, Select):
            known = relation.columns
            passed += [
                self.whole(s.relation) for s in relation.slots if s.number in relation.passed
            ]
        elif isinstance(relation, Computed):
            passed.append(self.whole(relation.inner))
        canon = self.canon(relation, known)
        digest = digest_of("whole", canon.digest, *(text for one in passed for text in one.texts()))
        return Canon(digest, canon.columns, _reads([canon, *passed]))

    def _canon(self, relation: Relation, used: frozenset[str]) -> Canon:
        if isinstance(relation, Leaf):
            return self.leaf(relation, used, relation.rows)
        if isinstance(relation, Opaque):
            return self._opaque(relation, used)
        flattened = flatten(relation, used)
        if flattened is None:
            return self._union(relation, used)
        return self._computed(relation, flattened)

    def leaf(self, leaf: Leaf, used: Iterable[str], rows: list[Row] | None) -> Canon:
        """Return the digests of a table, of a seed with the rows that are read."""
        names = sorted(used)
        reads = Reads()
        if leaf.kind == VOCABULARY:
            reads = Reads(vocabularies=frozenset((leaf.name, name) for name in names or [""]))
        elif rows is not None:
            content = digest_of(*names, *contents(rows, names))
            reads = Reads(seeds=frozenset({(leaf.name, content)}))
        columns = {
            name: digest_of("column", leaf.name, name, leaf.types.get(name, "")) for name in names
        }
        return Canon(digest_of("table", leaf.kind, leaf.name, leaf.mark), columns, reads)

    def _computed(self, relation: Relation, flattened: Flattened) -> Canon:
        over = _Over(self, flattened.flat)
        leading = [over.expression(value) for value in flattened.leading]
        rows, column = over.rows, over.value
        if isinstance(relation, Aggregate):
            rows, column = digest_of("group", rows, *sorted(set(leading))), over.grouped
        elif isinstance(relation, Limited):
            rows = digest_of("first", rows, relation.bounds, *leading)
        columns = {name: column(value) for name, value in flattened.columns.items()}
        return Canon(rows, columns, over.reads, flattened.flat)

    def _union(self, union: Union, used: frozenset[str]) -> Canon:
        places = [place for place, name in enumerate(union.columns) if name in used]
        canons = [
            (self.canon(branch, {names[place] for place in places}), names)
            for branch, names in union.branches
        ]
        cells = {
            place: [digest_of(canon.digest, canon.columns[names[place]]) for canon, names in canons]
            for place in places
        }
        # Neither the order of the branches nor the columns' names may matter: a column is known by
        # what it holds over all branches.
        ordered = sorted(places, key=lambda place: (sorted(cells[place]), union.columns[place]))
        rows = sorted(
            digest_of(canon.digest, *(cells[place][number] for place in ordered))
            for number, (canon, _) in enumerate(canons)
        )
        digest = digest_of("union", *rows)
        columns = {
            union.columns[place]: digest_of("stacked", digest, str(rank))
            for rank, place in enumerate(ordered)
        }
        return Canon(digest, columns, _reads(canon for canon, _ in canons))

    def _opaque(self, opaque: Opaque, used: frozenset[str]) -> Canon:
        inputs = [self.whole(one) for one in opaque.inputs]
        digest = digest_of("text", opaque.text, *(text for one in inputs for text in one.texts()))
        columns = {name: digest_of("text column", digest, name) for name in used}
        return Canon(digest, columns, _reads(inputs))


class _Over:
    """Digests of expressions over a flat FROM, the slots known by what they are.

    Attributes:
        rows: the digest of the FROM's rows.
        reads: the seeds and vocabularies read.
    """

    def __init__(self, canonicaliser: Canonicaliser, flat: Flat) -> None:
        self.canonicaliser = canonicaliser
        self.flat = flat
        self.canons = {number: self._slot(slot) for number, slot in flat.slots.items()}
        labels = {
            number: digest_of("slot", self._joined(slot), *self.canons[number].texts())
            for number, slot in flat.slots.items()
        }
        self.expression = _Digester(canonicaliser, self.canons, self._told_apart(labels))
        self.is_one_table = [*map(_kind, flat.slots.values())] == ["inner"] and not flat.where
        self.rows = self._rows()

    @property
    def reads(self) -> Reads:
        return _reads([*self.canons.values(), *self.expression.subqueries])

    def _joined(self, slot: Slot) -> str:
        """How a slot is joined. The rows of a vocabulary are no part of a fingerprint, but whether
        a join finds several of them for one row before it is."""
        multiplies = self.canons[slot.number].reads.vocabularies and may_multiply(self.flat, slot)
        return f"{_kind(slot)}, many" if multiplies else _kind(slot)

    def _slot(self, slot: Slot) -> Canon:
        used, relation = self.flat.used(slot.number), slot.relation
        if isinstance(relation, Leaf) and relation.rows is not None and slot.on is None:
            alone = [part for part in self.flat.where if part.slots() == {slot.number}]
            return self.canonicaliser.leaf(relation, used, let_through(relation.rows, alone))
        return self.canonicaliser.canon(relation, used)

    def _told_apart(self, labels: Labels) -> Labels:
        """The labels, those of slots that are alike by the part they play; last, by the order
        written."""
        for _ in range(3):
            alike = {label for label, count in Counter(labels.values()).items() if count > 1}
            if not alike:
                return labels
            labels = {
                number: self._by_part_played(number, labels) if label in alike else label
                for number, label in labels.items()
            }
        seen: Counter[str] = Counter()
        for number, label in sorted(labels.items()):
            seen[label] += 1
            if seen[label] > 1:
                labels[number] = digest_of(label, str(seen[label]))
        return labels

    def _by_part_played(self, number: int, labels: Labels) -> str:
        marked = {**labels, number: "itself"}
        expression = _Digester(self.canonicaliser, self.canons, marked)
        tagged = [("output", value) for value in self.flat.outputs]
        tagged += [("where", value) for value in self.flat.where]
        tagged += [
            (f"on {marked[slot.number]}", value)
            for slot in self.flat.slots.values()
            for value in slot.on or ()
        ]
        parts = sorted(digest_of(tag, expression(value)) for tag, value in tagged)
        return digest_of(labels[number], *parts)

    def _rows(self) -> str:
        if self.is_one_table:
            return next(iter(self.canons.values())).digest
        inner, left = [], []
        for number, slot in self.flat.slots.items():
            label = self.expression.labels[number]
            if slot.on is None:
                inner.append(label)
            else:
                left.append(digest_of("on", label, *self.expression.each(slot.on)))
        where = self.expression.each(self.flat.where)
        return digest_of("rows", *sorted(inner), "left", *sorted(left), "where", *where)

    def value(self, expression: Expression) -> str:
        """Return the digest of a column: a table's own column keeps its own."""
        if expression.op == WINDOW:
            return digest_of("window", self.rows, self.expression(expression))
        if self.is_one_table and expression.op == "column":
            slot, name = expression.data
            return self.canons[slot].columns[name]
        return digest_of("value", self.expression(expression))

    def grouped(self, expression: Expression) -> str:
        """Return the digest of a column that is a grouping key or an aggregate."""
        return digest_of("grouped", self.expression(expression))


def _kind(slot: Slot) -> str:
    return "inner" if slot.on is None else "left"


@dataclass
class _Digester:
    """Digests expressions.

    Attributes:
        canonicaliser: digests subqueries.
        canons: of the slots.
        labels: what the slots are known by.
        subqueries: those that were met.
    """

    canonicaliser: Canonicaliser
    canons: dict[int, Canon]
    labels: Labels
    subqueries: list[Canon] = field(default_factory=list)
    _memo: dict[Expression, str] = field(default_factory=dict)

    def __call__(self, expression: Expression) -> str:
        found = self._memo.get(expression)
        if found is None:
            found = self._memo[expression] = self._digest(expression)
        return found

    def each(self, expressions: Iterable[Expression]) -> list[str]:
        """The digests of expressions whose order plays no part, nor how often one stands there."""
        return sorted(set(map(self, expressions)))

    def _digest(self, expression: Expression) -> str:
        op, data = expression.op, expression.data
        if op == "column":
            slot, name = data
            return digest_of("of", self.labels[slot], self.canons[slot].columns[name])
        args = [self(arg) for arg in expression.args]
        if op == SUBQUERY:
            kind, relation = data
            canon = self.canonicaliser.whole(relation)
            self.subqueries.append(canon)
            columns = [] if kind == "exists" else [*canon.columns.values()]
            return digest_of(op, kind, canon.digest, *columns, *args)
        if op in ("and", "or"):
            args = self.each(expression.args)
        elif op in COMMUTATIVE:
            args = sorted(args)
        elif op == WINDOW:
            partition, order = partition_and_order(expression)
            args = [args[0], *self.each(partition), *map(self, order)]
        return digest_of(op, *map(str, data), "(", *args)
