"""Scalar expressions: how a value is computed. Their normal form is made in normal.py."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from weakref import WeakValueDictionary

AGGREGATE = "aggregate"
WINDOW = "window"
SUBQUERY = "subquery"
COMMUTATIVE = frozenset({"and", "or", "add", "mul", "eq", "neq", "least", "greatest"})
TEXT_TYPES = frozenset({"text", "varchar"})
DOUBLE_TYPES = frozenset({"double", "double precision"})
EXACT_DIGITS = 15
Constant = str | Decimal | date


class Expression:
    """One node: an operator, its operands and what else tells it apart. Never changed once made.

    Expressions that are written alike, operand by operand, are one object: compare them with `is`.

    Attributes:
        op: the operator's or function's name, lower case; "column" for a column of a slot.
        args: the operands.
        data: the rest, hashable; of a column (slot, name), of a literal (kind, text).
        columns: the (slot, name) of every column in it.
    """

    __slots__ = ("__weakref__", "args", "columns", "data", "op")

    op: str
    args: tuple[Expression, ...]
    data: tuple[Any, ...]
    columns: frozenset[tuple[int, str]]

    def __new__(
        cls, op: str, args: tuple[Expression, ...] = (), data: tuple[Any, ...] = ()
    ) -> Expression:
        """Take the parts as they are; make (normal.py) brings them into the normal form."""
        found = _EXPRESSIONS.get((op, args, data))
        if found is None:
            found = super().__new__(cls)
            found.op, found.args, found.data = op, args, data
            own = [data] if op == "column" else []
            found.columns = frozenset(own).union(*(arg.columns for arg in args))
            _EXPRESSIONS[op, args, data] = found
        return found

    def __repr__(self) -> str:
        """Return it as a call, for people."""
        inner = ", ".join([*map(str, self.data), *map(repr, self.args)])
        return f"{self.op}({inner})" if inner else self.op

    def slots(self) -> set[int]:
        """Return the slots of its columns."""
        return {slot for slot, _ in self.columns}

    def holds(self, op: str) -> bool:
        """Whether it, or a part of it, is such an operator."""
        return self.op == op or any(arg.holds(op) for arg in self.args)


_EXPRESSIONS: WeakValueDictionary[tuple[Any, ...], Expression] = WeakValueDictionary()

TRUE, FALSE, NULL = Expression("true"), Expression("false"), Expression("null")


def column(slot: int, name: str) -> Expression:
    """Return a column of a slot, which is a place in a FROM clause."""
    return Expression("column", data=(slot, name))


def literal(kind: str, text: str) -> Expression:
    """Return a literal; kind is "string" or "number", or "type" or "word" for a name."""
    return Expression("literal", data=(kind, text))


def constant(expression: Expression) -> Constant | None:
    """Return the value of a literal, through a cast that leaves it what it is; else None."""
    inner = expression.args[0] if expression.op == "cast" else expression
    if inner.op != "literal":
        return None
    kind, text = inner.data
    declared = expression.data[0] if expression.op == "cast" else kind
    if kind == "string" and declared in ("string", *TEXT_TYPES):
        return text
    if kind == "string" and declared == "date":
        return _date(text)
    # Beyond 15 digits two decimals can be one double.
    is_exact = kind == "number" and len(text) <= EXACT_DIGITS
    return Decimal(text) if is_exact and declared in ("number", *DOUBLE_TYPES) else None


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def spelled(value: Constant | bool | None) -> Expression:
    """Return the expression of a value."""
    if value is None or isinstance(value, bool):
        return {None: NULL, True: TRUE, False: FALSE}[value]
    if isinstance(value, date):
        return Expression("cast", (literal("string", value.isoformat()),), ("date",))
    return literal("string" if isinstance(value, str) else "number", str(value))


def sides(condition: Expression) -> list[tuple[Expression, Expression]]:
    """Return of an equality each side that is a column, with the other side."""
    if condition.op != "eq":
        return []
    return [(a, b) for a, b in (condition.args, condition.args[::-1]) if a.op == "column"]


def partition_and_order(
    window: Expression,
) -> tuple[tuple[Expression, ...], tuple[Expression, ...]]:
    """Return what a window function partitions by, and what it orders by."""
    count = window.data[0]
    return window.args[1 : 1 + count], window.args[1 + count :]
