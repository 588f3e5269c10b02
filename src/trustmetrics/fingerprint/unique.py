"""Whether a relation has at most one row for given values of some columns.

A left join to such a relation, none of whose columns is used, neither adds nor removes a row: it
plays no part in the number, and a change in it is no change of meaning.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from trustmetrics.fingerprint.expression import Expression
from trustmetrics.fingerprint.relation import (
    Aggregate,
    Leaf,
    Limited,
    Relation,
    Select,
    Slot,
    Union,
    Windowed,
)
from trustmetrics.fingerprint.rows import has_unique, matches_one_row, seed_of

REMEMBERED = 10_000


def matches_at_most_one(slot: Slot) -> bool:
    """Whether a left join finds at most one row in its slot for each row before it."""
    on = slot.on or ()
    seed = seed_of(slot.relation)
    if seed is not None:
        return matches_one_row(seed, slot.number, on)
    bound: set[str] = set()
    for condition in on:
        for own, other in _sides(condition):
            if own.data[0] == slot.number and all(s != slot.number for s, _ in other.columns()):
                bound.add(own.data[1])
    return is_unique(slot.relation, frozenset(bound))


@lru_cache(maxsize=REMEMBERED)
def is_unique(relation: Relation, names: frozenset[str]) -> bool:
    """Whether at most one row has given values, none missing, in the named columns."""
    if isinstance(relation, Leaf):
        if relation.is_one_row:
            return True
        return bool(names) and relation.rows is not None and has_unique(relation.rows, names)
    if isinstance(relation, Aggregate):
        bound = [relation.columns[name] for name in names]
        return all(any(key.same(value) for value in bound) for key in relation.keys)
    if isinstance(relation, Windowed):
        return is_unique(relation.inner, names.difference(relation.windows))
    if isinstance(relation, Limited):
        return is_unique(relation.inner, names)
    if isinstance(relation, Union) and len(relation.branches) == 1:
        branch, own = relation.branches[0]
        by_name = dict(zip(relation.columns, own, strict=True))
        return is_unique(branch, frozenset(by_name[name] for name in names))
    return isinstance(relation, Select) and _is_unique_select(relation, set(names))


def _is_unique_select(select: Select, names: set[str]) -> bool:
    """Slot by slot: what is fixed by the columns given fixes more, until nothing new follows."""
    # Each needs the other: a flat form leaves out the joins that find at most one row.
    from trustmetrics.fingerprint.flatten import flatten

    flat = flatten(select, [select.expression(name) for name in sorted(names)])
    # An ON says something of its own slot alone: what stands before it may find no match.
    conditions = [(part, None) for part in flat.where]
    conditions += [(part, slot.number) for slot in flat.slots.values() for part in slot.on or ()]
    known = {expression.data for expression in flat.outputs if expression.op == "column"}
    fixed: set[int] = set()

    def is_known(expression: Expression) -> bool:
        return all(item in known or item[0] in fixed for item in expression.columns())

    changed = True
    while changed:
        before = len(known) + len(fixed)
        for condition, only in conditions:
            for own, other in _sides(condition):
                if only in (None, own.data[0]) and is_known(other):
                    known.add(own.data)
        for slot in flat.slots.values():
            bound = {name for number, name in known if number == slot.number}
            if slot.number not in fixed and (
                is_unique(slot.relation, frozenset(bound)) or _is_first_of(slot, bound, flat.where)
            ):
                fixed.add(slot.number)
        changed = len(known) + len(fixed) > before
    return all(number in fixed for number in flat.slots)


def _is_first_of(slot: Slot, bound: set[str], where: Iterable[Expression]) -> bool:
    """Whether a condition row_number() = 1 leaves one row for the columns that are bound."""
    windowed = slot.relation
    if not isinstance(windowed, Windowed):
        return False
    given = [windowed.inner.expression(name) for name in bound - windowed.windows.keys()]
    for condition in where:
        for own, other in _sides(condition):
            window = windowed.windows.get(own.data[1]) if own.data[0] == slot.number else None
            if window is None or other.op != "literal" or other.data[1] != "1":
                continue
            function, partition = window.args[0], window.args[1 : 1 + window.data[0]]
            if function.op == "rownumber" and all(
                any(part.same(value) for value in given) for part in partition
            ):
                return True
    return False


def _sides(condition: Expression) -> list[tuple[Expression, Expression]]:
    """Of an equality: each side that is a column, with the other side."""
    if condition.op != "eq":
        return []
    left, right = condition.args
    return [(a, b) for a, b in ((left, right), (right, left)) if a.op == "column"]
