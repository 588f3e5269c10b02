"""Takes a SELECT apart that groups, or has window functions, into pure relations."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from trustmetrics.fingerprint.expression import Expression, column, make
from trustmetrics.fingerprint.relation import Aggregate, Select, Slot, Windowed
from trustmetrics.fingerprint.translate import AGGREGATE, WINDOW, UnsupportedError


@dataclass
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
    having: list[Expression] = field(default_factory=list)
    qualify: list[Expression] = field(default_factory=list)
    order: list[Expression] = field(default_factory=list)

    def later(self) -> Iterator[Expression]:
        """Yield every expression that is computed after FROM and WHERE."""
        yield from self.columns.values()
        yield from self.having
        yield from self.qualify
        yield from self.order

    def holds(self, op: str) -> bool:
        """Whether one of them is built on such an operator."""
        return any(self.is_built_on(expression, op) for expression in self.later())

    @staticmethod
    def is_built_on(expression: Expression, op: str) -> bool:
        """Whether an expression has such an operator in it."""
        return expression.op == op or any(Parts.is_built_on(arg, op) for arg in expression.args)

    def rebuilt(
        self, slots: tuple[Slot, ...], where: tuple[Expression, ...], change: Change
    ) -> Parts:
        """Return these clauses over other slots, each expression changed."""
        return Parts(
            slots,
            where,
            {name: change(value) for name, value in self.columns.items()},
            having=[],
            qualify=[change(value) for value in self.qualify],
            order=[change(value) for value in self.order],
        )


Change = Callable[[Expression], Expression]


class _Named:
    """Expressions given names, one name for those that are the same."""

    def __init__(self, prefix: str) -> None:
        self.prefix = prefix
        self.items: list[Expression] = []

    def name(self, expression: Expression) -> str:
        for number, item in enumerate(self.items):
            if item.same(expression):
                return f"{self.prefix}.{number}"
        self.items.append(expression)
        return f"{self.prefix}.{len(self.items) - 1}"

    def find(self, expression: Expression) -> str | None:
        return next(
            (f"{self.prefix}.{n}" for n, item in enumerate(self.items) if item.same(expression)),
            None,
        )

    def by_name(self) -> dict[str, Expression]:
        return {f"{self.prefix}.{number}": item for number, item in enumerate(self.items)}


def split_aggregates(parts: Parts, keys: tuple[Expression, ...], hint: str) -> Parts:
    """Return the clauses over one Aggregate; HAVING has become a condition on it.

    Raises:
        UnsupportedError: a column is neither a key nor inside an aggregate.
    """
    if parts.passed:
        raise UnsupportedError("a star over unknown columns in a grouped query")
    named_keys, aggregates = _Named("key"), _Named("aggregate")
    for key in keys:
        named_keys.name(key)

    def change(expression: Expression) -> Expression:
        name = named_keys.find(expression)
        if name is None and _is_aggregate(expression, named_keys):
            name = aggregates.name(expression)
        if name is not None:
            return column(0, name)
        if expression.op == "column":
            raise UnsupportedError(f"column {expression.data[1]} is neither grouped nor aggregated")
        if not expression.args:
            return expression
        return make(expression.op, tuple(map(change, expression.args)), expression.data)

    having = tuple(map(change, parts.having))
    rebuilt = parts.rebuilt((), having, change)
    inner = Select(parts.slots, parts.where, {}, hint=hint)
    by_name = {**named_keys.by_name(), **aggregates.by_name()}
    rebuilt.slots = (Slot(0, Aggregate(inner, tuple(named_keys.items), by_name, hint)),)
    return rebuilt


def _is_aggregate(expression: Expression, keys: _Named) -> bool:
    """An aggregate; or a function unknown to us over ungrouped columns, which can be nothing
    else."""
    if expression.op == AGGREGATE:
        return True
    return expression.op.startswith("call:") and not _is_grouped(expression, keys)


def _is_grouped(expression: Expression, keys: _Named) -> bool:
    if keys.find(expression) is not None:
        return True
    if expression.op in ("column", AGGREGATE):
        return expression.op == AGGREGATE
    return all(_is_grouped(arg, keys) for arg in expression.args)


def split_windows(parts: Parts, hint: str) -> Parts:
    """Return the clauses over one Windowed; QUALIFY has become a condition on it."""
    if not parts.holds(WINDOW):
        if parts.qualify:
            parts.where, parts.qualify = (*parts.where, *parts.qualify), []
        return parts
    windows = _Named("window")
    base: dict[str, Expression] = {}

    def change(expression: Expression) -> Expression:
        if expression.op == WINDOW:
            return column(0, windows.name(expression))
        if expression.op == "column":
            slot, name = expression.data
            base[f"{slot}.{name}"] = expression
            return column(0, f"{slot}.{name}")
        if not expression.args:
            return expression
        return make(expression.op, tuple(map(change, expression.args)), expression.data)

    rebuilt = parts.rebuilt((), (), change)
    inner = Select(parts.slots, parts.where, base, parts.passed, hint)
    rebuilt.slots = (Slot(0, Windowed(inner, windows.by_name(), hint)),)
    rebuilt.where = tuple(rebuilt.qualify)
    rebuilt.qualify = []
    rebuilt.passed = (0,) if parts.passed else ()
    return rebuilt
