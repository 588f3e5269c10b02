"""Bumps a vocabulary: writes the entries that its history lacks, from what git and dbt tell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from trustmetrics.errors import UserError
from trustmetrics.gate.bumping import given_fields
from trustmetrics.gate.gate import Gate
from trustmetrics.gate.history import NEEDED, is_blank
from trustmetrics.gate.vocabulary import new_changes, uncovered, unsaid_moves
from trustmetrics.register.vocabulary import INTRODUCED, Code, spelled_code
from trustmetrics.register.vocabulary_file import add_changes, complete_moves

NOT_ASKED = (
    *("change", "version", "replaced_by", "moves_along"),
    *("moved", "models_only", "same_sql"),
)


@dataclass
class Extended:
    """What a bump of a vocabulary did.

    Attributes:
        name: the vocabulary.
        path: its file, from the project's folder.
        entries: what each new entry says, in words.
        completed: numbers of the entries of which `moves` was completed.
        missing: fields of the new entries that are still to be filled in.
    """

    name: str
    path: str
    entries: list[str] = field(default_factory=list)
    completed: list[int] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)


def bump_vocabulary(gate: Gate, name: str, options: Mapping[str, Any]) -> Extended:
    """Write the entries that a vocabulary lacks: one per kind of change, its codes and its moves.

    Args:
        gate: the project and its base.
        name: the vocabulary.
        options: the command's options.

    Raises:
        UserError: an option does not fit a vocabulary, or nothing is to be written.
    """
    odd = [one for one in NOT_ASKED if options[one]]
    if odd:
        option = odd[0].replace("_", "-")
        raise UserError(
            f"--{option} is for metrics. {name} is a vocabulary: what changed is read from its rows"
        )
    comparison = gate.compared(with_moves=True)
    vocabulary = gate.head.vocabularies[name]
    by_kind: dict[str, list[Code]] = {}
    for code, kind in uncovered(comparison, vocabulary).items():
        by_kind.setdefault(kind, []).append(code)
    done = Extended(name, vocabulary.path)
    unsaid = {
        one.number: moves
        for one in new_changes(comparison, vocabulary)
        if one.change != INTRODUCED and (moves := unsaid_moves(comparison, vocabulary, one))
    }
    if not by_kind and not unsaid:
        raise UserError(
            f"{name} says what it said on {gate.base}, or its new entries say all that is different"
        )
    moves = comparison.state.moves.get(name, {})
    today = date.today().isoformat()
    known = {"decided_on": today, "effective_from": today, "restates_history": True}
    given = known | given_fields(options)
    new = [
        {
            "change": kind,
            **{key: given.get(key) for key in NEEDED},
            "codes": [list(code) if len(code) > 1 else code[0] for code in codes],
            "moves": moves,
        }
        for kind, codes in sorted(by_kind.items())
    ]
    complete_moves(gate.project / vocabulary.path, unsaid)
    add_changes(gate.project / vocabulary.path, new)
    first = len(vocabulary.changes) + 1
    done.entries = [
        f"entry {number}, {kind}: {', '.join(map(spelled_code, codes))}"
        for number, (kind, codes) in enumerate(sorted(by_kind.items()), first)
    ]
    done.completed = sorted(unsaid)
    if new:
        done.missing = [key for key in NEEDED if is_blank(str(given.get(key) or ""))]
    return done
