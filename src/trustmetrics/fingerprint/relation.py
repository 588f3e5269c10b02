"""Relations: what a query, a CTE or a model gives, as a tree that is built once and never changed.

Pure shapes: a Select joins and filters; an Aggregate groups a Select; a Windowed adds window
functions to a Select; a Limited takes the first rows of a Select; a Union stacks relations. A query
that does several of these at once is taken apart (split.py), so that it does not matter how the
author cut it into CTEs. What cannot be taken apart is an Opaque, which is compared as text. The
leaves are tables.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from trustmetrics.fingerprint.expression import Expression, column
from trustmetrics.fingerprint.normal import conjuncts

VOCABULARY = "vocabulary"


class Relation:
    """A bag of rows with named columns.

    Attributes:
        hint: the model and CTE it was read from, for people; never part of a fingerprint.
    """

    hint: str = ""

    def names(self) -> list[str] | None:
        """Return the columns' names in order; None where it may have others as well."""
        raise NotImplementedError

    def has(self, name: str) -> bool:
        """Whether it has the column, or may have it."""
        names = self.names()
        return names is None or name in names


@dataclass(eq=False)
class Leaf(Relation):
    """A table that is not looked into.

    Attributes:
        name: what it is called in a fingerprint.
        kind: "source", "seed", "vocabulary" (a seed with a history of its own, whose rows are no
            part of what reads it), "model" (a leaf by declaration) or "unknown".
        types: declared type by column; may be empty.
        rows: of a seed or vocabulary: its rows, a dict of column to value each.
        mark: whatever else belongs to its meaning, such as how raw files are read.
        is_one_row: whether it always has exactly one row.
    """

    name: str
    kind: str
    types: dict[str, str] = field(default_factory=dict)
    rows: list[dict[str, object]] | None = None
    mark: str = ""
    is_one_row: bool = False

    def names(self) -> list[str] | None:
        """Return the columns of a seed or a leaf model; a source may have more than declared."""
        is_known = self.kind in ("seed", VOCABULARY, "model")
        return list(self.types) if is_known and self.types else None


@dataclass(frozen=True)
class Slot:
    """A place in a FROM clause.

    Attributes:
        number: its number, unique in its Select.
        relation: what stands there.
        on: None where it is joined by an inner or cross join, whose condition stands among the
            Select's; of a left join the conditions of its ON.
    """

    number: int
    relation: Relation
    on: tuple[Expression, ...] | None = None


class Computed(Relation):
    """Rows of a Select, from which columns are computed.

    Attributes:
        inner: the rows; of a Select it is itself.
        leading: what else is computed of them: grouping keys, or the ordering of a limit.
    """

    inner: Select
    leading: tuple[Expression, ...]

    def names(self) -> list[str] | None:
        """Return the columns' names in order; None where the inner one may have others."""
        return self.inner.names()

    def expression(self, name: str) -> Expression:
        """Return how a column is computed over the inner's slots."""
        return self.inner.expression(name)


@dataclass(eq=False)
class Select(Computed):
    """Slots joined, filtered and projected. No aggregate and no window function.

    Attributes:
        slots: inner ones and left ones, in the order of writing.
        where: conditions that all must hold, those of inner joins among them.
        columns: expression by name.
        passed: slots of which every column is passed on, whatever its name is.
    """

    slots: tuple[Slot, ...]
    where: tuple[Expression, ...]
    columns: dict[str, Expression]
    passed: tuple[int, ...] = ()
    hint: str = ""
    leading = ()

    @property
    def inner(self) -> Select:
        """Itself."""
        return self

    def names(self) -> list[str] | None:
        """Return the columns' names; None where it passes on a relation's unknown ones."""
        return None if self.passed else list(self.columns)

    def expression(self, name: str) -> Expression:
        """Return how a column is computed."""
        return self.columns[name] if name in self.columns else column(self.passed[0], name)

    def filtered(self, conditions: Iterable[Expression]) -> Select:
        """Return it with more conditions."""
        return replace(self, where=(*self.where, *conjuncts(*conditions)))


@dataclass(eq=False)
class Aggregate(Computed):
    """A Select grouped: its keys and its aggregates, nothing built on them.

    Attributes:
        inner: what is grouped.
        leading: the keys, over the inner's slots; none: one row for all.
        columns: expression by name over the inner's slots: a key or an aggregate.
    """

    inner: Select
    leading: tuple[Expression, ...]
    columns: dict[str, Expression]
    hint: str = ""

    def names(self) -> list[str]:
        """Return the columns' names."""
        return list(self.columns)

    def expression(self, name: str) -> Expression:
        """Return a key or an aggregate."""
        return self.columns[name]


@dataclass(eq=False)
class Windowed(Computed):
    """A Select with window functions over its rows.

    Attributes:
        inner: the rows, and the columns that are passed on.
        windows: window function by name over the inner's slots.
    """

    inner: Select
    windows: dict[str, Expression]
    hint: str = ""
    leading = ()

    def names(self) -> list[str] | None:
        """Return the columns' names; None where the inner one may have others."""
        inner = self.inner.names()
        return None if inner is None else [*inner, *self.windows]

    def expression(self, name: str) -> Expression:
        """Return a window function or a column passed on."""
        return self.windows.get(name) or self.inner.expression(name)


@dataclass(eq=False)
class Limited(Computed):
    """The first rows of a Select in an order.

    Attributes:
        inner: the rows.
        leading: ordering expressions over the inner's slots.
        bounds: limit and offset as text.
    """

    inner: Select
    leading: tuple[Expression, ...]
    bounds: str
    hint: str = ""


@dataclass(eq=False)
class Union(Relation):
    """Relations stacked, duplicates kept.

    Attributes:
        branches: the relations and, of each, its columns in the order of the union's own.
        columns: the union's columns.
    """

    branches: tuple[tuple[Relation, tuple[str, ...]], ...]
    columns: tuple[str, ...]
    hint: str = ""

    def names(self) -> list[str] | None:
        """Return the columns' names."""
        return list(self.columns)


@dataclass(eq=False)
class Opaque(Relation):
    """A query that is compared as text, every column of everything it reads included.

    Attributes:
        text: the query in sqlglot's layout, without comments.
        inputs: the relations it reads.
        columns: its columns, if they are known.
    """

    text: str
    inputs: tuple[Relation, ...]
    columns: tuple[str, ...] | None
    hint: str = ""

    def names(self) -> list[str] | None:
        """Return the columns' names; None where they are unknown."""
        return None if self.columns is None else list(self.columns)


def passing(relation: Relation, names: Iterable[str], hint: str = "") -> Select:
    """Return a Select that passes on the named columns of one relation."""
    return Select((Slot(0, relation),), (), {name: column(0, name) for name in names}, hint=hint)
