"""Scalar expressions in a normal form: how a value is computed, not how it was written.

`make` is the only way to build one. It rewrites what is the same for every input, NULL included, to
one form; each rewriting is a function here and has a test of its own. What does not depend on the
order of its operands is put in order later, when their digests are known (canonical.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

COMMUTATIVE = frozenset({"and", "or", "add", "mul", "eq", "neq", "least", "greatest"})


class Expression:
    """One node: an operator, its operands and what else tells it apart. Never changed once made.

    Attributes:
        op: the operator's or function's name, lower case; "column" for a column of a slot.
        args: the operands.
        data: the rest, hashable; of a column (slot, name), of a literal (kind, text).
    """

    __slots__ = ("args", "data", "op")

    def __init__(
        self, op: str, args: tuple[Expression, ...] = (), data: tuple[Any, ...] = ()
    ) -> None:
        """Take the parts as they are; make normalises."""
        self.op = op
        self.args = args
        self.data = data

    def __repr__(self) -> str:
        """Return it as a call, for people."""
        inner = ", ".join([*map(str, self.data), *map(repr, self.args)])
        return f"{self.op}({inner})" if inner else self.op

    def same(self, other: Expression) -> bool:
        """Whether both are written alike, operand by operand."""
        return self is other or (
            (self.op, self.data, len(self.args)) == (other.op, other.data, len(other.args))
            and all(a.same(b) for a, b in zip(self.args, other.args, strict=True))
        )

    def columns(self) -> Iterator[tuple[int, str]]:
        """Yield the (slot, name) of every column in it, repeated where it is repeated."""
        seen: set[int] = set()
        stack = [self]
        while stack:
            node = stack.pop()
            if id(node) in seen:
                continue
            seen.add(id(node))
            if node.op == "column":
                yield node.data
            stack.extend(node.args)


TRUE, FALSE, NULL = Expression("true"), Expression("false"), Expression("null")


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


def replace_columns(
    expression: Expression,
    new: Callable[[int, str], Expression],
    memo: dict[int, Expression] | None = None,
) -> Expression:
    """Return the expression with each column (slot, name) replaced, and normalised again.

    A part that occurs twice is done once and stays one part, so that expressions which are
    built on each other do not grow beyond measure. A memo, keyed by address, may serve several
    expressions that live as long as it does.
    """
    memo = {} if memo is None else memo
    found = memo.get(id(expression))
    if found is not None:
        return found
    if expression.op == "column":
        result = new(*expression.data)
    elif not expression.args:
        result = expression
    else:
        args = tuple(replace_columns(arg, new, memo) for arg in expression.args)
        unchanged = all(a is b for a, b in zip(args, expression.args, strict=True))
        result = expression if unchanged else make(expression.op, args, expression.data)
    memo[id(expression)] = result
    return result


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
    if expression.op == "coalesce" and expression.args[-1].op == "false":
        return conjuncts(make("coalesce", expression.args[:-1]))
    return [] if expression.op == "true" else [expression]


def as_condition(expression: Expression) -> Expression:
    """Return an expression that is true for the same rows; elsewhere it may be NULL or false."""
    return make("and", tuple(conjuncts(expression)))


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


def _and(args: tuple[Expression, ...], data: tuple[Any, ...]) -> Expression:
    return _junction("and", args, neutral=TRUE, absorbing=FALSE)


def _or(args: tuple[Expression, ...], data: tuple[Any, ...]) -> Expression:
    return _junction("or", args, neutral=FALSE, absorbing=TRUE)


def _junction(
    op: str, args: tuple[Expression, ...], neutral: Expression, absorbing: Expression
) -> Expression:
    parts: list[Expression] = []
    for part in _flat(op, args):
        if part.op == absorbing.op:
            return absorbing
        if part.op != neutral.op and not any(part.same(other) for other in parts):
            parts.append(part)
    if not parts:
        return neutral
    return parts[0] if len(parts) == 1 else Expression(op, tuple(parts))


def _flat(op: str, args: tuple[Expression, ...]) -> Iterator[Expression]:
    for arg in args:
        if arg.op == op:
            yield from arg.args
        else:
            yield arg


# Three-valued: each pair is NULL for the same inputs.
NEGATED = {"eq": "neq", "neq": "eq", "lt": "gte", "lte": "gt", "gt": "lte", "gte": "lt"}


def _not(args: tuple[Expression, ...], data: tuple[Any, ...]) -> Expression:
    (arg,) = args
    if arg.op in NEGATED:
        return make(NEGATED[arg.op], arg.args, arg.data)
    if arg.op == "not":
        return arg.args[0]
    if arg.op in ("and", "or"):
        other = "or" if arg.op == "and" else "and"
        return make(other, tuple(make("not", (part,)) for part in arg.args))
    if arg.op in ("true", "false"):
        return FALSE if arg.op == "true" else TRUE
    return Expression("not", args)


def _equality(op: str) -> Callable[..., Expression]:
    def rule(args: tuple[Expression, ...], data: tuple[Any, ...]) -> Expression:
        values = [constant(arg) for arg in args]
        if values[0] is not None and values[1] is not None and values[0][0] == values[1][0]:
            return TRUE if (values[0] == values[1]) == (op == "eq") else FALSE
        for subject, other in (args, args[::-1]):
            if constant(other) is not None:
                pulled = _out_of_coalesce(
                    subject, lambda part, other=other: make(op, (part, other))
                )
                if pulled is not None:
                    return pulled
        return Expression(op, args)

    return rule


def _out_of_coalesce(
    subject: Expression, test: Callable[[Expression], Expression]
) -> Expression | None:
    """A test of coalesce(x, c) against constants, c one too, is coalesce(test of x, test of c)."""
    if subject.op != "coalesce" or constant(subject.args[-1]) is None:
        return None
    return make("coalesce", (test(make("coalesce", subject.args[:-1])), test(subject.args[-1])))


TEXT_TYPES = frozenset({"text", "varchar"})
DOUBLE_TYPES = frozenset({"double", "double precision"})
EXACT_DIGITS = 15


def constant(expression: Expression) -> tuple[str, str | Decimal] | None:
    """Return (kind, value) of a literal, through a cast that leaves it what it is; else None."""
    kinds = {"string", "number"}
    if expression.op == "cast" and expression.args[0].op == "literal":
        kinds = {"string"} if expression.data[0] in TEXT_TYPES else set()
        kinds |= {"number"} if expression.data[0] in DOUBLE_TYPES else set()
        expression = expression.args[0]
    if expression.op != "literal" or expression.data[0] not in kinds:
        return None
    kind, text = expression.data
    if kind == "string":
        return kind, text
    # Beyond 15 digits two decimals can be one double.
    return (kind, Decimal(text)) if len(text) <= EXACT_DIGITS else None


def _flipped(op: str) -> Callable[..., Expression]:
    def rule(args: tuple[Expression, ...], data: tuple[Any, ...]) -> Expression:
        left, right = args
        return Expression(op, (right, left))

    return rule


def _between(args: tuple[Expression, ...], data: tuple[Any, ...]) -> Expression:
    value, low, high = args
    return make("and", (make("lte", (low, value)), make("lte", (value, high))))


def _in(args: tuple[Expression, ...], data: tuple[Any, ...]) -> Expression:
    value, *options = args
    return make("or", tuple(make("eq", (value, option)) for option in options))


def _is(args: tuple[Expression, ...], data: tuple[Any, ...]) -> Expression:
    value, what = args
    if what.op != "null":
        return Expression("is", args)
    if value.op == "null":
        return TRUE
    if is_never_null(value):
        return FALSE
    if value.op == "case" and len(value.args) % 2 == 0:
        results = value.args[1::2]
        if all(map(is_never_null, results)):
            # Without ELSE, the case is NULL where no condition is true.
            return make("not", (make("is_true", (make("or", value.args[0::2]),)),))
    return Expression("is", args)


def _is_true(args: tuple[Expression, ...], data: tuple[Any, ...]) -> Expression:
    (arg,) = args
    if arg.op in ("and", "or"):
        return make(arg.op, tuple(make("is_true", (part,)) for part in arg.args))
    if arg.op == "coalesce" and len(arg.args) == 2 and arg.args[1].op == "false":
        return make("is_true", arg.args[:1])
    return arg if is_never_null(arg) else Expression("is_true", args)


def _coalesce(args: tuple[Expression, ...], data: tuple[Any, ...]) -> Expression:
    parts: list[Expression] = []
    for part in _flat("coalesce", args):
        if part.op != "null" and not any(part.same(other) for other in parts):
            parts.append(part)
        if parts and is_never_null(parts[-1]):
            break
    if not parts:
        return NULL
    return parts[0] if len(parts) == 1 else Expression("coalesce", tuple(parts))


def _dpipe(args: tuple[Expression, ...], data: tuple[Any, ...]) -> Expression:
    return Expression("dpipe", tuple(_flat("dpipe", args)))


def _case(args: tuple[Expression, ...], data: tuple[Any, ...]) -> Expression:
    branches = list(zip(args[0::2], args[1::2], strict=False))
    otherwise = args[-1] if len(args) % 2 else NULL
    kept: list[Expression] = []
    for asked, result in branches:
        condition = as_condition(asked)
        if condition.op in ("false", "null"):
            continue
        if condition.op == "true":
            otherwise = result
            break
        kept += [condition, result]
    if not kept:
        return otherwise
    return Expression("case", tuple(kept) if otherwise.op == "null" else (*kept, otherwise))


def _cast(args: tuple[Expression, ...], data: tuple[Any, ...]) -> Expression:
    (arg,) = args
    return arg if arg.op == "cast" and arg.data == data else Expression("cast", args, data)


def _neg(args: tuple[Expression, ...], data: tuple[Any, ...]) -> Expression:
    number = _whole(args[0])
    return literal("number", str(-number)) if number is not None else Expression("neg", args)


def _arithmetic(op: str, compute: Callable[[int, int], int]) -> Callable[..., Expression]:
    def rule(args: tuple[Expression, ...], data: tuple[Any, ...]) -> Expression:
        parts: list[Expression] = []
        for part in _flat(op, args) if op in COMMUTATIVE and _may_regroup(args) else args:
            number, known = _whole(part), _whole(parts[-1]) if parts else None
            if number is not None and known is not None:
                parts[-1] = literal("number", str(compute(known, number)))
            else:
                parts.append(part)
        return parts[0] if len(parts) == 1 else Expression(op, tuple(parts))

    return rule


def _may_regroup(args: tuple[Expression, ...]) -> bool:
    """Whether a sum or product may be added up in another order. Not with intervals: a date and a
    month and a day is another date than a date and a day and a month."""
    return not any(_holds_interval(arg) for arg in args)


def _holds_interval(expression: Expression) -> bool:
    return expression.op == "interval" or any(map(_holds_interval, expression.args))


def _whole(expression: Expression) -> int | None:
    """The value of a literal whole number that any engine takes for a 32-bit one, else None."""
    if expression.op != "literal" or expression.data[0] != "number":
        return None
    text = expression.data[1]
    digits = text.removeprefix("-")
    return int(text) if digits.isdigit() and len(digits) <= 4 else None


RULES: dict[str, Callable[[tuple[Expression, ...], tuple[Any, ...]], Expression]] = {
    "and": _and,
    "or": _or,
    "not": _not,
    "eq": _equality("eq"),
    "neq": _equality("neq"),
    "gt": _flipped("lt"),
    "gte": _flipped("lte"),
    "between": _between,
    "in": _in,
    "is": _is,
    "is_true": _is_true,
    "coalesce": _coalesce,
    "dpipe": _dpipe,
    "case": _case,
    "cast": _cast,
    "neg": _neg,
    "add": _arithmetic("add", lambda a, b: a + b),
    "sub": _arithmetic("sub", lambda a, b: a - b),
    "mul": _arithmetic("mul", lambda a, b: a * b),
}
