"""Which vocabularies the rows of one slice depend on.

A metric's rows are those of overall and of each slice. With the condition that the slice is a given
one, the rest falls away by the steps that flatten.py and its like take, and by two more that are
too coarse for a fingerprint but lose nothing here:

- imply: where a column that has but one value is held equal to another one, that one has it too;
- regroup: sums over finer groups are sums over coarser ones. A metric counts by day and value of
  each slice before it sums up, so that overall would seem to depend on the harm types.

Each step keeps the rows and values on all data. What is left without a vocabulary does not depend
on it; what still holds it may or may not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from trustmetrics.fingerprint.expression import (
    AGGREGATE,
    SUBQUERY,
    TEXT_TYPES,
    Expression,
    column,
    constant,
    sides,
    spelled,
)
from trustmetrics.fingerprint.flat import Flat, Step
from trustmetrics.fingerprint.flatten import Flattened, flatten
from trustmetrics.fingerprint.normal import make, may_hold
from trustmetrics.fingerprint.relation import (
    VOCABULARY,
    Aggregate,
    Computed,
    Leaf,
    Limited,
    Opaque,
    Relation,
    Slot,
    Union,
    passing,
)

NOTHING: frozenset[str] = frozenset()
# The aggregate of the whole is the outer one over parts that an inner one gives: outer, inner ones.
OF_PARTS = {"sum": ("sum", "count"), "min": ("min",), "max": ("max",)}


@dataclass
class Dependence:
    """Finds the vocabularies that relations depend on; each relation and set of columns once.

    Attributes:
        memo: what has been found.
    """

    memo: dict[tuple[Relation, frozenset[str]], frozenset[str]] = field(default_factory=dict)

    def of_slice(
        self, relation: Relation, used: frozenset[str], name: str, value: str
    ) -> frozenset[str]:
        """Return the vocabularies that the rows of one slice depend on.

        Args:
            relation: all rows of a metric.
            used: the columns that count.
            name: the column that names the slice.
            value: the slice.
        """
        condition = make("eq", column(0, name), spelled(value))
        return self.of(passing(relation, used | {name}).filtered([condition]), used)

    def of(self, relation: Relation, used: frozenset[str]) -> frozenset[str]:
        """Return the vocabularies that rows or used columns of a relation depend on."""
        key = (relation, used)
        if key not in self.memo:
            self.memo[key] = self._of(*key)
        return self.memo[key]

    def whole(self, relation: Relation) -> frozenset[str]:
        """Return the vocabularies that a relation depends on with every column that it has."""
        if isinstance(relation, Leaf):
            return self.of(relation, NOTHING)
        if isinstance(relation, Opaque):
            return self._union(map(self.whole, relation.inputs))
        names = relation.names()
        if names is not None:
            return self.of(relation, frozenset(names))
        assert isinstance(relation, Computed)
        inner = relation.inner
        outputs = (*inner.columns.values(), *relation.leading)
        flat = Flat({slot.number: slot for slot in inner.slots}, inner.where, outputs)
        slots = (self.whole(slot.relation) for slot in inner.slots)
        return self._union([*slots, *self._subqueries(flat)])

    def _of(self, relation: Relation, used: frozenset[str]) -> frozenset[str]:
        if isinstance(relation, Leaf):
            return frozenset({relation.name}) if relation.kind == VOCABULARY else NOTHING
        if isinstance(relation, Opaque):
            return self.whole(relation)
        if isinstance(relation, Union):
            return self._union(
                self.of(branch, frozenset(names[relation.columns.index(name)] for name in used))
                for branch, names in relation.branches
            )
        flattened = flatten(relation, used, [_implier()])
        assert flattened is not None
        flat = flattened.flat
        if _is_impossible(flat):
            return NOTHING
        if isinstance(relation, Aggregate):
            flat = _regrouped(flat, flattened)
        slots = (self.of(slot.relation, flat.used(number)) for number, slot in flat.slots.items())
        return self._union([*slots, *self._subqueries(flat)])

    def _subqueries(self, flat: Flat) -> list[frozenset[str]]:
        return [self.whole(one) for value in flat.expressions() for one in _subqueries(value)]

    @staticmethod
    def _union(found: Iterable[frozenset[str]]) -> frozenset[str]:
        return NOTHING.union(*found)


def _subqueries(expression: Expression) -> Iterator[Relation]:
    if expression.op == SUBQUERY:
        yield expression.data[1]
    for part in expression.args:
        yield from _subqueries(part)


def _implier() -> Step:
    """The step imply; it says each thing once, for what it says moves on into the slot."""
    said: set[tuple[int, str, str]] = set()

    def imply(flat: Flat) -> Flat | None:
        for number, condition in _conditions(flat):
            for own, other in sides(condition):
                value = _only_value(flat, other) if number in (None, own.data[0]) else None
                if value is None or (*own.data, value) in said:
                    continue
                said.add((*own.data, value))
                implied = make("eq", own, spelled(value))
                if number is None:
                    return replace(flat, where=(*flat.where, implied))
                slot = flat.slots[number]
                return flat.with_slot(replace(slot, on=(*(slot.on or ()), implied)))
        return None

    return imply


def _conditions(flat: Flat) -> Iterator[tuple[int | None, Expression]]:
    """Each condition, with the left slot in whose ON it stands; None: it is one of all rows."""
    yield from ((None, condition) for condition in flat.where)
    for number, slot in flat.slots.items():
        yield from ((number, condition) for condition in slot.on or ())


def _only_value(flat: Flat, expression: Expression) -> str | None:
    """The one name that a column has on all rows of a FROM; None where there is no such one."""
    if expression.op != "column":
        return None
    asked = _asked_for(flat.where, expression)
    number, name = expression.data
    slot = flat.slots[number]
    return asked if asked is not None or slot.on is not None else _pinned(slot.relation, name)


def _asked_for(where: Iterable[Expression], expression: Expression) -> str | None:
    """The name that a condition asks a column to be; None where there is no such condition."""
    for condition in where:
        for own, other in (condition.args, condition.args[::-1]) if condition.op == "eq" else ():
            value = constant(other)
            if _uncast(own) is expression and isinstance(value, str):
                return value
    return None


def _pinned(relation: Relation, name: str) -> str | None:
    """The one name that a column has on all rows: written there, or asked for by a condition."""
    if isinstance(relation, Union):
        found = {
            _pinned(branch, names[relation.columns.index(name)])
            for branch, names in relation.branches
        }
        return found.pop() if len(found) == 1 else None
    if not isinstance(relation, Computed):
        return None
    expression = _uncast(relation.expression(name))
    value = constant(expression)
    if expression.op != "column":
        return value if isinstance(value, str) else None
    asked = _asked_for(relation.inner.where, expression)
    if asked is not None:
        return asked
    number, inner_name = expression.data
    slot = next(one for one in relation.inner.slots if one.number == number)
    return _pinned(slot.relation, inner_name) if slot.on is None else None


def _uncast(expression: Expression) -> Expression:
    """An expression without a cast to text around it: what is equal as text to a name is that."""
    while expression.op == "cast" and expression.data[0] in TEXT_TYPES:
        (expression,) = expression.args
    return expression


def _is_impossible(flat: Flat) -> bool:
    """Whether no row can come of a FROM."""
    return not all(map(may_hold, flat.where)) or any(
        slot.on is None and _is_empty(slot.relation) for slot in flat.slots.values()
    )


def _is_empty(relation: Relation) -> bool:
    """Whether a relation has no row, as far as that is plain to see."""
    if isinstance(relation, Union):
        return all(_is_empty(branch) for branch, _ in relation.branches)
    if isinstance(relation, Limited) or (isinstance(relation, Aggregate) and not relation.leading):
        return False
    flattened = flatten(relation, NOTHING, [_implier()])
    return flattened is not None and _is_impossible(flattened.flat)


def _regrouped(flat: Flat, flattened: Flattened) -> Flat:
    """The FROM of an Aggregate, the groups in it as coarse as they can be."""
    for slot in flat.slots.values():
        inner = slot.relation
        if slot.on is None and isinstance(inner, Aggregate):
            used = flat.used(slot.number)
            keys = {
                name: inner.columns[name] for name in used if inner.columns[name] in inner.leading
            }
            if keys and _only_sums_up(flat, flattened, slot, used - keys.keys()):
                leading = tuple(dict.fromkeys(keys.values()))
                columns = {name: inner.columns[name] for name in used}
                coarser = replace(inner, leading=leading, columns=columns)
                return flat.with_slot(Slot(slot.number, coarser))
    return flat


def _only_sums_up(flat: Flat, flattened: Flattened, slot: Slot, measures: frozenset[str]) -> bool:
    """Whether an Aggregate over groups does nothing with what they measure but to sum it up."""
    inner = slot.relation
    assert isinstance(inner, Aggregate)

    def sums_up(value: Expression) -> bool:
        function = value.args[0] if value.op == AGGREGATE else value
        own = [
            arg.data[1]
            for arg in function.args
            if arg.op == "column" and arg.slots() == {slot.number}
        ]
        return (
            len(own) == len(function.args) == 1
            and own[0] in measures
            and _function(inner.columns[own[0]]) in OF_PARTS.get(_function(value), ())
        )

    outputs = flat.outputs[len(flattened.leading) :]
    rest = [one for one in outputs if one not in flattened.leading and not sums_up(one)]
    if any(value.holds(AGGREGATE) or value.op.startswith("call:") for value in rest):
        return False
    others = [*flattened.leading, *rest, *flat.where]
    others += [part for one in flat.slots.values() for part in one.on or ()]
    return not any(
        number == slot.number and name in measures
        for value in others
        for number, name in value.columns
    )


def _function(aggregate: Expression) -> str:
    """The name of a plain aggregate function, with or without a FILTER; else nothing."""
    if aggregate.op != AGGREGATE:
        return ""
    (function,) = aggregate.args
    if function.op == "filter":
        function = function.args[0]
    return "" if function.holds("distinct") else function.op
