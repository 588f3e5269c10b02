"""Which values a column can have at all, where SQL itself lists them, and what follows from it.

A metric that is counted by month and quarter alone never takes the branch for weeks: a change in
that branch is not a change of its meaning.
"""

from __future__ import annotations

from functools import lru_cache

from trustmetrics.fingerprint.expression import (
    FALSE,
    TEXT_TYPES,
    TRUE,
    Constant,
    Expression,
    constant,
    spelled,
)
from trustmetrics.fingerprint.flat import Flat
from trustmetrics.fingerprint.normal import column_rewriter, may_hold, rewriter
from trustmetrics.fingerprint.relation import Computed, Relation, Slot, Union

Domain = frozenset[Constant]
REMEMBERED = 10_000


@lru_cache(maxsize=REMEMBERED)
def domain(relation: Relation, name: str) -> Domain | None:
    """Return the values that a column can have, never NULL; None where they are not listed."""
    if isinstance(relation, Union):
        place = relation.columns.index(name)
        found = [domain(branch, names[place]) for branch, names in relation.branches]
        return None if None in found else frozenset().union(*found)
    if not isinstance(relation, Computed):
        return None
    expression = relation.expression(name)
    value = constant(expression)
    if value is not None:
        return frozenset({value})
    while expression.op == "cast" and expression.data[0] in TEXT_TYPES:
        (expression,) = expression.args
    if expression.op != "column":
        return None
    number, inner_name = expression.data
    slot = next(slot for slot in relation.inner.slots if slot.number == number)
    values = _in_slot(slot, inner_name)
    if values is None:
        return None
    alone = [part for part in relation.inner.where if part.columns == {expression.data}]
    return frozenset(value for value in values if _let_through(value, alone))


def _in_slot(slot: Slot, name: str) -> Domain | None:
    """The values of a slot's column. In a left slot it is NULL where nothing matches."""
    return domain(slot.relation, name) if slot.on is None else None


def _let_through(value: Constant, conditions: list[Expression]) -> bool:
    """Whether conditions on one column may hold where the column has this value."""
    change = column_rewriter(lambda number, name: spelled(value))
    return all(may_hold(change(condition)) for condition in conditions)


def fold(flat: Flat) -> Flat | None:
    """Leave out the comparisons with constants that the columns' values decide."""

    def decided(expression: Expression) -> Expression | None:
        if expression.op not in ("eq", "neq"):
            return None
        for subject, other in (expression.args, expression.args[::-1]):
            value = constant(other)
            if subject.op != "column" or value is None:
                continue
            number, name = subject.data
            known = _in_slot(flat.slots[number], name)
            if known == {value}:
                return TRUE if expression.op == "eq" else FALSE
            if known and value not in known and {type(value)} == set(map(type, known)):
                return FALSE if expression.op == "eq" else TRUE
        return None

    change = rewriter(decided)
    is_unchanged = all(change(one) is one for one in flat.expressions())
    return None if is_unchanged else flat.changed(change)
