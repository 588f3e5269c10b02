"""From sqlglot's syntax tree of a query to a relation (relation.py)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from sqlglot import exp

from trustmetrics.fingerprint.clauses import Clauses
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
from trustmetrics.fingerprint.translate import Translator, UnsupportedError

Ctes = Mapping[str, Relation]

# What a SELECT may hold; one with anything else is compared as text.
KNOWN_CLAUSES = {
    *("with_", "expressions", "from_", "joins", "where", "group", "having", "qualify"),
    *("distinct", "order", "limit", "offset", "kind", "hint"),
}


@dataclass
class Reader:
    """Reads queries of one model.

    Attributes:
        table: gives the relation of a table outside the query.
        hint: the model's name, for people.
        opaque: (hint, why) of each query that could not be taken apart.
        is_strict: raise rather than compare as text; for a query that may look outside itself.
    """

    table: Callable[[exp.Table], Relation]
    hint: str
    opaque: list[tuple[str, str]] = field(default_factory=list)
    is_strict: bool = False

    def read(self, query: exp.Expression, ctes: Ctes, hint: str = "") -> Relation:
        """Return the relation of a query, CTEs and all.

        Args:
            query: SELECT, UNION, VALUES, in parentheses or not; names normalised.
            ctes: the CTEs in sight.
            hint: the CTE's name, for people.

        Raises:
            UnsupportedError: strict, and it cannot be taken apart.
        """
        hint = hint or self.hint
        ctes = dict(ctes)
        with_clause = query.args.get("with_")
        is_recursive = bool(with_clause and with_clause.args.get("recursive"))
        for cte in with_clause.expressions if with_clause and not is_recursive else ():
            relation = self.read(cte.this, ctes, f"{self.hint}.{cte.alias}")
            ctes[cte.alias] = _renamed(relation, cte.args["alias"])
        try:
            if is_recursive:
                raise UnsupportedError("a recursive CTE")
            relation = self._body(query, ctes, hint)
        except UnsupportedError as error:
            if self.is_strict:
                raise
            self.opaque.append((hint, str(error)))
            relation = self._as_text(query, ctes)
        relation.hint = relation.hint or hint
        return relation

    def _within(self, query: exp.Expression, ctes: Ctes, hint: str = "") -> Relation:
        """A query inside a FROM or an expression, which may look at what is around it."""
        return replace(self, is_strict=True).read(query, ctes, hint)

    def _body(self, query: exp.Expression, ctes: Ctes, hint: str) -> Relation:
        if isinstance(query, exp.Subquery):
            return self.read(query.this, ctes, hint)
        if isinstance(query, exp.Union):
            return self._union(query, ctes, hint)
        if isinstance(query, exp.Values):
            return _values(query)
        if isinstance(query, exp.Select):
            return self._select(query, ctes, hint)
        raise UnsupportedError(f"a query of kind {query.key}")

    def _as_text(self, query: exp.Expression, ctes: Ctes) -> Opaque:
        bare = query.copy()
        with_clause = bare.args.get("with_")
        if with_clause and not with_clause.args.get("recursive"):
            # These have been read, and are among the inputs; a recursive one stays in the text.
            bare.set("with_", None)
        inputs = tuple(self._relation(table, ctes) for table in bare.find_all(exp.Table))
        return Opaque(bare.sql(comments=False), inputs, None)

    def _relation(self, table: exp.Table, ctes: Ctes) -> Relation:
        is_cte = not table.args.get("db") and table.name in ctes
        return ctes[table.name] if is_cte else self.table(table)

    def _union(self, query: exp.Union, ctes: Ctes, hint: str) -> Relation:
        if any(query.args.get(key) for key in ("order", "limit", "offset", "by_name", "side")):
            raise UnsupportedError("an ordered or named union")
        branches: list[tuple[Relation, tuple[str, ...]]] = []
        for side in (query.this, query.expression):
            relation = self.read(side, ctes, hint)
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
        clauses = Clauses(query, scope, lambda node: self._within(node, ctes, hint))
        parts = clauses.parts(where)
        keys = clauses.keys(list(parts.columns.values()))
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
            translator = Translator(scope.resolve, lambda node: self._within(node, ctes))
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
            relation = self._within(inner, ctes)
        else:
            raise UnsupportedError(f"{source.key} in a FROM")
        name = source.alias_or_name or f"unnamed {len(scope.slots)}"
        scope.add(name, _renamed(relation, alias))
        return name


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
