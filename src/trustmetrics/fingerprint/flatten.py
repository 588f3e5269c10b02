"""Brings what a relation is computed from into one flat FROM (flat.py).

However an author cuts a query into CTEs and models, the flat form is the same. Each step keeps the
rows and values of every column that is used, on all data:

- splice (flat.py): an inner slot that is a Select is spliced in, its conditions joining the others;
- drop (here, unique.py): a left slot is dropped where no column of it is used and it holds at most
  one match;
- push (push.py): a condition on one slot alone is moved into it, through grouping keys and window
  partitions, and a branch of a union that it rules out is dropped; a condition of an ON moves into
  its own slot;
- fold (domain.py): a comparison with a constant that a column of listed values decides is left out.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from trustmetrics.fingerprint.domain import fold
from trustmetrics.fingerprint.expression import Expression
from trustmetrics.fingerprint.flat import Flat, Step, settled, splice, spliceable
from trustmetrics.fingerprint.push import push_on, push_where
from trustmetrics.fingerprint.relation import Computed, Relation
from trustmetrics.fingerprint.unique import matches_at_most_one


@dataclass(frozen=True)
class Flattened:
    """The flat form of a relation.

    Attributes:
        flat: its FROM and all that is computed over it.
        leading: grouping keys, or the ordering of a limit.
        columns: each used column, sorted by name.
    """

    flat: Flat
    leading: tuple[Expression, ...]
    columns: dict[str, Expression]


def flatten(
    relation: Relation, used: frozenset[str], further: Iterable[Step] = ()
) -> Flattened | None:
    """Return the flat form of a relation as far as the used columns go.

    None: it has none, for it is a Leaf, an Opaque or a Union.

    Args:
        relation: the relation.
        used: the columns that are used of it.
        further: steps beside the usual ones.
    """
    computed = spliceable(relation, used) or relation
    if not isinstance(computed, Computed):
        return None
    names = sorted(used)
    outputs = [*computed.leading, *(computed.expression(name) for name in names)]
    flat = settled(computed.inner, outputs, (*STEPS, *further))
    count = len(computed.leading)
    columns = dict(zip(names, flat.outputs[count:], strict=True))
    return Flattened(flat, flat.outputs[:count], columns)


def drop_unused(flat: Flat) -> Flat | None:
    """Drop a left slot that plays no part, if there is one."""
    for number, slot in flat.slots.items():
        if slot.on is not None:
            rest = {other: kept for other, kept in flat.slots.items() if other != number}
            others = replace(flat, slots=rest)
            if not others.used(number) and matches_at_most_one(slot):
                return others
    return None


STEPS: tuple[Step, ...] = (splice, drop_unused, push_where, push_on, fold)
