"""Takes a SELECT apart that groups, or has window functions, into pure relations."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from itertools import chain

from trustmetrics.fingerprint.expression import AGGREGATE, WINDOW, Expression, column
from trustmetrics.fingerprint.normal import Change, rewriter
from trustmetrics.fingerprint.relation import Aggregate, Relation, Select, Slot, Windowed
from trustmetrics.fingerprint.translate import UnsupportedError


@dataclass(frozen=True)
class Parts:
    """The clauses of a SELECT, over its slots.

    Attributes:
        slots: its FROM.
        where: conditions that all must hold.
        columns: its list, expression by name.
        passed: slots of which unknown columns are passed on.
        having: conditions after grouping.
        qualify: conditions after the window functions.
        order: ordering that a limit needs.
    """

    slots: tuple[Slot, ...]
    where: tuple[Expression, ...]
    columns: dict[str, Expression]
    passed: tuple[int, ...] = ()
    having: tuple[Expression, ...] = ()
    qualify: tuple[Expression, ...] = ()
    order: tuple[Expression, ...] = ()

    def holds(self, op: str) -> bool:
        """Whether something that is computed after FROM and WHERE is built on such an operator."""
        later = chain(self.columns.values(), self.having, self.qualify, self.order)
        return any(expression.holds(op) for expression in later)

    def over(self, relation: Relation, where: Iterable[Expression], change: Change) -> Parts:
        """Return the clauses after HAVING over one relation, each expression changed."""
        return Parts(
            (Slot(0, relation),),
            tuple(map(change, where)),
            {name: change(value) for name, value in self.columns.items()},
            passed=(0,) if self.passed else (),
            qualify=tuple(map(change, self.qualify)),
            order=tuple(map(change, self.order)),
        )


def split_aggregates(parts: Parts, keys: Iterable[Expression], hint: str) -> Parts:
    """Return the clauses over one Aggregate; HAVING has become a condition on it.

    Raises:
        UnsupportedError: a column is neither a key nor inside an aggregate.
    """
    if parts.passed:
        raise UnsupportedError("a star over unknown columns in a grouped query")
    keys = tuple(dict.fromkeys(keys))
    names = {key: f"key.{number}" for number, key in enumerate(keys)}

    def new(expression: Expression) -> Expression | None:
        if expression not in names and _is_aggregate(expression, keys):
            names[expression] = f"aggregate.{len(names) - len(keys)}"
        if expression in names:
            return column(0, names[expression])
        if expression.op == "column":
            raise UnsupportedError(f"column {expression.data[1]} is neither grouped nor aggregated")
        return None

    columns: dict[str, Expression] = {}
    aggregate = Aggregate(Select(parts.slots, parts.where, {}, hint=hint), keys, columns, hint)
    over = parts.over(aggregate, parts.having, rewriter(new))
    columns.update((name, expression) for expression, name in names.items())
    return over


def _is_aggregate(expression: Expression, keys: Collection[Expression]) -> bool:
    """Whether it is an aggregate; a function unknown to us over ungrouped columns can be nothing
    else."""
    if expression.op.startswith("call:"):
        return not _is_grouped(expression, keys)
    return expression.op == AGGREGATE


def _is_grouped(expression: Expression, keys: Collection[Expression]) -> bool:
    if expression in keys or expression.op == AGGREGATE:
        return True
    return expression.op != "column" and all(_is_grouped(arg, keys) for arg in expression.args)


def split_windows(parts: Parts, hint: str) -> Parts:
    """Return the clauses over one Windowed; QUALIFY has become a condition on it."""
    if not parts.holds(WINDOW):
        where = (*parts.where, *parts.qualify)
        return Parts(parts.slots, where, parts.columns, parts.passed, order=parts.order)
    names: dict[Expression, str] = {}
    base: dict[str, Expression] = {}

    def new(expression: Expression) -> Expression | None:
        if expression.op == WINDOW:
            return column(0, names.setdefault(expression, f"window.{len(names)}"))
        if expression.op == "column":
            slot, name = expression.data
            base[f"{slot}.{name}"] = expression
            return column(0, f"{slot}.{name}")
        return None

    windows: dict[str, Expression] = {}
    inner = Select(parts.slots, parts.where, base, parts.passed, hint)
    over = parts.over(Windowed(inner, windows, hint), parts.qualify, rewriter(new))
    windows.update((name, expression) for expression, name in names.items())
    return replace(over, qualify=())
