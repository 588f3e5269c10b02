"""Brings a Select into one flat FROM: what stands in it is a table, a group, a union or a window.

However an author cuts a query into CTEs and models, the flat form is the same. Each step keeps the
rows and values of every column that is used, on all data:

- an inner slot that is a Select is spliced in, its conditions joining the others;
- a left slot of which no column is used and of which a row finds at most one is dropped;
- a condition on one slot alone is moved into it, through grouping keys and window partitions, and a
  branch of a union that it rules out is dropped. A condition of an ON moves into its own slot;
- a comparison with a constant that a column of listed values can never have is left out.

A left slot is never spliced: a constant or a coalesce in it is NULL where nothing matches.
"""

from __future__ import annotations

from dataclasses import dataclass

from trustmetrics.fingerprint.domain import Domain, domain, fold
from trustmetrics.fingerprint.expression import Expression, column, conjuncts, replace_columns
from trustmetrics.fingerprint.push import push_down
from trustmetrics.fingerprint.relation import (
    Aggregate,
    Limited,
    Relation,
    Select,
    Slot,
    Union,
    Windowed,
)
from trustmetrics.fingerprint.unique import matches_at_most_one


@dataclass
class Flat:
    """A flat FROM and what is computed over it.

    Attributes:
        slots: by number.
        where: conditions that all must hold.
        outputs: the expressions asked for, in the order asked.
    """

    slots: dict[int, Slot]
    where: list[Expression]
    outputs: list[Expression]

    def used(self, number: int) -> frozenset[str]:
        """Return the columns of a slot that anything uses."""
        return frozenset(
            name
            for expression in self.expressions()
            for slot, name in expression.columns()
            if slot == number
        )

    def expressions(self) -> list[Expression]:
        """Return all that is computed: outputs, conditions, conditions of left joins."""
        return [
            *self.outputs,
            *self.where,
            *(part for slot in self.slots.values() for part in slot.on or ()),
        ]

    def replace(self, replaced: set[int], new: dict[int, dict[str, Expression]]) -> None:
        """Replace every column of the slots by its new expression."""
        memo: dict[int, Expression] = {}

        def change(number: int, name: str) -> Expression:
            return new[number][name] if number in replaced else column(number, name)

        def all_of(expressions: list[Expression]) -> list[Expression]:
            return [replace_columns(expression, change, memo) for expression in expressions]

        before = (self.outputs, self.where, self.slots)  # the memo goes by address: keep them
        self.outputs = all_of(self.outputs)
        self.where = _parts(all_of(self.where))
        self.slots = {
            number: slot
            if slot.on is None
            else Slot(number, slot.relation, tuple(_parts(all_of(list(slot.on)))))
            for number, slot in self.slots.items()
        }
        del before


def flatten(select: Select, outputs: list[Expression]) -> Flat:
    """Return the flat form of a Select and of expressions over its slots."""
    flat = Flat({slot.number: slot for slot in select.slots}, _parts(select.where), outputs)
    while _splice(flat) or _drop_unused(flat) or push_down(flat) or _fold(flat):
        pass
    return flat


@dataclass(frozen=True)
class Plan:
    """How a relation's columns are computed.

    Attributes:
        select: the rows that they are computed from.
        leading: what else is computed: grouping keys, or the ordering of a limit.
        columns: each used column, sorted by name.
        windows: those that are window functions.
    """

    select: Select
    leading: tuple[Expression, ...]
    columns: dict[str, Expression]
    windows: frozenset[str] = frozenset()


def computed(relation: Relation, used: frozenset[str]) -> Plan:
    """Return how the used columns of a relation other than a Leaf, Opaque or Union are computed."""
    names = sorted(used)
    if isinstance(relation, Aggregate):
        return Plan(relation.inner, relation.keys, {name: relation.columns[name] for name in names})
    if isinstance(relation, Limited):
        columns = {name: relation.inner.expression(name) for name in names}
        return Plan(relation.inner, relation.order, columns)
    select = spliceable(relation, used)
    if select is not None:
        return Plan(select, (), {name: select.expression(name) for name in names})
    assert isinstance(relation, Windowed)
    windows = used & relation.windows.keys()
    columns = {
        name: relation.windows[name] if name in windows else relation.inner.expression(name)
        for name in names
    }
    return Plan(relation.inner, (), columns, windows)


def _parts(expressions: list[Expression] | tuple[Expression, ...]) -> list[Expression]:
    return [part for expression in expressions for part in conjuncts(expression)]


def _splice(flat: Flat) -> bool:
    """Put the slots of inner Selects in their place; True where there was one."""
    spliced: dict[int, Select] = {}
    for number, slot in flat.slots.items():
        inner = spliceable(slot.relation, flat.used(number)) if slot.on is None else None
        if inner is not None:
            spliced[number] = inner
    if not spliced:
        return False
    fresh = max(flat.slots) + 1
    new: dict[int, dict[str, Expression]] = {}
    where: list[Expression] = []
    slots: dict[int, Slot] = {}
    for number, slot in flat.slots.items():
        inner = spliced.get(number)
        if inner is None:
            slots[number] = slot
            continue
        numbers = {own.number: fresh + offset for offset, own in enumerate(inner.slots)}
        fresh += len(inner.slots)
        memo: dict[int, Expression] = {}

        def renumber(
            own: int,
            name: str,
            numbers: dict[int, int] = numbers,
        ) -> Expression:
            return column(numbers[own], name)

        expressions = {name: inner.expression(name) for name in flat.used(number)}
        new[number] = {
            name: replace_columns(expression, renumber, memo)
            for name, expression in expressions.items()
        }
        where += [replace_columns(part, renumber, memo) for part in inner.where]
        for own in inner.slots:
            on = own.on and tuple(replace_columns(part, renumber, memo) for part in own.on)
            slots[numbers[own.number]] = Slot(numbers[own.number], own.relation, on)
    flat.slots = slots
    flat.replace(set(spliced), new)
    flat.where += _parts(where)
    return True


def spliceable(relation: Relation, used: frozenset[str]) -> Select | None:
    """Return the Select that a relation is, as far as the used columns go; None: it is none."""
    if isinstance(relation, Select):
        return relation
    if isinstance(relation, Windowed) and not used & relation.windows.keys():
        return relation.inner
    if isinstance(relation, Union) and len(relation.branches) == 1:
        branch, names = relation.branches[0]
        own = zip(relation.columns, names, strict=True)
        return Select((Slot(0, branch),), (), {name: column(0, inner) for name, inner in own})
    return None


def _fold(flat: Flat) -> bool:
    """Leave out the comparisons that a column's values decide; True where there was one."""

    def values(number: int, name: str) -> Domain | None:
        slot = flat.slots[number]
        return domain(slot.relation, name) if slot.on is None else None

    before = flat.expressions()
    memo: dict[int, Expression] = {}
    after = [fold(expression, values, memo) for expression in before]
    if all(new is old for new, old in zip(after, before, strict=True)):
        return False
    outputs, rest = after[: len(flat.outputs)], after[len(flat.outputs) :]
    where, rest = rest[: len(flat.where)], rest[len(flat.where) :]
    flat.outputs, flat.where = outputs, _parts(where)
    for number, slot in flat.slots.items():
        if slot.on is not None:
            on, rest = rest[: len(slot.on)], rest[len(slot.on) :]
            flat.slots[number] = Slot(number, slot.relation, tuple(_parts(on)))
    return True


def _drop_unused(flat: Flat) -> bool:
    """Drop the left slots that play no part; True where there was one."""
    for number, slot in flat.slots.items():
        if slot.on is None or not matches_at_most_one(slot):
            continue
        rest = {other: kept for other, kept in flat.slots.items() if other != number}
        others = Flat(rest, flat.where, flat.outputs)
        if not others.used(number):
            flat.slots = others.slots
            return True
    return False
