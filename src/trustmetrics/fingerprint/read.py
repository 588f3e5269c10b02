"""From sqlglot's syntax tree of a query to a relation (relation.py)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from sqlglot import exp

from trustmetrics.fingerprint.expression import AGGREGATE, Expression, column
from trustmetrics.fingerprint.normal import conjuncts, make
from trustmetrics.fingerprint.relation import (
    Aggregate,
    Limited,
    Opaque,
    Relation,
    Select,
    Slot,
    Union,
    passing,
)
from trustmetrics.fingerprint.scope import Scope
from trustmetrics.fingerprint.split import Parts, split_aggregates, split_windows
from trustmetrics.fingerprint.translate import Translator, UnsupportedError, ordered

Ctes = Mapping[str, Relation]

# What a Select may hold; anything else in it, and it is compared as text.
KNOWN_CLAUSES = {
    "with_",
    "expressions",
    "from_",
    "joins",
    "where",
    "group",
    "having",
    "qualify",
    "distinct",
    "order",
    "limit",
    "offset",
    "kind",
    "hint",
}


@dataclass
class Reader:
    """Reads queries of one model.

    Attributes:
        table: gives the relation of a table outside the query.
        hint: the model's name, for people.
        opaque: (hint, why) of each query that could not be taken apart.
    """

    table: Callable[[exp.Table], Relation]
    hint: str
    opaque: list[tuple[str, str]] = field(default_factory=list)

    def read(
        self, query: exp.Expression, ctes: Ctes, hint: str = "", strict: bool = False
    ) -> Relation:
        """Return the relation of a query, CTEs and all.

        Args:
            query: SELECT, UNION, VALUES, in parentheses or not; names normalised.
            ctes: the CTEs in sight.
            hint: the CTE's name, for people.
            strict: raise rather than compare as text; for a query that may look outside itself.

        Raises:
            UnsupportedError: strict, and it cannot be taken apart.
        """
        hint = hint or self.hint
        ctes = dict(ctes)
        with_clause = query.args.get("with_")
        if with_clause and with_clause.args.get("recursive"):
            return self._as_text(query, ctes, hint, UnsupportedError("a recursive CTE"), strict)
        for cte in with_clause.expressions if with_clause else ():
            relation = self.read(cte.this, ctes, f"{self.hint}.{cte.alias}", strict)
            ctes[cte.alias] = _renamed(relation, cte.args["alias"])
        try:
            relation = self._body(query, ctes, hint, strict)
        except UnsupportedError as error:
            return self._as_text(query, ctes, hint, error, strict)
        relation.hint = relation.hint or hint
        return relation

    def _body(self, query: exp.Expression, ctes: Ctes, hint: str, strict: bool) -> Relation:
        if isinstance(query, exp.Subquery):
            return self.read(query.this, ctes, hint, strict)
        if isinstance(query, exp.Union):
            return self._union(query, ctes, hint, strict)
        if isinstance(query, exp.Values):
            return _values(query)
        if isinstance(query, exp.Select):
            return self._select(query, ctes, hint)
        raise UnsupportedError(f"a query of kind {query.key}")

    def _as_text(
        self, query: exp.Expression, ctes: Ctes, hint: str, error: UnsupportedError, strict: bool
    ) -> Relation:
        if strict:
            raise error
        self.opaque.append((hint, str(error)))
        bare = query.copy()
        with_clause = query.args.get("with_")
        if with_clause and not with_clause.args.get("recursive"):
            # These have been read, and are among the inputs; a recursive one stays in the text.
            bare.set("with_", None)
        inputs = [self._relation(table, ctes) for table in bare.find_all(exp.Table)]
        return Opaque(bare.sql(comments=False), tuple(inputs), None, hint)

    def _relation(self, table: exp.Table, ctes: Ctes) -> Relation:
        is_cte = not table.args.get("db") and table.name in ctes
        return ctes[table.name] if is_cte else self.table(table)

    def _union(self, query: exp.Union, ctes: Ctes, hint: str, strict: bool) -> Relation:
        if any(query.args.get(key) for key in ("order", "limit", "offset", "by_name", "side")):
            raise UnsupportedError("an ordered or named union")
        branches: list[tuple[Relation, tuple[str, ...]]] = []
        for side in (query.this, query.expression):
            relation = self.read(side, ctes, hint, strict)
            if isinstance(relation, Union):
                branches += relation.branches
                continue
            names = relation.names()
            if names is None:
                raise UnsupportedError("a union of a relation with unknown columns")
            branches.append((relation, tuple(names)))
        if len({len(names) for _, names in branches}) != 1:
            raise UnsupportedError("a union of relations with different numbers of columns")
        union = Union(tuple(branches), branches[0][1], hint)
        if not query.args.get("distinct"):
            return union
        inner = passing(union, union.columns)
        return Aggregate(inner, tuple(inner.columns.values()), inner.columns, hint)

    def _select(self, query: exp.Select, ctes: Ctes, hint: str) -> Relation:
        unknown = {key for key, value in query.args.items() if value} - KNOWN_CLAUSES
        if unknown or query.args.get("kind"):
            raise UnsupportedError(f"a clause {', '.join(sorted(unknown)) or 'select as'}")
        scope, where = self._from(query, ctes)
        clauses = _Clauses(query, scope, lambda node: self.read(node, ctes, hint, strict=True))
        columns, passed = clauses.listed()
        parts = Parts(
            tuple(scope.slots),
            (*where, *clauses.conditions("where")),
            columns,
            passed,
            having=clauses.conditions("having"),
            qualify=clauses.conditions("qualify"),
            order=clauses.order(list(columns.values())),
        )
        keys = clauses.keys(list(columns.values()))
        if keys is not None or parts.having or parts.holds(AGGREGATE):
            parts = split_aggregates(parts, keys or (), hint)
        parts = split_windows(parts, hint)
        return _finished(query, parts, hint)

    def _from(self, query: exp.Select, ctes: Ctes) -> tuple[Scope, list[Expression]]:
        scope, where = Scope(), []
        source = query.args.get("from_")
        if source:
            self._add(scope, source.this, ctes)
        for join in query.args.get("joins") or []:
            side = join.side.upper()
            if side not in ("", "LEFT") or join.kind.upper() not in ("", "INNER", "CROSS", "OUTER"):
                raise UnsupportedError(f"a {side} {join.kind} join".lower())
            if join.args.get("method"):
                raise UnsupportedError(f"a {join.args['method']} join".lower())
            self._join(scope, where, join, ctes)
        return scope, where

    def _join(self, scope: Scope, where: list[Expression], join: exp.Join, ctes: Ctes) -> None:
        alias = self._add(scope, join.this, ctes)
        conditions: list[Expression] = []
        if join.args.get("on") is not None:
            translator = Translator(scope.resolve, lambda node: self.read(node, ctes, strict=True))
            conditions += conjuncts(translator.translate(join.args["on"]))
        for shared in join.args.get("using") or []:
            before = Scope(scope.slots[:-1], scope.aliases, scope.shared)
            left = before.resolve(exp.column(shared.name))
            right = column(scope.aliases[alias], shared.name)
            conditions.append(make("eq", left, right))
            scope.shared[shared.name] = left.data[0]
        if join.side.upper() == "LEFT":
            slot = scope.slots[-1]
            scope.slots[-1] = Slot(slot.number, slot.relation, tuple(conditions))
        else:
            where += conditions

    def _add(self, scope: Scope, source: exp.Expression, ctes: Ctes) -> str:
        if any(
            value
            for key, value in source.args.items()
            if key not in ("this", "alias", "db", "catalog", "expressions")
            or (key == "expressions" and not isinstance(source, exp.Values))
        ):
            raise UnsupportedError(f"{source.sql()} in a FROM")
        alias = source.args.get("alias")
        if isinstance(source, exp.Table) and isinstance(source.this, exp.Identifier):
            relation = self._relation(source, ctes)
        elif isinstance(source, exp.Subquery | exp.Values):
            inner = source.this if isinstance(source, exp.Subquery) else source
            relation = self.read(inner, ctes, strict=True)
        else:
            raise UnsupportedError(f"{source.key} in a FROM")
        name = source.alias_or_name or f"unnamed {len(scope.slots)}"
        scope.add(name, _renamed(relation, alias))
        return name


@dataclass
class _Clauses:
    """The clauses of one SELECT over its scope."""

    query: exp.Select
    scope: Scope
    read: Callable[[exp.Expression], Relation]

    def __post_init__(self) -> None:
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

    def conditions(self, clause: str) -> tuple[Expression, ...]:
        node = self.query.args.get(clause)
        return conjuncts(self._value(node.this)) if node else ()

    def listed(self) -> tuple[dict[str, Expression], tuple[int, ...]]:
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
        """The grouping expressions; None where there is no GROUP BY."""
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

    def order(self, listed: list[Expression]) -> tuple[Expression, ...]:
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


def _finished(query: exp.Select, parts: Parts, hint: str) -> Relation:
    """The last steps in SQL's order: DISTINCT, then ORDER BY with LIMIT."""
    bounds = [query.args[key].sql().lower() for key in ("limit", "offset") if query.args.get(key)]
    result: Relation = Select(parts.slots, parts.where, parts.columns, parts.passed, hint)
    distinct = query.args.get("distinct")
    if distinct:
        if distinct.args.get("on") or parts.passed or bounds:
            raise UnsupportedError("DISTINCT ON, over unknown columns or with LIMIT")
        inner = Select(parts.slots, parts.where, {}, hint=hint)
        return Aggregate(inner, tuple(parts.columns.values()), parts.columns, hint)
    if bounds:
        return Limited(result, parts.order, " ".join(bounds).strip(), hint)
    return result


def _renamed(relation: Relation, alias: exp.TableAlias | None) -> Relation:
    """A relation with the column names of its alias, as in t (a, b)."""
    new = [identifier.name for identifier in alias.columns] if alias else []
    if not new:
        return relation
    names = relation.names()
    if names is None or len(new) != len(names):
        raise UnsupportedError("an alias with columns over unknown ones")
    renamed = {new_name: column(0, name) for new_name, name in zip(new, names, strict=True)}
    return Select((Slot(0, relation),), (), renamed)


def _values(query: exp.Values) -> Relation:
    """VALUES: a union of rows, each a SELECT without FROM."""

    def refuse(node: exp.Expression) -> Expression:
        raise UnsupportedError("a name in VALUES")

    translator = Translator(refuse, refuse)
    names = tuple(f"col{number}" for number in range(len(query.expressions[0].expressions)))
    rows = [
        Select((), (), dict(zip(names, map(translator.translate, row.expressions), strict=True)))
        for row in query.expressions
    ]
    return Union(tuple((row, names) for row in rows), names)
