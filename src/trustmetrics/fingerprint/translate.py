"""From sqlglot's syntax tree of one scalar expression to the normal form of expression.py."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from sqlglot import exp

from trustmetrics.fingerprint.expression import (
    AGGREGATE,
    FALSE,
    NULL,
    SUBQUERY,
    TRUE,
    WINDOW,
    Expression,
    literal,
)
from trustmetrics.fingerprint.normal import RULES, as_condition, make

# Wrappers that belong to the aggregate or window function inside them.
WRAPPERS = (exp.Filter, exp.WithinGroup, exp.IgnoreNulls, exp.RespectNulls)
# Operators that the rules of make know, with their operands in this order.
OPERATORS = {
    *(exp.And, exp.Or, exp.Not, exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Is),
    *(exp.Add, exp.Sub, exp.Mul, exp.Neg, exp.DPipe),
    *(exp.Between, exp.Coalesce, exp.Least, exp.Greatest),
}
OPERANDS = ("this", "expression", "expressions", "low", "high")
REFUSED = (exp.Lambda, exp.Placeholder, exp.Parameter, exp.Columns, exp.Any, exp.All)


class UnsupportedError(Exception):
    """The canonical form cannot express this; the query around it is compared as text."""


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
        if type(node) in OPERATORS and not node.args.get("symmetric"):
            return make(node.key, *self._operands(node, OPERANDS))
        special = SPECIAL.get(type(node))
        if special:
            return special(self, node)
        if isinstance(node, REFUSED):
            raise UnsupportedError(f"{node.key} in an expression")
        if isinstance(node, (*WRAPPERS, exp.AggFunc)):
            return Expression(AGGREGATE, (self._function(node),))
        return self._generic(node, self.translate)

    def _function(self, node: exp.Expression) -> Expression:
        """An aggregate or window function and the wrappers around it, as one function."""
        if isinstance(node, exp.Filter):
            condition = as_condition(self.translate(node.expression.this))
            return Expression("filter", (self._function(node.this), condition))
        return self._generic(node, self._function if isinstance(node, WRAPPERS) else self.translate)

    def _generic(
        self, node: exp.Expression, this: Callable[[exp.Expression], Expression]
    ) -> Expression:
        """Any function or operator: its name, its operands by the argument they stand in."""
        is_unknown = isinstance(node, exp.Anonymous)
        op = f"call:{node.name.lower()}" if is_unknown else node.key
        if op in RULES:
            raise UnsupportedError(f"{op} with an option")
        args: list[Expression] = []
        data: list[tuple[str, object]] = []
        for key in sorted(node.args, key=lambda key: (key != "this", key)):
            value = node.args[key]
            if value is None or value is False or value == [] or (key == "this" and is_unknown):
                continue
            if isinstance(value, exp.Expression):
                args.append(this(value) if key == "this" else self.translate(value))
                data.append((key, 1))
            elif isinstance(value, list):
                args += map(self._item, value)
                data.append((key, len(value)))
            else:
                data.append((key, str(value).lower()))
        return Expression(op, tuple(args), tuple(data))

    def _item(self, value: object) -> Expression:
        return self.translate(value) if isinstance(value, exp.Expression) else _word(str(value))

    def _operands(self, node: exp.Expression, keys: Iterable[str]) -> tuple[Expression, ...]:
        found: list[exp.Expression] = []
        for key in keys:
            value = node.args.get(key)
            found += value if isinstance(value, list) else [value]
        return tuple(self.translate(value) for value in found if value is not None)

    def _in(self, node: exp.In) -> Expression:
        value = self.translate(node.this)
        query = node.args.get("query")
        if query is not None:
            return Expression(SUBQUERY, (value,), ("in", self.subquery(query.unnest())))
        if node.args.get("unnest") or node.args.get("field"):
            raise UnsupportedError("IN over a list-valued expression")
        return make("in", value, *map(self.translate, node.expressions))

    def _case(self, node: exp.Case) -> Expression:
        operand = node.args.get("this")
        args: list[Expression] = []
        for branch in node.args["ifs"]:
            asked, result = self._operands(branch, ("this", "true"))
            if operand is not None:
                asked = make("eq", self.translate(operand), asked)
            args += [asked, result]
        return make("case", *args, *self._operands(node, ("default",)))

    def _window(self, node: exp.Window) -> Expression:
        if node.args.get("alias") or not node.args.get("over", "OVER"):
            raise UnsupportedError("a named window")
        order, spec = node.args.get("order"), node.args.get("spec")
        partition = self._operands(node, ("partition_by",))
        ordering = self._operands(order, ("expressions",)) if order else ()
        frame = spec.sql().lower() if spec else ""
        args = (self._function(node.this), *partition, *ordering)
        return Expression(WINDOW, args, (len(partition), len(ordering), frame))

    def _ordered(self, node: exp.Ordered) -> Expression:
        if node.args.get("with_fill"):
            raise UnsupportedError("ORDER BY with fill")
        return ordered(self.translate(node.this), node)

    def _cast(self, node: exp.Cast) -> Expression:
        if any(value for key, value in node.args.items() if key not in ("this", "to")):
            raise UnsupportedError("a cast with an option")
        declared = node.args["to"].sql().lower()
        return make("cast", self.translate(node.this), data=(declared,))

    def _query(self, node: exp.Expression) -> Expression:
        is_exists = isinstance(node, exp.Exists)
        query = node.this if is_exists else node
        kind = "exists" if is_exists else "scalar"
        return Expression(SUBQUERY, (), (kind, self.subquery(query.unnest())))


def ordered(value: Expression, node: exp.Ordered) -> Expression:
    """Return a value to order by, with the direction that the node says."""
    direction = (bool(node.args.get("desc")), bool(node.args.get("nulls_first")))
    return Expression("ordered", (value,), direction)


def _word(text: str) -> Expression:
    return literal("word", text.lower())


SPECIAL: dict[type, Callable[..., Expression]] = {
    exp.Column: lambda translator, node: translator.resolve(node),
    exp.Literal: lambda _, node: literal("string" if node.is_string else "number", node.name),
    exp.Boolean: lambda _, node: TRUE if node.this else FALSE,
    exp.Null: lambda _, node: NULL,
    exp.Paren: lambda translator, node: translator.translate(node.this),
    exp.Alias: lambda translator, node: translator.translate(node.this),
    exp.DataType: lambda _, node: literal("type", node.sql().lower()),
    exp.Var: lambda _, node: _word(node.name),
    exp.Identifier: lambda _, node: _word(node.name),
    exp.Star: lambda _, node: _word("*"),
    exp.Cast: Translator._cast,
    exp.In: Translator._in,
    exp.Case: Translator._case,
    exp.If: lambda translator, node: make(
        "case", *translator._operands(node, ("this", "true", "false"))
    ),
    exp.Window: Translator._window,
    exp.Ordered: Translator._ordered,
    exp.Exists: Translator._query,
    exp.Subquery: Translator._query,
    exp.Select: Translator._query,
}
