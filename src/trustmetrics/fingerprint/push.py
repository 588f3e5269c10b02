"""Moves a condition on one slot into what stands in the slot."""

from __future__ import annotations

from dataclasses import replace

from trustmetrics.fingerprint.expression import Expression, column, partition_and_order
from trustmetrics.fingerprint.flat import Flat
from trustmetrics.fingerprint.normal import column_rewriter, may_hold
from trustmetrics.fingerprint.relation import (
    Aggregate,
    Relation,
    Select,
    Slot,
    Union,
    Windowed,
    passing,
)


def push_where(flat: Flat) -> Flat | None:
    """Move a condition into an inner slot, if there is one that can be moved."""
    for place, condition in enumerate(flat.where):
        slots = [flat.slots[number] for number in condition.slots()]
        if len(slots) != 1 or slots[0].on is not None:
            continue
        (slot,) = slots
        relation = _filtered(slot.relation, condition, flat.used(slot.number))
        if relation is not None:
            rest = flat.where[:place] + flat.where[place + 1 :]
            return replace(flat, where=rest).with_slot(Slot(slot.number, relation))
    return None


def push_on(flat: Flat) -> Flat | None:
    """Move conditions of an ON into its slot: a row that they rule out matches nothing."""
    for number, slot in flat.slots.items():
        own = [part for part in slot.on or () if part.slots() == {number}]
        if own:
            inner = passing(slot.relation, flat.used(number), slot.relation.hint)
            change = column_rewriter(lambda _, name: column(0, name))
            rest = tuple(part for part in slot.on or () if part not in own)
            return flat.with_slot(Slot(number, inner.filtered(map(change, own)), rest))
    return None


def _filtered(relation: Relation, condition: Expression, used: frozenset[str]) -> Relation | None:
    """Return the relation with a condition on its columns moved in; None where it must stay."""
    if isinstance(relation, Union):
        return _filtered_union(relation, condition)
    if isinstance(relation, Aggregate):
        groups = [relation.leading]
    elif isinstance(relation, Windowed):
        windows = {name: relation.windows[name] for name in used & relation.windows.keys()}
        relation = replace(relation, windows=windows)
        groups = [partition_and_order(window)[0] for window in windows.values()]
    else:
        return None
    # A condition on what rows are grouped by takes whole groups away, and no row of another.
    asked = {relation.expression(name) for _, name in condition.columns}
    if not all(asked.issubset(group) for group in groups):
        return None
    change = column_rewriter(lambda _, name: relation.expression(name))
    return replace(relation, inner=relation.inner.filtered([change(condition)]))


def _filtered_union(union: Union, condition: Expression) -> Relation:
    """Each branch with the condition, but for those that it rules out."""
    branches = [
        _filtered_branch(union, branch, names, condition) for branch, names in union.branches
    ]
    return replace(union, branches=tuple(branch for branch in branches if branch is not None))


def _filtered_branch(
    union: Union, branch: Relation, names: tuple[str, ...], condition: Expression
) -> tuple[Select, tuple[str, ...]] | None:
    own = dict(zip(union.columns, names, strict=True))
    select = branch if isinstance(branch, Select) else passing(branch, names, branch.hint)
    moved = column_rewriter(lambda _, name: select.expression(own[name]))(condition)
    return (select.filtered([moved]), names) if may_hold(moved) else None
