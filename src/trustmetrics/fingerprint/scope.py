"""Which column a name in a query stands for."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlglot import exp

from trustmetrics.fingerprint.expression import Expression, column
from trustmetrics.fingerprint.relation import Relation, Slot
from trustmetrics.fingerprint.translate import UnsupportedError


@dataclass
class Scope:
    """The slots of one FROM clause, by alias.

    Attributes:
        slots: in the order of writing.
        aliases: slot number by alias.
        shared: slot number by column that USING has made one.
    """

    slots: list[Slot] = field(default_factory=list)
    aliases: dict[str, int] = field(default_factory=dict)
    shared: dict[str, int] = field(default_factory=dict)

    def add(self, alias: str, relation: Relation, on: tuple[Expression, ...] | None = None) -> None:
        """Add a slot. Raises UnsupportedError where the alias is taken."""
        if alias in self.aliases:
            raise UnsupportedError(f"two relations called {alias}")
        self.aliases[alias] = len(self.slots)
        self.slots.append(Slot(len(self.slots), relation, on))

    def slot(self, alias: str) -> Slot:
        """Return the slot of an alias. Raises UnsupportedError."""
        if alias not in self.aliases:
            raise UnsupportedError(f"no relation {alias} in this FROM")
        return self.slots[self.aliases[alias]]

    def resolve(self, node: exp.Column) -> Expression:
        """Return the column that a name stands for.

        Raises:
            UnsupportedError: none, or none for certain.
        """
        if isinstance(node.this, exp.Star) or node.args.get("db"):
            raise UnsupportedError(f"{node.sql()} as a value")
        name = node.name
        if node.table:
            slot = self.slot(node.table)
            if not slot.relation.has(name):
                raise UnsupportedError(f"no column {name} in {node.table}")
            return column(slot.number, name)
        if name in self.shared:
            return column(self.shared[name], name)
        return column(self._owner(name), name)

    def _owner(self, name: str) -> int:
        known = [slot.number for slot in self.slots if name in (slot.relation.names() or ())]
        unsure = [slot.number for slot in self.slots if slot.relation.names() is None]
        for candidates in (known, unsure):
            if len(candidates) == 1:
                return candidates[0]
            if candidates:
                raise UnsupportedError(f"column {name} of more than one relation")
        raise UnsupportedError(f"no relation with a column {name}")
