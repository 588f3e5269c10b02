"""The clauses of one SELECT, over its FROM."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from sqlglot import exp

from trustmetrics.fingerprint.expression import AGGREGATE, Expression, column
from trustmetrics.fingerprint.normal import conjuncts
from trustmetrics.fingerprint.relation import Relation, Slot
from trustmetrics.fingerprint.scope import Scope
from trustmetrics.fingerprint.split import Parts
from trustmetrics.fingerprint.translate import Translator, UnsupportedError, ordered


@dataclass
class Clauses:
    """The clauses of one SELECT.

    Attributes:
        query: the SELECT.
        scope: its FROM.
        read: gives the relation of a query inside an expression; raises UnsupportedError.
    """

    query: exp.Select
    scope: Scope
    read: Callable[[exp.Expression], Relation]

    def __post_init__(self) -> None:
        """Index the columns of the SELECT list by alias."""
        self.aliased = {
            node.alias: node.this for node in self.query.expressions if isinstance(node, exp.Alias)
        }
        self.resolving: set[str] = set()

    def _resolve(self, node: exp.Column) -> Expression:
        """A column of the FROM, or else another column of this SELECT."""
        try:
            return self.scope.resolve(node)
        except UnsupportedError:
            name = node.name
            if node.table or name not in self.aliased or name in self.resolving:
                raise
        self.resolving.add(name)
        try:
            return self._value(self.aliased[name])
        finally:
            self.resolving.discard(name)

    def _value(self, node: exp.Expression) -> Expression:
        return Translator(self._resolve, self.read).translate(node)

    def parts(self, where: Iterable[Expression]) -> Parts:
        """Return the clauses but for grouping.

        Args:
            where: conditions of inner joins.

        Raises:
            UnsupportedError: one has no place in the canonical form.
        """
        columns, passed = self._listed()
        return Parts(
            tuple(self.scope.slots),
            (*where, *self._conditions("where")),
            columns,
            passed,
            having=self._conditions("having"),
            qualify=self._conditions("qualify"),
            order=self._order(list(columns.values())),
        )

    def _conditions(self, clause: str) -> tuple[Expression, ...]:
        node = self.query.args.get(clause)
        return conjuncts(self._value(node.this)) if node else ()

    def _listed(self) -> tuple[dict[str, Expression], tuple[int, ...]]:
        """The SELECT list, stars written out, and the slot whose unknown columns a star passes on.

        Of two columns with one name the first counts.
        """
        columns: dict[str, Expression] = {}
        passed: list[int] = []
        for number, node in enumerate(self.query.expressions):
            star = node.this if isinstance(node, exp.Column) else node
            if not isinstance(star, exp.Star):
                columns.setdefault(node.alias_or_name or f"column {number}", self._value(node))
                continue
            dropped = _left_out(star)
            slots = self._starred(node)
            for slot in slots:
                names = slot.relation.names()
                if names is None:
                    passed.append(slot.number)
                    if dropped:
                        raise UnsupportedError("a star with exceptions over unknown columns")
                for name in names or ():
                    is_repeated = self.scope.shared.get(name, slot.number) != slot.number
                    if name not in dropped and not (is_repeated and len(slots) > 1):
                        columns.setdefault(name, column(slot.number, name))
        if len(passed) > 1:
            raise UnsupportedError("stars over two relations with unknown columns")
        return columns, tuple(passed)

    def _starred(self, node: exp.Expression) -> list[Slot]:
        """The slots that a star stands for."""
        is_of_one = isinstance(node, exp.Column) and node.table
        return [self.scope.slot(node.table)] if is_of_one else self.scope.slots

    def keys(self, listed: list[Expression]) -> tuple[Expression, ...] | None:
        """Return the grouping expressions; None where there is no GROUP BY.

        Args:
            listed: the SELECT list.

        Raises:
            UnsupportedError: grouping sets.
        """
        group = self.query.args.get("group")
        if group is None:
            return None
        if any(value for key, value in group.args.items() if key not in ("expressions", "all")):
            raise UnsupportedError("grouping sets")
        if group.args.get("all"):
            return tuple(value for value in listed if not value.holds(AGGREGATE))
        return tuple(self._numbered(node, listed) for node in group.expressions)

    def _numbered(self, node: exp.Expression, listed: list[Expression]) -> Expression:
        if isinstance(node, exp.Literal) and not node.is_string:
            return listed[int(node.name) - 1]
        return self._value(node)

    def _order(self, listed: list[Expression]) -> tuple[Expression, ...]:
        """The ordering, where a limit makes it matter."""
        order = self.query.args.get("order")
        if order is None or not (self.query.args.get("limit") or self.query.args.get("offset")):
            return ()
        found: list[Expression] = []
        for node in order.expressions:
            aliased = (
                self.aliased.get(node.this.name) if isinstance(node.this, exp.Column) else None
            )
            value = self._value(aliased) if aliased else self._numbered(node.this, listed)
            found.append(ordered(value, node))
        return tuple(found)


def _left_out(star: exp.Star) -> set[str]:
    if star.args.get("replace") or star.args.get("rename"):
        raise UnsupportedError("a star that replaces or renames")
    return {item.name for item in star.args.get("except_") or ()}
