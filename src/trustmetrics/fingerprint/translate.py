"""From sqlglot's syntax tree of one scalar expression to the normal form of expression.py."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlglot import exp

from trustmetrics.fingerprint.expression import (
    FALSE,
    NULL,
    TRUE,
    Expression,
    as_condition,
    literal,
    make,
)

AGGREGATE = "aggregate"
WINDOW = "window"
SUBQUERY = "subquery"

# Wrappers that belong to the aggregate or window function inside them.
WRAPPERS = (exp.Filter, exp.WithinGroup, exp.IgnoreNulls, exp.RespectNulls)


class UnsupportedError(Exception):
    """The canonical form has no place for this; the query around it is compared as text."""


@dataclass
class Translator:
    """Translates expressions within one FROM clause.

    Attributes:
        resolve: gives the column that a name stands for; raises UnsupportedError.
        subquery: gives the relation of a query inside an expression; raises UnsupportedError.
    """

    resolve: Callable[[exp.Column], Expression]
    subquery: Callable[[exp.Expression], object]

    def translate(self, node: exp.Expression) -> Expression:
        """Return the normal form. Raises UnsupportedError."""
        special = SPECIAL.get(type(node))
        if special:
            return special(self, node)
        if isinstance(node, (*WRAPPERS, exp.AggFunc)):
            return Expression(AGGREGATE, (self._function(node),))
        return self._generic(node)

    def _function(self, node: exp.Expression) -> Expression:
        """An aggregate or window function and the wrappers around it, as one function."""
        if isinstance(node, exp.Filter):
            condition = as_condition(self.translate(node.expression.this))
            return Expression("filter", (self._function(node.this), condition))
        return self._generic(node, inner=self._function)

    def _generic(
        self, node: exp.Expression, inner: Callable[..., Expression] | None = None
    ) -> Expression:
        """Any function or operator: its name, its operands by the argument they stand in."""
        op = f"call:{node.name.lower()}" if isinstance(node, exp.Anonymous) else node.key
        args: list[Expression] = []
        data: list[tuple[str, object]] = []
        for key in sorted(node.args, key=lambda key: (key != "this", key)):
            value = node.args[key]
            if value is None or value is False or value == []:
                continue
            if key == "this" and isinstance(node, exp.Anonymous):
                continue
            if isinstance(value, exp.Expression):
                wrapped = inner and isinstance(node, WRAPPERS) and key == "this"
                args.append(inner(value) if wrapped else self.translate(value))
                data.append((key, 1))
            elif isinstance(value, list):
                args += [self._item(item) for item in value]
                data.append((key, len(value)))
            else:
                data.append((key, str(value).lower()))
        return make(op, tuple(args), tuple(data))

    def _item(self, value: object) -> Expression:
        if isinstance(value, exp.Expression):
            return self.translate(value)
        return literal("word", str(value).lower())

    def _operands(self, node: exp.Expression, *keys: str) -> tuple[Expression, ...]:
        found: list[Expression] = []
        for key in keys:
            value = node.args.get(key)
            if isinstance(value, list):
                found += map(self.translate, value)
            elif value is not None:
                found.append(self.translate(value))
        return tuple(found)

    def _in(self, node: exp.In) -> Expression:
        value = self.translate(node.this)
        query = node.args.get("query")
        if query is not None:
            relation = self.subquery(query.unnest())
            return Expression(SUBQUERY, (value,), ("in", relation))
        if node.args.get("unnest") or node.args.get("field"):
            raise UnsupportedError("IN over a list-valued expression")
        return make("in", (value, *map(self.translate, node.expressions)))

    def _case(self, node: exp.Case) -> Expression:
        operand = node.args.get("this")
        subject = self.translate(operand) if operand is not None else None
        args: list[Expression] = []
        for branch in node.args["ifs"]:
            condition = self.translate(branch.this)
            args.append(condition if subject is None else make("eq", (subject, condition)))
            args.append(self.translate(branch.args["true"]))
        if node.args.get("default") is not None:
            args.append(self.translate(node.args["default"]))
        return make("case", tuple(args))

    def _window(self, node: exp.Window) -> Expression:
        order = node.args.get("order")
        partition = tuple(map(self.translate, node.args.get("partition_by") or []))
        ordering = tuple(map(self.translate, order.expressions)) if order else ()
        spec = node.args.get("spec")
        if node.args.get("alias") or not node.args.get("over", "OVER"):
            raise UnsupportedError("a named window")
        function = self._function(node.this)
        frame = spec.sql().lower() if spec else ""
        return Expression(
            WINDOW, (function, *partition, *ordering), (len(partition), len(ordering), frame)
        )


def _kind(node: exp.Literal) -> Expression:
    return literal("string" if node.is_string else "number", node.name)


def _ordered(translator: Translator, node: exp.Ordered) -> Expression:
    if node.args.get("with_fill"):
        raise UnsupportedError("ORDER BY with fill")
    direction = (bool(node.args.get("desc")), bool(node.args.get("nulls_first")))
    return Expression("ordered", (translator.translate(node.this),), direction)


def _cast(translator: Translator, node: exp.Cast) -> Expression:
    if any(value for key, value in node.args.items() if key not in ("this", "to")):
        return translator._generic(node)
    return make("cast", (translator.translate(node.this),), (node.args["to"].sql().lower(),))


def _between(translator: Translator, node: exp.Between) -> Expression:
    if node.args.get("symmetric"):
        return translator._generic(node)
    return make("between", translator._operands(node, "this", "low", "high"))


def _coalesce(translator: Translator, node: exp.Coalesce) -> Expression:
    return make("coalesce", translator._operands(node, "this", "expressions"))


def _queried(kind: str) -> Callable[[Translator, exp.Expression], Expression]:
    def rule(translator: Translator, node: exp.Expression) -> Expression:
        query = node.this if isinstance(node, exp.Exists) else node
        return Expression(SUBQUERY, (), (kind, translator.subquery(query.unnest())))

    return rule


def _made(op: str, *keys: str) -> Callable[[Translator, exp.Expression], Expression]:
    def rule(translator: Translator, node: exp.Expression) -> Expression:
        return make(op, translator._operands(node, *keys))

    return rule


def _refuse(translator: Translator, node: exp.Expression) -> Expression:
    raise UnsupportedError(f"{node.key} in an expression")


SPECIAL: dict[type, Callable[..., Expression]] = {
    exp.Column: lambda translator, node: translator.resolve(node),
    exp.Literal: lambda translator, node: _kind(node),
    exp.Boolean: lambda translator, node: TRUE if node.this else FALSE,
    exp.Null: lambda translator, node: NULL,
    exp.Paren: lambda translator, node: translator.translate(node.this),
    exp.Alias: lambda translator, node: translator.translate(node.this),
    exp.DataType: lambda translator, node: literal("type", node.sql().lower()),
    exp.Var: lambda translator, node: literal("word", node.name.lower()),
    exp.Identifier: lambda translator, node: literal("word", node.name.lower()),
    exp.Star: lambda translator, node: literal("word", "*"),
    exp.Cast: _cast,
    exp.In: Translator._in,
    exp.Case: Translator._case,
    exp.If: lambda translator, node: make(
        "case", translator._operands(node, "this", "true", "false")
    ),
    exp.Window: Translator._window,
    exp.Ordered: _ordered,
    exp.Exists: _queried("exists"),
    exp.Subquery: _queried("scalar"),
    exp.Select: _queried("scalar"),
    exp.And: _made("and", "this", "expression"),
    exp.Or: _made("or", "this", "expression"),
    exp.Not: _made("not", "this"),
    exp.EQ: _made("eq", "this", "expression"),
    exp.NEQ: _made("neq", "this", "expression"),
    exp.GT: _made("gt", "this", "expression"),
    exp.GTE: _made("gte", "this", "expression"),
    exp.LT: _made("lt", "this", "expression"),
    exp.LTE: _made("lte", "this", "expression"),
    exp.Add: _made("add", "this", "expression"),
    exp.Sub: _made("sub", "this", "expression"),
    exp.Mul: _made("mul", "this", "expression"),
    exp.Neg: _made("neg", "this"),
    exp.Is: _made("is", "this", "expression"),
    exp.DPipe: _made("dpipe", "this", "expression"),
    exp.Between: _between,
    exp.Coalesce: _coalesce,
    exp.Least: _made("least", "this", "expressions"),
    exp.Greatest: _made("greatest", "this", "expressions"),
    exp.Lambda: _refuse,
    exp.Placeholder: _refuse,
    exp.Parameter: _refuse,
    exp.Columns: _refuse,
    exp.Any: _refuse,
    exp.All: _refuse,
}
