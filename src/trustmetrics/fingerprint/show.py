"""Writes the canonical form of a model as SQL that a person can read and compare.

The text is for eyes: it keeps the names of models, CTEs and columns where the form has some, in a
fixed order. The fingerprint is made from the form itself, not from this text, which is never run.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from trustmetrics.fingerprint.expression import AGGREGATE, COMMUTATIVE, SUBQUERY, WINDOW, Expression
from trustmetrics.fingerprint.flat import Flat
from trustmetrics.fingerprint.flatten import Flattened, flatten
from trustmetrics.fingerprint.relation import (
    Aggregate,
    Computed,
    Leaf,
    Limited,
    Opaque,
    Relation,
    Union,
)

INFIX = {
    "and": "and",
    "or": "or",
    "eq": "=",
    "neq": "<>",
    "lt": "<",
    "lte": "<=",
    "add": "+",
    "sub": "-",
    "mul": "*",
    "div": "/",
    "intdiv": "//",
    "dpipe": "||",
    "is": "is",
}
INDENT = "    "
Name = Callable[[int, str], str]


@dataclass
class Text:
    """The canonical form of one model, as text.

    Attributes:
        blocks: the lines of each relation, what is read before what reads it.
    """

    blocks: list[list[str]] = field(default_factory=list)
    _names: dict[tuple[Relation, frozenset[str]], str] = field(default_factory=dict)
    _taken: Counter[str] = field(default_factory=Counter)

    def lines(self) -> list[str]:
        """Return all lines."""
        return [line for block in self.blocks for line in (*block, "")][:-1]

    def add(self, relation: Relation, used: Iterable[str]) -> str:
        """Write a relation, and first what it reads; return the name it is called by."""
        if isinstance(relation, Leaf):
            return relation.name.split(" ")[0] or "a table function"
        key = (relation, frozenset(used))
        if key not in self._names:
            body = self._body(*key)
            self._names[key] = _distinct(relation.hint or "relation", self._taken, "{} ({})")
            self.blocks.append([f"-- {self._names[key]}", *body])
        return self._names[key]

    def _body(self, relation: Relation, used: frozenset[str]) -> list[str]:
        if isinstance(relation, Opaque):
            for one in relation.inputs:
                self.add(one, one.names() or ())
            return [f"{INDENT}{line}" for line in relation.text.splitlines()]
        flattened = flatten(relation, used)
        if flattened is None:
            return self._union(relation, used)
        return self._computed(relation, flattened)

    def _union(self, relation: Union, used: frozenset[str]) -> list[str]:
        written: list[list[str]] = []
        for branch, names in relation.branches:
            own = dict(zip(names, relation.columns, strict=True))
            kept = frozenset(inner for inner, outer in own.items() if outer in used)
            if isinstance(branch, Computed):
                written.append(self._computed(branch, flatten(branch, kept), own))
            else:
                name = self.add(branch, kept)
                written.append([f"from {name}", "select", *_listed(sorted(kept))])
        stacked = [["union all", *lines] for lines in sorted(written)]
        return [line for lines in stacked for line in lines][1:]

    def _computed(
        self, relation: Relation, flattened: Flattened, names: Mapping[str, str] | None = None
    ) -> list[str]:
        name, lines = self._from(flattened.flat)
        lines += _section("where", self._all(flattened.flat.where, name), " and")
        leading = self._all(flattened.leading, name)
        if isinstance(relation, Aggregate):
            lines += _section("group by", leading, ",")
        named = {(names or {}).get(own, own): value for own, value in flattened.columns.items()}
        columns = (f"{self._shown(named[own], name)} as {own}" for own in sorted(named))
        lines += ["select", *_listed(columns)]
        if isinstance(relation, Limited):
            lines += ["order by", *_listed(leading), relation.bounds]
        return lines

    def _from(self, flat: Flat) -> tuple[Name, list[str]]:
        """What columns are called, and the lines of a FROM."""
        tables = {
            number: self.add(slot.relation, flat.used(number))
            for number, slot in flat.slots.items()
        }
        taken: Counter[str] = Counter()
        aliases = {
            number: _distinct(table.split(" (")[0].rsplit(".", 1)[-1], taken, "{}_{}")
            for number, table in tables.items()
        }

        def name(slot: int, column: str) -> str:
            return f"{aliases[slot]}.{column}"

        inner, left = [], []
        for number, slot in flat.slots.items():
            called = f"{tables[number]} as {aliases[number]}"
            if slot.on is None:
                inner.append(called)
            else:
                on = sorted(self._all(slot.on, name))
                left += [f"left join {called}", *(f"{INDENT}on {part}" for part in on)]
        return name, [*_section("from", inner, ","), *left]

    def _all(self, expressions: Iterable[Expression], name: Name) -> list[str]:
        return [self._shown(expression, name) for expression in expressions]

    def _shown(self, expression: Expression, name: Name) -> str:
        op, data = expression.op, expression.data
        if op == "column":
            return name(*data)
        if op == "literal":
            return f"'{data[1]}'" if data[0] == "string" else data[1]
        listed = _as_list(expression)
        if listed is not None:
            value, *options = self._all(listed, name)
            return f"{value} {'in' if op == 'or' else 'not in'} ({', '.join(sorted(options))})"
        args = self._all(expression.args, name)
        if op in COMMUTATIVE:
            args = sorted(args)
        if op in INFIX:
            return "(" + f" {INFIX[op]} ".join(args) + ")"
        if op == SUBQUERY:
            called = self.add(data[1], data[1].names() or ())
            return f"{data[0]}({', '.join([*args, called])})"
        special = WRITTEN.get(op)
        if special:
            return special(args, data)
        return f"{op.removeprefix('call:')}({', '.join(args)})" if args else op


def _as_list(expression: Expression) -> list[Expression] | None:
    """The value and the options of `x = a or x = b`, or of `x <> a and x <> b`; else None."""
    equality = {"or": "eq", "and": "neq"}.get(expression.op)
    parts = expression.args
    if equality is None or not all(
        part.op == equality and part.args[0] is parts[0].args[0] for part in parts
    ):
        return None
    return [parts[0].args[0], *(part.args[1] for part in parts)]


def _case(args: list[str], data: tuple) -> str:
    pairs = zip(args[0::2], args[1::2], strict=False)
    whens = [f"when {condition} then {result}" for condition, result in pairs]
    otherwise = [f"else {args[-1]}"] if len(args) % 2 else []
    return " ".join(["case", *whens, *otherwise, "end"])


def _window(args: list[str], data: tuple) -> str:
    count, order_count, frame = data
    parts = [f"partition by {', '.join(sorted(args[1 : 1 + count]))}"] if count else []
    if order_count:
        parts.append(f"order by {', '.join(args[1 + count :])}")
    return f"{args[0]} over ({' '.join([*parts, frame]).strip()})"


def _ordered(args: list[str], data: tuple) -> str:
    return f"{args[0]}{' desc' if data[0] else ''} nulls {'first' if data[1] else 'last'}"


WRITTEN: dict[str, Callable[[list[str], tuple], str]] = {
    "case": _case,
    WINDOW: _window,
    "ordered": _ordered,
    "cast": lambda args, data: f"cast({args[0]} as {data[0]})",
    "not": lambda args, data: f"not {args[0]}",
    "filter": lambda args, data: f"{args[0]} filter (where {args[1]})",
    AGGREGATE: lambda args, data: args[0],
}


def _listed(items: Iterable[str]) -> list[str]:
    return [f"{INDENT}{item}," for item in items]


def _section(title: str, items: list[str], end: str) -> list[str]:
    listed = [f"{INDENT}{item}{end}" for item in sorted(set(items))]
    return [title, *listed] if listed else []


def _distinct(name: str, taken: Counter[str], form: str) -> str:
    """The name, or with a number where it is taken."""
    taken[name] += 1
    return name if taken[name] == 1 else form.format(name, taken[name])
