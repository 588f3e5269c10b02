"""What a seed's rows say: which of them a condition lets through, and whether a join finds at most
one. A seed is data that the repository holds, so this can be known before anything runs."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from trustmetrics.fingerprint.expression import Expression
from trustmetrics.fingerprint.relation import Leaf, Relation, Select

Row = dict[str, object]


class UnknownError(Exception):
    """The value of an expression cannot be told here."""


COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "eq": operator.eq,
    "neq": operator.ne,
    "lt": operator.lt,
    "lte": operator.le,
}


def evaluate(expression: Expression, row: Row) -> object:
    """Return an expression's value on a row of one relation, whose slot is not looked at.

    Raises:
        UnknownError: it has a part that this does not know.
    """
    op, args = expression.op, expression.args
    if op == "column":
        return row[expression.data[1]]
    if op in ("true", "false", "null"):
        return {"true": True, "false": False, "null": None}[op]
    if op == "literal":
        kind, text = expression.data
        if kind not in ("string", "number"):
            raise UnknownError
        return Decimal(text) if kind == "number" else text
    if op == "cast" and expression.data[0] == "date":
        return _date(evaluate(args[0], row))
    if op == "coalesce":
        values = (evaluate(arg, row) for arg in args)
        return next((value for value in values if value is not None), None)
    if op in COMPARISONS:
        return _compared(op, evaluate(args[0], row), evaluate(args[1], row))
    if op == "is" and args[1].op == "null":
        return evaluate(args[0], row) is None
    if op == "not":
        value = evaluate(args[0], row)
        return None if value is None else not value
    if op == "or":
        return _any(evaluate(arg, row) for arg in args)
    raise UnknownError


def let_through(rows: list[Row], conditions: Iterable[Expression]) -> list[Row]:
    """Return the rows that the conditions may let through; what cannot be told lets all through."""
    for condition in conditions:
        try:
            rows = [row for row in rows if evaluate(condition, row) is True]
        except UnknownError:
            continue
    return rows


def has_unique(rows: list[Row], names: Iterable[str]) -> bool:
    """Whether no two rows have the same values, none missing, in the named columns."""
    names = sorted(names)
    keys = [tuple(row[name] for name in names) for row in rows]
    keys = [key for key in keys if None not in key]
    return len(set(keys)) == len(keys)


def matches_one_row(leaf: Leaf, slot: int, on: Iterable[Expression]) -> bool:
    """Whether a join to a seed finds at most one of its rows, whatever stands on the other side.

    Two rows of a taxonomy with one code and times of validity that do not overlap cannot both
    match a code and a date.
    """
    equal: list[str] = []
    bounds: list[tuple[Expression, str, Expression, bool]] = []
    for condition in on:
        if condition.op not in ("eq", "lt", "lte"):
            continue
        left, right = condition.args
        sides = [{number for number, _ in side.columns()} for side in (left, right)]
        if condition.op == "eq":
            for own, other in ((left, sides[1]), (right, sides[0])):
                if own.op == "column" and own.data[0] == slot and slot not in other:
                    equal.append(own.data[1])
        elif sides[0] == {slot} and slot not in sides[1]:
            bounds.append((right, "low", left, condition.op == "lt"))
        elif sides[1] == {slot} and slot not in sides[0]:
            bounds.append((left, "high", right, condition.op == "lt"))
    rows = leaf.rows or []
    try:
        return all(
            any(first[name] != second[name] for name in equal) or _apart(first, second, bounds)
            for number, first in enumerate(rows)
            for second in rows[:number]
        )
    except UnknownError:
        return False


def _apart(first: Row, second: Row, bounds: list[tuple[Expression, str, Expression, bool]]) -> bool:
    """Whether no value lies within the bounds of both rows."""
    outers: list[Expression] = []
    for outer, *_ in bounds:
        if not any(outer.same(other) for other in outers):
            outers.append(outer)
    for outer in outers:
        ends: dict[str, list[tuple[Any, bool]]] = {"low": [], "high": []}
        for other, end, expression, strict in bounds:
            if other.same(outer):
                ends[end] += [(evaluate(expression, row), strict) for row in (first, second)]
        if any(value is None for pairs in ends.values() for value, _ in pairs):
            return True
        for low, low_strict in ends["low"]:
            for high, high_strict in ends["high"]:
                if low > high or (low == high and (low_strict or high_strict)):
                    return True
    return False


def seed_of(relation: Relation) -> Leaf | None:
    """Return the seed that a relation passes on as it is; None: it is none."""
    while isinstance(relation, Select):
        if len(relation.slots) != 1 or relation.where or relation.slots[0].on is not None:
            return None
        if any(
            value.op != "column" or value.data[1] != name
            for name, value in relation.columns.items()
        ):
            return None
        relation = relation.slots[0].relation
    return relation if isinstance(relation, Leaf) and relation.kind == "seed" else None


def _date(value: object) -> object:
    if value is None or isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError as error:
        raise UnknownError from error


def _compared(op: str, left: object, right: object) -> bool | None:
    if left is None or right is None:
        return None
    if isinstance(left, date) != isinstance(right, date):
        left, right = _date(left), _date(right)
    try:
        return COMPARISONS[op](left, right)
    except TypeError as error:
        raise UnknownError from error


def _any(values: Iterable[object]) -> bool | None:
    found = list(values)
    if True in found:
        return True
    return None if None in found else False
