"""Scalar expressions in a normal form: how a value is computed, not how it was written.

`make` builds an expression and normalises it: it rewrites what is the same for every input, NULL
included, to one form. Each rewriting is a function here and has a test of its own. Operands whose
order plays no part are put in order later, when their digests are known (canonical.py).
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from typing import Any
from weakref import WeakValueDictionary

COMMUTATIVE = frozenset({"and", "or", "add", "mul", "eq", "neq", "least", "greatest"})
AGGREGATE = "aggregate"
WINDOW = "window"
SUBQUERY = "subquery"


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
        """Take the parts as they are; make normalises."""
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
Change = Callable[[Expression], Expression]


def column(slot: int, name: str) -> Expression:
    """Return a column of a slot, which is a place in a FROM clause."""
    return Expression("column", data=(slot, name))


def literal(kind: str, text: str) -> Expression:
    """Return a literal; kind is "string" or "number"."""
    return Expression("literal", data=(kind, text))


def make(op: str, args: tuple[Expression, ...] = (), data: tuple[Any, ...] = ()) -> Expression:
    """Return the normal form of an operator over operands that are in normal form."""
    rule = RULES.get(op)
    return rule(args, data) if rule else Expression(op, args, data)


def rewriter(new: Callable[[Expression], Expression | None]) -> Change:
    """Return a function that rewrites expressions and normalises them again.

    A part that occurs twice, in one expression or in several, is done once and stays one part, so
    that expressions built on each other do not grow beyond measure.

    Args:
        new: gives what stands in the place of a part, asked of the whole before its operands;
            None: look into the operands.
    """
    memo: dict[Expression, Expression] = {}

    def change(expression: Expression) -> Expression:
        found = memo.get(expression)
        if found is None:
            found = new(expression)
            if found is None:
                args = tuple(map(change, expression.args))
                is_new = args != expression.args
                found = make(expression.op, args, expression.data) if is_new else expression
            memo[expression] = found
        return found

    return change


def column_rewriter(new: Callable[[int, str], Expression]) -> Change:
    """Return a function that replaces each column, given by slot and name, in expressions."""
    return rewriter(lambda part: new(*part.data) if part.op == "column" else None)


def partition_and_order(
    window: Expression,
) -> tuple[tuple[Expression, ...], tuple[Expression, ...]]:
    """Return what a window function partitions by, and what it orders by."""
    count = window.data[0]
    return window.args[1 : 1 + count], window.args[1 + count :]


def sides(condition: Expression) -> list[tuple[Expression, Expression]]:
    """Return of an equality each side that is a column, with the other side."""
    if condition.op != "eq":
        return []
    return [(a, b) for a, b in (condition.args, condition.args[::-1]) if a.op == "column"]


def conjuncts(expression: Expression) -> list[Expression]:
    """Return the conditions that all must hold for the expression to hold.

    A condition lets a row through where it is true; NULL and false are one to it.
    """
    if expression.op == "and":
        return [part for arg in expression.args for part in conjuncts(arg)]
    if expression.op == "or":
        asked = make("or", tuple(map(as_condition, expression.args)))
        return [asked] if asked.op == "or" else conjuncts(asked)
    if expression.op == "is_true":
        return conjuncts(expression.args[0])
    if expression.op == "coalesce" and expression.args[-1] is FALSE:
        return conjuncts(make("coalesce", expression.args[:-1]))
    return [] if expression is TRUE else [expression]


def all_conjuncts(conditions: Iterable[Expression]) -> tuple[Expression, ...]:
    """Return the conditions that all must hold for several to hold."""
    return tuple(part for condition in conditions for part in conjuncts(condition))


def as_condition(expression: Expression) -> Expression:
    """Return an expression that is true for the same rows; elsewhere it may be NULL or false."""
    return make("and", tuple(conjuncts(expression)))


def may_hold(condition: Expression) -> bool:
    """Whether a condition is not plainly false or NULL."""
    return not any(part in (FALSE, NULL) for part in conjuncts(condition))


TEXT_TYPES = frozenset({"text", "varchar"})
DOUBLE_TYPES = frozenset({"double", "double precision"})
EXACT_DIGITS = 15
Constant = str | Decimal | date


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


def spelled(value: object) -> Expression:
    """Return the expression of a constant value, of a boolean or of None."""
    if value is None:
        return NULL
    if isinstance(value, bool):
        return TRUE if value else FALSE
    if isinstance(value, date):
        return make("cast", (literal("string", value.isoformat()),), ("date",))
    return literal("string" if isinstance(value, str) else "number", str(value))


def is_never_null(expression: Expression) -> bool:
    """Whether it has a value on every row. False where that is not plain to see."""
    op, args = expression.op, expression.args
    if op in ("literal", "true", "false", "is", "is_true", "count"):
        return True
    if op == "coalesce":
        return any(map(is_never_null, args))
    if op in ("and", "or", "not", "dpipe", "cast"):
        return all(map(is_never_null, args))
    if op == "case":
        return len(args) % 2 == 1 and all(map(is_never_null, [*args[1::2], args[-1]]))
    return False


# The rules of make. A rule takes operands in normal form and what else tells the node apart.
Args = tuple[Expression, ...]


def _junction(op: str, neutral: Expression, absorbing: Expression) -> Callable[..., Expression]:
    def rule(args: Args, data: tuple[Any, ...]) -> Expression:
        parts = _flat(op, args)
        if absorbing in parts:
            return absorbing
        return _joined(op, [part for part in parts if part is not neutral], neutral)

    return rule


def _flat(op: str, args: Args) -> list[Expression]:
    return [part for arg in args for part in (arg.args if arg.op == op else (arg,))]


def _joined(op: str, parts: Iterable[Expression], empty: Expression) -> Expression:
    """An operator over its operands, each once; over one it is that, over none the empty one."""
    once = tuple(dict.fromkeys(parts))
    if len(once) > 1:
        return Expression(op, once)
    return once[0] if once else empty


# Three-valued: each pair is NULL for the same inputs.
NEGATED = {"eq": "neq", "neq": "eq", "lt": "gte", "lte": "gt", "gt": "lte", "gte": "lt"}
OTHERWISE = {"and": "or", "or": "and"}
OPPOSITE = {TRUE: FALSE, FALSE: TRUE, NULL: NULL}


def _not(args: Args, data: tuple[Any, ...]) -> Expression:
    (arg,) = args
    if arg in OPPOSITE:
        return OPPOSITE[arg]
    if arg.op in NEGATED:
        return make(NEGATED[arg.op], arg.args, arg.data)
    if arg.op in OTHERWISE:
        return make(OTHERWISE[arg.op], tuple(make("not", (part,)) for part in arg.args))
    return arg.args[0] if arg.op == "not" else Expression("not", args)


def _equality(op: str, test: Callable[[Any, Any], bool]) -> Callable[..., Expression]:
    def rule(args: Args, data: tuple[Any, ...]) -> Expression:
        if NULL in args:
            return NULL
        left, right = map(constant, args)
        if left is not None and type(left) is type(right):
            return TRUE if test(left, right) else FALSE
        for subject, other in (args, args[::-1]):
            if constant(other) is not None and _has_default(subject):
                # Of coalesce(x, c) against a constant: coalesce(test of x, test of c).
                before, default = make("coalesce", subject.args[:-1]), subject.args[-1]
                return make("coalesce", (make(op, (before, other)), make(op, (default, other))))
        return Expression(op, args)

    return rule


def _has_default(expression: Expression) -> bool:
    return expression.op == "coalesce" and constant(expression.args[-1]) is not None


def _order(op: str, test: Callable[[Any, Any], bool]) -> Callable[..., Expression]:
    def rule(args: Args, data: tuple[Any, ...]) -> Expression:
        if NULL in args:
            return NULL
        left, right = map(constant, args)
        # How texts are ordered is the database's affair.
        if type(left) is type(right) and isinstance(left, Decimal | date):
            return TRUE if test(left, right) else FALSE
        return Expression(op, args)

    return rule


def _turned(op: str) -> Callable[..., Expression]:
    return lambda args, data: make(op, args[::-1])


def _between(args: Args, data: tuple[Any, ...]) -> Expression:
    value, low, high = args
    return make("and", (make("lte", (low, value)), make("lte", (value, high))))


def _in(args: Args, data: tuple[Any, ...]) -> Expression:
    value, *options = args
    return make("or", tuple(make("eq", (value, option)) for option in options))


def _is(args: Args, data: tuple[Any, ...]) -> Expression:
    value, what = args
    if what is not NULL:
        return Expression("is", args)
    if value is NULL:
        return TRUE
    if is_never_null(value):
        return FALSE
    if value.op == "case" and len(value.args) % 2 == 0:
        results = value.args[1::2]
        if all(map(is_never_null, results)):
            # Without ELSE, the case is NULL where no condition is true.
            return make("not", (make("is_true", (make("or", value.args[0::2]),)),))
    return Expression("is", args)


def _is_true(args: Args, data: tuple[Any, ...]) -> Expression:
    (arg,) = args
    if arg.op in ("and", "or"):
        return make(arg.op, tuple(make("is_true", (part,)) for part in arg.args))
    if arg.op == "coalesce" and len(arg.args) == 2 and arg.args[1] is FALSE:
        return make("is_true", arg.args[:1])
    return arg if is_never_null(arg) else Expression("is_true", args)


def _coalesce(args: Args, data: tuple[Any, ...]) -> Expression:
    parts: list[Expression] = []
    for part in _flat("coalesce", args):
        if part is not NULL:
            parts.append(part)
            if is_never_null(part):
                break
    return _joined("coalesce", parts, NULL)


def _dpipe(args: Args, data: tuple[Any, ...]) -> Expression:
    return Expression("dpipe", tuple(_flat("dpipe", args)))


def _case(args: Args, data: tuple[Any, ...]) -> Expression:
    otherwise = args[-1] if len(args) % 2 else NULL
    kept: list[Expression] = []
    for asked, result in zip(args[0::2], args[1::2], strict=False):
        condition = as_condition(asked)
        if condition is TRUE:
            otherwise = result
            break
        if condition not in (FALSE, NULL):
            kept += [condition, result]
    if not kept:
        return otherwise
    return Expression("case", tuple(kept) if otherwise is NULL else (*kept, otherwise))


def _cast(args: Args, data: tuple[Any, ...]) -> Expression:
    (arg,) = args
    return arg if arg.op == "cast" and arg.data == data else Expression("cast", args, data)


def _neg(args: Args, data: tuple[Any, ...]) -> Expression:
    number = _whole(args[0])
    return literal("number", str(-number)) if number is not None else Expression("neg", args)


def _arithmetic(op: str, compute: Callable[[int, int], int]) -> Callable[..., Expression]:
    def rule(args: Args, data: tuple[Any, ...]) -> Expression:
        # A date and a month and a day is another date than a date and a day and a month.
        may_regroup = op in COMMUTATIVE and not any(arg.holds("interval") for arg in args)
        parts: list[Expression] = []
        for part in _flat(op, args) if may_regroup else args:
            number, known = _whole(part), _whole(parts[-1]) if parts else None
            if number is not None and known is not None:
                parts[-1] = literal("number", str(compute(known, number)))
            else:
                parts.append(part)
        return parts[0] if len(parts) == 1 else Expression(op, tuple(parts))

    return rule


def _whole(expression: Expression) -> int | None:
    """The value of a literal whole number that any engine takes for a 32-bit one, else None."""
    if expression.op != "literal" or expression.data[0] != "number":
        return None
    text = expression.data[1]
    digits = text.removeprefix("-")
    return int(text) if digits.isdigit() and len(digits) <= 4 else None


RULES: dict[str, Callable[[Args, tuple[Any, ...]], Expression]] = {
    "and": _junction("and", neutral=TRUE, absorbing=FALSE),
    "or": _junction("or", neutral=FALSE, absorbing=TRUE),
    "not": _not,
    "eq": _equality("eq", operator.eq),
    "neq": _equality("neq", operator.ne),
    "lt": _order("lt", operator.lt),
    "lte": _order("lte", operator.le),
    "gt": _turned("lt"),
    "gte": _turned("lte"),
    "between": _between,
    "in": _in,
    "is": _is,
    "is_true": _is_true,
    "coalesce": _coalesce,
    "dpipe": _dpipe,
    "case": _case,
    "cast": _cast,
    "neg": _neg,
    "add": _arithmetic("add", operator.add),
    "sub": _arithmetic("sub", operator.sub),
    "mul": _arithmetic("mul", operator.mul),
}
