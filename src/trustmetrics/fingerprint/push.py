"""Moves a condition on one slot into what stands in the slot."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trustmetrics.fingerprint.expression import (
    Expression,
    column,
    conjuncts,
    replace_columns,
)
from trustmetrics.fingerprint.relation import (
    Aggregate,
    Relation,
    Select,
    Slot,
    Union,
    Windowed,
)

if TYPE_CHECKING:
    from trustmetrics.fingerprint.flatten import Flat


def push_down(flat: Flat) -> bool:
    """Move what can be moved; True where something was."""
    return _push_where(flat) or _push_on(flat)


def _push_where(flat: Flat) -> bool:
    for place, condition in enumerate(flat.where):
        number = _only_slot(condition)
        if number is None or flat.slots[number].on is not None:
            continue
        relation = _filtered(flat.slots[number].relation, condition, flat.used(number))
        if relation is not None:
            del flat.where[place]
            flat.slots[number] = Slot(number, relation)
            return True
    return False


def _push_on(flat: Flat) -> bool:
    """A row that a condition of the ON on the slot alone rules out matches nothing."""
    for number, slot in flat.slots.items():
        own = [part for part in slot.on or () if _only_slot(part) == number]
        if not own:
            continue
        inner = slot.relation
        names = flat.used(number)
        where = [replace_columns(part, lambda _, name: column(0, name)) for part in own]
        filtered = Select(
            (Slot(0, inner),), tuple(where), {name: column(0, name) for name in names}
        )
        filtered.hint = inner.hint
        rest = tuple(part for part in slot.on or () if part not in own)
        flat.slots[number] = Slot(number, filtered, rest)
        return True
    return False


def _only_slot(condition: Expression) -> int | None:
    numbers = {number for number, _ in condition.columns()}
    return next(iter(numbers)) if len(numbers) == 1 else None


def _filtered(relation: Relation, condition: Expression, used: frozenset[str]) -> Relation | None:
    """Return the relation with a condition on its columns moved in; None where it must stay."""
    names = {name for _, name in condition.columns()}
    if isinstance(relation, Aggregate):
        return _filtered_aggregate(relation, condition, names)
    if isinstance(relation, Windowed):
        return _filtered_windowed(relation, condition, names, used)
    if isinstance(relation, Union):
        return _filtered_union(relation, condition)
    return None


def _filtered_aggregate(
    relation: Aggregate, condition: Expression, names: set[str]
) -> Relation | None:
    """A condition on keys alone takes whole groups away, or none of their rows."""
    if not all(any(relation.columns[name].same(key) for key in relation.keys) for name in names):
        return None
    moved = replace_columns(condition, lambda _, name: relation.columns[name])
    return Aggregate(
        _with_condition(relation.inner, moved), relation.keys, relation.columns, relation.hint
    )


def _filtered_windowed(
    relation: Windowed, condition: Expression, names: set[str], used: frozenset[str]
) -> Relation | None:
    """A condition on what every window partitions by takes whole partitions away."""
    windows = {name: relation.windows[name] for name in used & relation.windows.keys()}
    if names & windows.keys():
        return None
    for window in windows.values():
        partition = window.args[1 : 1 + window.data[0]]
        for name in names:
            if not any(part.same(relation.inner.expression(name)) for part in partition):
                return None
    moved = replace_columns(condition, lambda _, name: relation.inner.expression(name))
    return Windowed(_with_condition(relation.inner, moved), windows, relation.hint)


def _filtered_union(relation: Union, condition: Expression) -> Relation:
    branches: list[tuple[Relation, tuple[str, ...]]] = []
    for branch, names in relation.branches:
        own = dict(zip(relation.columns, names, strict=True))
        if not isinstance(branch, Select):
            columns = {name: column(0, name) for name in names}
            branch = Select((Slot(0, branch),), (), columns, hint=branch.hint)
        moved = replace_columns(
            condition, lambda _, name, branch=branch, own=own: branch.expression(own[name])
        )
        if moved.op not in ("false", "null"):
            branches.append((_with_condition(branch, moved), names))
    return Union(tuple(branches), relation.columns, relation.hint)


def _with_condition(select: Select, condition: Expression) -> Select:
    where = (*select.where, *conjuncts(condition))
    return Select(select.slots, where, select.columns, select.passed, select.hint)
