"""The normal form of expressions: what is computed, not how it was written.

`make` brings an operator over operands in normal form into normal form: what is the same for every
input, NULL included, becomes one form. Each rewriting is a rule here and has a test of its own.
Operands whose order plays no part are put in order later, when their digests are known
(canonical.py).
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable
from typing import Any

from trustmetrics.fingerprint.expression import (
    COMMUTATIVE,
    FALSE,
    NULL,
    TRUE,
    Expression,
    constant,
    literal,
)

Rule = Callable[..., Expression]
Change = Callable[[Expression], Expression]


def make(op: str, *args: Expression, data: tuple[Any, ...] = ()) -> Expression:
    """Return the normal form of an operator over operands that are in normal form."""
    if op == "cast" and (args[0].op, args[0].data) == (op, data):
        return args[0]
    rule = RULES.get(op)
    return rule(*args) if rule else Expression(op, args, data)


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
                found = make(expression.op, *args, data=expression.data) if is_new else expression
            memo[expression] = found
        return found

    return change


def column_rewriter(new: Callable[[int, str], Expression]) -> Change:
    """Return a function that replaces each column, given by slot and name, in expressions."""
    return rewriter(lambda part: new(*part.data) if part.op == "column" else None)


def conjuncts(*conditions: Expression) -> tuple[Expression, ...]:
    """Return the conditions that all must hold for these to hold.

    A condition lets a row through where it is true; NULL and false are one to it.
    """
    return tuple(part for condition in conditions for part in _conjuncts(condition))


def _conjuncts(condition: Expression) -> tuple[Expression, ...]:
    op, args = condition.op, condition.args
    if op in ("and", "is_true"):
        return conjuncts(*args)
    if op == "or":
        asked = make("or", *map(as_condition, args))
        return (asked,) if asked.op == "or" else conjuncts(asked)
    if op == "coalesce" and args[-1] is FALSE:
        return conjuncts(make("coalesce", *args[:-1]))
    return () if condition is TRUE else (condition,)


def as_condition(expression: Expression) -> Expression:
    """Return an expression that is true for the same rows; elsewhere it may be NULL or false."""
    return make("and", *conjuncts(expression))


def may_hold(condition: Expression) -> bool:
    """Whether a condition is not plainly false or NULL."""
    return not any(part in (FALSE, NULL) for part in conjuncts(condition))


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


def _junction(op: str, neutral: Expression, absorbing: Expression) -> Rule:
    def rule(*args: Expression) -> Expression:
        parts = _flat(op, args)
        if absorbing in parts:
            return absorbing
        return _joined(op, [part for part in parts if part is not neutral], neutral)

    return rule


def _flat(op: str, args: Iterable[Expression]) -> list[Expression]:
    return [part for arg in args for part in (arg.args if arg.op == op else (arg,))]


def _joined(op: str, parts: Iterable[Expression], empty: Expression) -> Expression:
    """An operator over its operands, each once; over one it is that, over none the empty one."""
    once = tuple(dict.fromkeys(parts))
    if len(once) > 1:
        return Expression(op, once)
    return once[0] if once else empty


# Three-valued: each pair is NULL for the same inputs.
NEGATED = {"eq": "neq", "neq": "eq", "lt": "gte", "lte": "gt"}
OTHERWISE = {"and": "or", "or": "and"}
OPPOSITE = {TRUE: FALSE, FALSE: TRUE, NULL: NULL}


def _not(arg: Expression) -> Expression:
    if arg in OPPOSITE:
        return OPPOSITE[arg]
    if arg.op in NEGATED:
        return make(NEGATED[arg.op], *arg.args)
    if arg.op in OTHERWISE:
        return make(OTHERWISE[arg.op], *(make("not", part) for part in arg.args))
    return arg.args[0] if arg.op == "not" else Expression("not", (arg,))


def _comparison(op: str, test: Callable[[Any, Any], bool]) -> Rule:
    is_equality = op in ("eq", "neq")

    def rule(left: Expression, right: Expression) -> Expression:
        if NULL in (left, right):
            return NULL
        first, second = constant(left), constant(right)
        is_known = first is not None and type(first) is type(second)
        # How texts are ordered is the database's affair.
        if is_known and (is_equality or not isinstance(first, str)):
            return TRUE if test(first, second) else FALSE
        if is_equality:
            for subject, other in ((left, right), (right, left)):
                if constant(other) is not None and _has_default(subject):
                    # Of coalesce(x, c) against a constant: coalesce(test of x, test of c).
                    before = make("coalesce", *subject.args[:-1])
                    tests = (make(op, part, other) for part in (before, subject.args[-1]))
                    return make("coalesce", *tests)
        return Expression(op, (left, right))

    return rule


def _has_default(expression: Expression) -> bool:
    return expression.op == "coalesce" and constant(expression.args[-1]) is not None


def _turned(op: str) -> Rule:
    return lambda left, right: make(op, right, left)


def _between(value: Expression, low: Expression, high: Expression) -> Expression:
    return make("and", make("lte", low, value), make("lte", value, high))


def _in(value: Expression, *options: Expression) -> Expression:
    return make("or", *(make("eq", value, option) for option in options))


def _is(value: Expression, what: Expression) -> Expression:
    if what is not NULL:
        return Expression("is", (value, what))
    if value is NULL:
        return TRUE
    if is_never_null(value):
        return FALSE
    conditions, results = value.args[0::2], value.args[1::2]
    if value.op == "case" and len(conditions) == len(results) and all(map(is_never_null, results)):
        # Without ELSE, the case is NULL where no condition is true.
        return make("not", make("is_true", make("or", *conditions)))
    return Expression("is", (value, what))


def _is_true(arg: Expression) -> Expression:
    if arg.op in ("and", "or"):
        return make(arg.op, *(make("is_true", part) for part in arg.args))
    if arg.op == "coalesce" and len(arg.args) == 2 and arg.args[1] is FALSE:
        return make("is_true", arg.args[0])
    return arg if is_never_null(arg) else Expression("is_true", (arg,))


def _coalesce(*args: Expression) -> Expression:
    parts: list[Expression] = []
    for part in _flat("coalesce", args):
        if part is not NULL:
            parts.append(part)
        if is_never_null(part):
            break
    return _joined("coalesce", parts, NULL)


def _dpipe(*args: Expression) -> Expression:
    return Expression("dpipe", tuple(_flat("dpipe", args)))


def _case(*args: Expression) -> Expression:
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


def _neg(arg: Expression) -> Expression:
    number = _whole(arg)
    return literal("number", str(-number)) if number is not None else Expression("neg", (arg,))


def _arithmetic(op: str, compute: Callable[[int, int], int]) -> Rule:
    def rule(*args: Expression) -> Expression:
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


RULES: dict[str, Rule] = {
    "and": _junction("and", neutral=TRUE, absorbing=FALSE),
    "or": _junction("or", neutral=FALSE, absorbing=TRUE),
    "not": _not,
    "eq": _comparison("eq", operator.eq),
    "neq": _comparison("neq", operator.ne),
    "lt": _comparison("lt", operator.lt),
    "lte": _comparison("lte", operator.le),
    "gt": _turned("lt"),
    "gte": _turned("lte"),
    "between": _between,
    "in": _in,
    "is": _is,
    "is_true": _is_true,
    "coalesce": _coalesce,
    "dpipe": _dpipe,
    "case": _case,
    "neg": _neg,
    "add": _arithmetic("add", operator.add),
    "sub": _arithmetic("sub", operator.sub),
    "mul": _arithmetic("mul", operator.mul),
}
