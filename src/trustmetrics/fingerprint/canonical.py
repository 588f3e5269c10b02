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

from trustmetrics.fingerprint.expression import COMMUTATIVE, Expression
from trustmetrics.fingerprint.flatten import Flat, computed, flatten, spliceable
from trustmetrics.fingerprint.relation import (
    Aggregate,
    Leaf,
    Limited,
    Opaque,
    Relation,
    Select,
    Slot,
    Union,
    Windowed,
)
from trustmetrics.fingerprint.rows import let_through
from trustmetrics.fingerprint.translate import SUBQUERY, WINDOW

Seeds = frozenset[tuple[str, str]]


def digest_of(*parts: str) -> str:
    """Return a digest of a sequence of texts; 32 hexadecimal digits."""
    return hashlib.blake2b(json.dumps(parts).encode(), digest_size=16).hexdigest()


@dataclass(frozen=True)
class Canon:
    """The digests of a relation.

    Attributes:
        digest: of its rows.
        columns: of each used column, by name.
        seeds: (seed, digest of the rows and columns of it that are read).
        flat: of a Select, Aggregate or Windowed its flat form, for showing it.
    """

    digest: str
    columns: dict[str, str]
    seeds: Seeds = frozenset()
    flat: Flat | None = None


@dataclass
class Canonicaliser:
    """Digests relations; each relation and set of used columns once.

    Attributes:
        memo: what has been digested, by the relation's address, with the relation kept alive.
    """

    memo: dict[tuple[int, frozenset[str]], tuple[Relation, Canon]] = field(default_factory=dict)

    def canon(self, relation: Relation, used: Iterable[str]) -> Canon:
        """Return the digests of a relation for the columns that are used of it."""
        used = frozenset(used)
        key = (id(relation), used)
        if key not in self.memo:
            self.memo[key] = (relation, self._canon(relation, used))
        return self.memo[key][1]

    def whole(self, relation: Relation) -> Canon:
        """Return the digests of a relation with every column that it has."""
        names = relation.names()
        if names is not None:
            return self.canon(relation, names)
        known = relation.columns if isinstance(relation, Select) else ()
        canon = self.canon(relation, known)
        passed = [
            self.whole(slot.relation)
            for slot in getattr(relation, "slots", ())
            if slot.number in getattr(relation, "passed", ())
        ]
        if isinstance(relation, Windowed):
            passed.append(self.whole(relation.inner))
        inner = [text for one in passed for text in (one.digest, *sorted(one.columns.values()))]
        seeds = canon.seeds.union(*(one.seeds for one in passed))
        return Canon(digest_of("whole", canon.digest, *inner), canon.columns, seeds)

    def _canon(self, relation: Relation, used: frozenset[str]) -> Canon:
        if isinstance(relation, Leaf):
            return self._leaf(relation, used, relation.rows)
        if isinstance(relation, Union) and spliceable(relation, used) is None:
            return self._union(relation, used)
        if not isinstance(relation, Opaque):
            return self._computed(relation, used)
        return self._opaque(relation, used)

    def _leaf(
        self, leaf: Leaf, used: frozenset[str], rows: list[dict[str, object]] | None
    ) -> Canon:
        seeds: Seeds = frozenset()
        if rows is not None:
            names = sorted(used)
            content = sorted(json.dumps([row.get(n) for n in names], default=str) for row in rows)
            seeds = frozenset({(leaf.name, digest_of(*names, *content))})
        columns = {
            name: digest_of("column", leaf.name, name, leaf.types.get(name, "")) for name in used
        }
        return Canon(digest_of("table", leaf.kind, leaf.name, leaf.mark), columns, seeds)

    def _computed(self, relation: Relation, used: frozenset[str]) -> Canon:
        plan = computed(relation, used)
        flat = flatten(plan.select, [*plan.leading, *plan.columns.values()])
        over = _Over(self, flat)
        count = len(plan.leading)
        leading = [over.expression(value) for value in flat.outputs[:count]]
        rows, column = over.rows, over.value
        if isinstance(relation, Aggregate):
            rows = digest_of("group", rows, *sorted(set(leading)))
            column = over.grouped
        elif isinstance(relation, Limited):
            rows = digest_of("first", rows, relation.bounds, *leading)
        outputs = zip(plan.columns, flat.outputs[count:], strict=True)
        columns = {
            name: over.window(value) if name in plan.windows else column(value)
            for name, value in outputs
        }
        return Canon(rows, columns, over.seeds, flat)

    def _union(self, relation: Union, used: frozenset[str]) -> Canon:
        places = [place for place, name in enumerate(relation.columns) if name in used]
        canons = [
            (self.canon(branch, {names[place] for place in places}), names)
            for branch, names in relation.branches
        ]
        cells = {
            place: [digest_of(canon.digest, canon.columns[names[place]]) for canon, names in canons]
            for place in places
        }
        # Neither the order of the branches nor the columns' names may matter: a column is known by
        # what it holds over all branches.
        ordered = sorted(places, key=lambda place: (sorted(cells[place]), relation.columns[place]))
        rows = sorted(
            digest_of(canon.digest, *(cells[place][number] for place in ordered))
            for number, (canon, _) in enumerate(canons)
        )
        digest = digest_of("union", *rows)
        columns = {
            relation.columns[place]: digest_of("stacked", digest, str(rank))
            for rank, place in enumerate(ordered)
        }
        return Canon(digest, columns, frozenset().union(*(canon.seeds for canon, _ in canons)))

    def _opaque(self, relation: Opaque, used: frozenset[str]) -> Canon:
        inputs = [self.whole(one) for one in relation.inputs]
        texts = [text for one in inputs for text in (one.digest, *sorted(one.columns.values()))]
        digest = digest_of("text", relation.text, *texts)
        columns = {name: digest_of("text column", digest, name) for name in used}
        return Canon(digest, columns, frozenset().union(*(one.seeds for one in inputs)))


class _Over:
    """Digests of expressions over a flat FROM, the slots known by what they are.

    Attributes:
        rows: the digest of the FROM's rows.
        seeds: the seeds read.
    """

    def __init__(self, canonicaliser: Canonicaliser, flat: Flat) -> None:
        self.canonicaliser = canonicaliser
        self.flat = flat
        self.canons = {number: self._slot(slot) for number, slot in flat.slots.items()}
        self.seeds: Seeds = frozenset().union(*(canon.seeds for canon in self.canons.values()))
        self.labels = {
            number: digest_of(
                "slot",
                "inner" if slot.on is None else "left",
                self.canons[number].digest,
                *sorted(self.canons[number].columns.values()),
            )
            for number, slot in flat.slots.items()
        }
        self.memo: dict[int, str] = {}
        self._tell_apart()
        self.is_one_table = (
            len(flat.slots) == 1
            and not flat.where
            and not any(slot.on is not None for slot in flat.slots.values())
        )
        self.rows = self._rows()

    def _slot(self, slot: Slot) -> Canon:
        used = self.flat.used(slot.number)
        relation = slot.relation
        if isinstance(relation, Leaf) and relation.rows is not None and slot.on is None:
            alone = [
                part for part in self.flat.where if {s for s, _ in part.columns()} == {slot.number}
            ]
            return self.canonicaliser._leaf(relation, used, let_through(relation.rows, alone))
        return self.canonicaliser.canon(relation, used)

    def _tell_apart(self) -> None:
        """Give slots that are alike labels by the part they play; last, by the order written."""
        for _ in range(3):
            alike = {label for label, count in Counter(self.labels.values()).items() if count > 1}
            if not alike:
                return
            labels = dict(self.labels)
            for number, label in self.labels.items():
                if label in alike:
                    labels[number] = digest_of(label, *self._parts_played(number))
            self.labels, self.memo = labels, {}
        seen: Counter[str] = Counter()
        for number, label in sorted(self.labels.items()):
            seen[label] += 1
            if seen[label] > 1:
                self.labels[number] = digest_of(label, str(seen[label]))

    def _parts_played(self, number: int) -> list[str]:
        label, self.labels[number], self.memo = self.labels[number], "itself", {}
        tagged = [("output", value) for value in self.flat.outputs]
        tagged += [("where", value) for value in self.flat.where]
        tagged += [
            (f"on {self.labels[slot.number]}", value)
            for slot in self.flat.slots.values()
            for value in slot.on or ()
        ]
        parts = sorted(digest_of(tag, self.expression(value)) for tag, value in tagged)
        self.labels[number], self.memo = label, {}
        return parts

    def _rows(self) -> str:
        if self.is_one_table:
            return next(iter(self.canons.values())).digest
        where = sorted({self.expression(part) for part in self.flat.where})
        left = sorted(
            digest_of("on", self.labels[number], *sorted({self.expression(p) for p in slot.on}))
            for number, slot in self.flat.slots.items()
            if slot.on is not None
        )
        labels = sorted(
            self.labels[number] for number, slot in self.flat.slots.items() if slot.on is None
        )
        return digest_of("rows", *labels, "left", *left, "where", *where)

    def value(self, expression: Expression) -> str:
        """Return the digest of a column: a table's own column keeps its own."""
        if self.is_one_table and expression.op == "column":
            slot, name = expression.data
            return self.canons[slot].columns[name]
        return digest_of("value", self.expression(expression))

    def grouped(self, expression: Expression) -> str:
        """Return the digest of a column that is a grouping key or an aggregate."""
        return digest_of("grouped", self.expression(expression))

    def window(self, expression: Expression) -> str:
        """Return the digest of a column that looks at the other rows, too."""
        return digest_of("window", self.rows, self.expression(expression))

    def expression(self, expression: Expression) -> str:
        """Return the digest of an expression."""
        found = self.memo.get(id(expression))
        if found is None:
            found = self.memo[id(expression)] = self._expression(expression)
        return found

    def _expression(self, expression: Expression) -> str:
        op, data = expression.op, expression.data
        if op == "column":
            slot, name = data
            return digest_of("of", self.labels[slot], self.canons[slot].columns[name])
        args = [self.expression(arg) for arg in expression.args]
        if op == SUBQUERY:
            kind, relation = data
            canon = self.canonicaliser.whole(relation)
            self.seeds |= canon.seeds
            columns = [] if kind == "exists" else [*canon.columns.values()]
            return digest_of(op, kind, canon.digest, *columns, *args)
        if op in COMMUTATIVE:
            args = sorted(set(args) if op in ("and", "or") else args)
        elif op == WINDOW:
            count = data[0]
            args = [args[0], *sorted(set(args[1 : 1 + count])), *args[1 + count :]]
        return digest_of(op, *map(str, data), "(", *args)
