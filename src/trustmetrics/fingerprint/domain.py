"""Which values a column can have at all, where SQL itself lists them, and what follows from it.

A metric that is counted by month and quarter alone never takes the branch for weeks: a change in
that branch is no change of its meaning.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from trustmetrics.fingerprint.expression import (
    FALSE,
    TRUE,
    Expression,
    constant,
    literal,
    make,
    replace_columns,
)
from trustmetrics.fingerprint.relation import (
    Aggregate,
    Limited,
    Relation,
    Select,
    Union,
    Windowed,
)

Value = tuple[str, object]
Domain = frozenset[Value]
REMEMBERED = 10_000


@lru_cache(maxsize=REMEMBERED)
def domain(relation: Relation, name: str) -> Domain | None:
    """Return the values that a column can have, never NULL; None where they are not listed."""
    if isinstance(relation, Union):
        place = relation.columns.index(name)
        found = [domain(branch, names[place]) for branch, names in relation.branches]
        known = [values for values in found if values is not None]
        return frozenset().union(*known) if len(known) == len(found) else None
    if isinstance(relation, Select):
        return _of_expression(relation, relation.expression(name))
    if isinstance(relation, Aggregate):
        return _of_expression(relation.inner, relation.columns[name])
    if isinstance(relation, Windowed) and name in relation.windows:
        return None
    if isinstance(relation, Windowed | Limited):
        return _of_expression(relation.inner, relation.inner.expression(name))
    return None


def _of_expression(select: Select, expression: Expression) -> Domain | None:
    value = constant(expression)
    if value is not None:
        return frozenset({value})
    while expression.op == "cast" and expression.data[0] in ("text", "varchar"):
        (expression,) = expression.args
    if expression.op != "column":
        return None
    number, name = expression.data
    slot = next(slot for slot in select.slots if slot.number == number)
    # What stands in a left slot is NULL where nothing matches.
    values = domain(slot.relation, name) if slot.on is None else None
    if values is None:
        return None
    alone = [part for part in select.where if set(part.columns()) == {(number, name)}]
    return frozenset(value for value in values if all(_lets_through(p, value) for p in alone))


def _lets_through(condition: Expression, value: Value) -> bool:
    """Whether a condition on one column may hold where the column has this value."""
    kind, text = value
    asked = replace_columns(condition, lambda number, name: literal(kind, str(text)))
    return asked.op not in ("false", "null")


def fold(
    expression: Expression,
    values: Callable[[int, str], Domain | None],
    memo: dict[int, Expression],
) -> Expression:
    """Return an expression without the comparisons that the columns' values decide.

    Args:
        expression: any.
        values: the domain of a slot's column.
        memo: results by the address of what they are of, which must stay alive.
    """
    found = memo.get(id(expression))
    if found is None:
        args = tuple(fold(arg, values, memo) for arg in expression.args)
        if all(new is old for new, old in zip(args, expression.args, strict=True)):
            found = expression
        else:
            found = make(expression.op, args, expression.data)
        found = _decided(found, values)
        memo[id(expression)] = found
    return found


def _decided(expression: Expression, values: Callable[[int, str], Domain | None]) -> Expression:
    if expression.op not in ("eq", "neq"):
        return expression
    for subject, other in (expression.args, expression.args[::-1]):
        value = constant(other)
        if subject.op != "column" or value is None:
            continue
        known = values(*subject.data)
        if known is None or not known:
            continue
        if value not in known and all(kind == value[0] for kind, _ in known):
            return FALSE if expression.op == "eq" else TRUE
        if known == {value}:
            return TRUE if expression.op == "eq" else FALSE
    return expression
