"""Whether a relation has at most one row for given values of some columns.

A left join to such a relation, none of whose columns is used, neither adds nor removes a row: it
plays no part in the number, and a change in it is not a change of meaning. What is unique follows
from the query and from seeds' rows alone, never from a key that somebody declared: a key that does
not hold would hide a change.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from trustmetrics.fingerprint.domain import fold
from trustmetrics.fingerprint.expression import Expression, constant, partition_and_order, sides
from trustmetrics.fingerprint.flat import Flat, settled, splice, spliceable
from trustmetrics.fingerprint.push import push_on, push_where
from trustmetrics.fingerprint.relation import (
    Aggregate,
    Computed,
    Leaf,
    Relation,
    Select,
    Slot,
    Windowed,
)
from trustmetrics.fingerprint.seeds import has_unique, matches_one_row

REMEMBERED = 10_000
STEPS = (splice, push_where, push_on, fold)


def matches_at_most_one(slot: Slot) -> bool:
    """Whether a left join finds at most one row in its slot for each row before it."""
    on = slot.on or ()
    rows = _seed(slot.relation)
    if rows is not None:
        return matches_one_row(rows, slot.number, on)
    bound = {
        own.data[1]
        for condition in on
        for own, other in sides(condition)
        if own.data[0] == slot.number and slot.number not in other.slots()
    }
    return is_unique(slot.relation, frozenset(bound))


def may_multiply(flat: Flat, slot: Slot) -> bool:
    """Whether a join to a slot may find several of its rows for one before it.

    Told of a left join to anything, and of an inner one to a seed beside which others stand.
    """
    if slot.on is not None:
        return not matches_at_most_one(slot)
    rows = slot.relation.rows if isinstance(slot.relation, Leaf) else None
    return (
        rows is not None
        and len(flat.slots) > 1
        and not matches_one_row(rows, slot.number, flat.where)
    )


def _seed(relation: Relation) -> list | None:
    """The rows of the seed that a relation passes on unchanged; None: it is not a seed."""
    while isinstance(relation, Select):
        if len(relation.slots) != 1 or relation.where or relation.slots[0].on is not None:
            return None
        columns = relation.columns.items()
        if any(value.op != "column" or value.data[1] != name for name, value in columns):
            return None
        relation = relation.slots[0].relation
    return relation.rows if isinstance(relation, Leaf) else None


@lru_cache(maxsize=REMEMBERED)
def is_unique(relation: Relation, names: frozenset[str]) -> bool:
    """Whether at most one row has given values, none missing, in the named columns."""
    if isinstance(relation, Leaf):
        if relation.is_one_row:
            return True
        return bool(names) and relation.rows is not None and has_unique(relation.rows, names)
    if isinstance(relation, Aggregate):
        return {relation.columns[name] for name in names}.issuperset(relation.leading)
    if isinstance(relation, Windowed):
        return is_unique(relation.inner, names.difference(relation.windows))
    select = spliceable(relation, names)
    if select is None and isinstance(relation, Computed):
        select = relation.inner
    return select is not None and _is_unique_select(select, names)


def _is_unique_select(select: Select, names: frozenset[str]) -> bool:
    """Slot by slot: what is fixed by the columns given fixes more, until nothing new follows."""
    flat = settled(select, [select.expression(name) for name in sorted(names)], STEPS)
    # An ON says something of its own slot alone: what stands before it may find no match.
    equal = [pair for part in flat.where for pair in sides(part)]
    for number, slot in flat.slots.items():
        equal += [p for part in slot.on or () for p in sides(part) if p[0].data[0] == number]
    known = {expression.data for expression in flat.outputs if expression.op == "column"}
    fixed: set[int] = set()

    def is_known(column: tuple[int, str]) -> bool:
        return column in known or column[0] in fixed

    def is_fixed(slot: Slot) -> bool:
        bound = frozenset(name for number, name in known if number == slot.number)
        if is_unique(slot.relation, bound) or _is_first_of(slot, bound, flat.where):
            return True
        before = {c for part in slot.on or () for c in part.columns if c[0] != slot.number}
        return slot.on is not None and all(map(is_known, before)) and matches_at_most_one(slot)

    while True:
        count = len(known) + len(fixed)
        known |= {own.data for own, other in equal if all(map(is_known, other.columns))}
        fixed |= {number for number, slot in flat.slots.items() if is_fixed(slot)}
        if len(known) + len(fixed) == count:
            return fixed == flat.slots.keys()


def _is_first_of(slot: Slot, bound: frozenset[str], where: Iterable[Expression]) -> bool:
    """Whether a condition row_number() = 1 leaves one row for the columns that are bound."""
    windowed = slot.relation
    if not isinstance(windowed, Windowed):
        return False
    given = {windowed.inner.expression(name) for name in bound - windowed.windows.keys()}
    firsts = {
        windowed.windows.get(own.data[1])
        for condition in where
        for own, other in sides(condition)
        if own.data[0] == slot.number and constant(other) == 1
    }
    return any(
        window.args[0].op == "rownumber" and given.issuperset(partition_and_order(window)[0])
        for window in firsts - {None}
    )
