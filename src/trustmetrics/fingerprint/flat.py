"""A flat FROM: what stands in it is a table, a group, a union or a window, and no Select.

An inner slot that is a Select is spliced in: its slots and conditions join the others. A left slot
never is: a constant or a coalesce in it is NULL where nothing matches.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import count

from trustmetrics.fingerprint.expression import Expression, column
from trustmetrics.fingerprint.normal import Change, column_rewriter, conjuncts
from trustmetrics.fingerprint.relation import Relation, Select, Slot, Union, Windowed, passing


@dataclass(frozen=True)
class Flat:
    """A FROM and what is computed over it; flat once every step has been done.

    Attributes:
        slots: by number.
        where: conditions that all must hold.
        outputs: the expressions asked for, in the order asked.
    """

    slots: dict[int, Slot]
    where: tuple[Expression, ...]
    outputs: tuple[Expression, ...]

    def expressions(self) -> Iterator[Expression]:
        """Yield all that is computed: outputs, conditions, conditions of left joins."""
        yield from self.outputs
        yield from self.where
        for slot in self.slots.values():
            yield from slot.on or ()

    def used(self, number: int) -> frozenset[str]:
        """Return the columns of a slot that anything uses."""
        columns = frozenset().union(*(one.columns for one in self.expressions()))
        return frozenset(name for slot, name in columns if slot == number)

    def with_slot(self, slot: Slot) -> Flat:
        """Return it with another slot in the place of the one of that number."""
        return replace(self, slots={**self.slots, slot.number: slot})

    def changed(self, change: Change) -> Flat:
        """Return it with every expression changed."""
        slots = {
            number: slot if slot.on is None else replace(slot, on=conjuncts(*map(change, slot.on)))
            for number, slot in self.slots.items()
        }
        return Flat(slots, conjuncts(*map(change, self.where)), tuple(map(change, self.outputs)))


# A step towards the flat form; None where it finds nothing to do.
Step = Callable[[Flat], Flat | None]


def settled(select: Select, outputs: Iterable[Expression], steps: Iterable[Step]) -> Flat:
    """Return a Select and expressions over its slots after all steps that can be taken."""
    flat = Flat(
        {slot.number: slot for slot in select.slots}, conjuncts(*select.where), tuple(outputs)
    )
    while True:
        changed = next(filter(None, (step(flat) for step in steps)), None)
        if changed is None:
            return flat
        flat = changed


def spliceable(relation: Relation, used: frozenset[str]) -> Select | None:
    """Return the Select that a relation is as far as the used columns go; None: it is not one."""
    if isinstance(relation, Select):
        return relation
    if isinstance(relation, Windowed) and not used & relation.windows.keys():
        return relation.inner
    if isinstance(relation, Union) and len(relation.branches) == 1:
        branch, names = relation.branches[0]
        own = zip(relation.columns, names, strict=True)
        return replace(passing(branch, ()), columns={name: column(0, inner) for name, inner in own})
    return None


def splice(flat: Flat) -> Flat | None:
    """Put the slots of inner Selects in their place."""
    spliced: dict[int, Select] = {}
    slots: dict[int, Slot] = {}
    fresh = count(max(flat.slots, default=0) + 1)
    for number, slot in flat.slots.items():
        used = flat.used(number)
        inner = spliceable(slot.relation, used) if slot.on is None else None
        if inner is None:
            slots[number] = slot
            continue
        spliced[number] = _renumbered(inner, used, fresh)
        slots |= {own.number: own for own in spliced[number].slots}
    if not spliced:
        return None

    def over_new_slots(number: int, name: str) -> Expression:
        return spliced[number].columns[name] if number in spliced else column(number, name)

    outer = replace(flat, slots=slots).changed(column_rewriter(over_new_slots))
    where = [part for inner in spliced.values() for part in inner.where]
    return replace(outer, where=(*outer.where, *conjuncts(*where)))


def _renumbered(select: Select, used: Iterable[str], fresh: Iterator[int]) -> Select:
    """The Select with other numbers for its slots, and of its columns the used ones."""
    numbers = {slot.number: next(fresh) for slot in select.slots}
    change = column_rewriter(lambda slot, name: column(numbers[slot], name))
    slots = [
        Slot(numbers[slot.number], slot.relation, slot.on and tuple(map(change, slot.on)))
        for slot in select.slots
    ]
    columns = {name: change(select.expression(name)) for name in used}
    return Select(tuple(slots), tuple(map(change, select.where)), columns)
